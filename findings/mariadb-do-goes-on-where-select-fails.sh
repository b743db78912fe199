#!/usr/bin/env bash
# MariaDB 10.11 (Debian 12): an expression that is an error in SELECT is a warning in DO, and the transaction around it goes on.
#
# Valid input: two transactions that are alike but for one word: INSERT, then SELECT or DO with a subquery of two rows where one is wanted.
# One would expect: error 1242 ("Subquery returns more than 1 row") both times. DO is documented to evaluate its expressions as SELECT does and to
#   show no result; a guard ("fail unless this row stands") is shorter with it, as nothing has to be read.
# What happens: in strict mode, too, DO answers OK with a warning. In a packet of several statements the ones behind it run, and COMMIT commits what
#   the guard was to forbid.
# What helps: SELECT for guards, and reading what it answers.
# Seen (2026-11-30):
#   SELECT: ERROR 1242, rows kept: 0
#   DO: no error, rows kept: 1
# Needs: Debian 12's apt and the libraries that mariadb-server depends on. Half a minute.
set -euo pipefail
work=$(mktemp -d)
chmod 755 "$work"
trap 'kill "$(cat "$work/pid" 2> /dev/null)" 2> /dev/null || true; sleep 1; rm -rf "$work"' EXIT
cd "$work"
version=1:10.11.19-0+deb12u1
apt-get download -q "mariadb-server-core=$version" "mariadb-client-core=$version" > download.log 2>&1
for package in ./*.deb; do dpkg -x "$package" tree; done
base=$work/tree/usr
as=()
[ "$(id -u)" = 0 ] && as=(--user=root)
"$base/bin/mariadb-install-db" --no-defaults --basedir="$base" --datadir="$work/data" --auth-root-authentication-method=normal \
  ${as[@]+"${as[@]}"} > install.log 2>&1
"$base/sbin/mariadbd" --no-defaults --basedir="$base" --datadir="$work/data" --skip-networking --socket="$work/socket" --pid-file="$work/pid" \
  --lc-messages-dir="$base/share/mysql" ${as[@]+"${as[@]}"} > server.log 2>&1 &
sql() { "$base/bin/mariadb" --no-defaults --socket="$work/socket" --user=root --skip-column-names "$@"; }
for _ in $(seq 200); do sql -e 'SELECT 1' > /dev/null 2>&1 && break; sleep 0.1; done
sql -e 'CREATE DATABASE d; CREATE TABLE d.kept (id INT PRIMARY KEY) ENGINE=InnoDB'

# TRY WORD: what became of the guard, and how many rows the transaction left.
try() {
  local said
  said=$(sql d -e "SET sql_mode = 'TRADITIONAL'; DELETE FROM kept; BEGIN; INSERT INTO kept VALUES (1);
    $1 IF((SELECT COUNT(*) FROM kept) = 2, 0, (SELECT 1 UNION ALL SELECT 2)); COMMIT" 2>&1 > /dev/null | grep -o 'ERROR [0-9]*' || true)
  echo "$1: ${said:-no error}, rows kept: $(sql d -e 'SELECT COUNT(*) FROM kept')"
}
{ try SELECT; try DO; } | tee seen
diff - seen > /dev/null << 'TEXT' && exit 0
SELECT: ERROR 1242, rows kept: 0
DO: no error, rows kept: 1
TEXT
echo "CHANGED: this is not what was seen"
exit 1
