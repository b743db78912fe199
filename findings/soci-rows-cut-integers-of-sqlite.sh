#!/usr/bin/env bash
# SOCI 4.0.3 (Debian 12) on SQLite: soci::row reads a column declared INTEGER as 32 bits, and cuts what is larger without an error.
#
# Valid input: a table with `id INTEGER PRIMARY KEY` (64 bits in SQLite, always) that holds 7000000000, read by soci::row, the
#   library's own way of asking a column for its type.
# One would expect: dt_long_long, or an exception where the value does not fit what the type says.
# What happens: the column is dt_integer, get<long long>() throws std::bad_cast, and get<int>() answers -1589934592. Declared
#   BIGINT, the same value is dt_long_long and whole. soci::into(int) cuts in the same silence.
# What helps: into(long long&) for everything that SQLite calls INTEGER; or declare the column BIGINT (which is then no rowid).
# Seen (2026-11-29, clang 19.1.7, SQLite 3.40.1):
#   INTEGER: dt_integer -1589934592, as long long: std::bad_cast
#   BIGINT: dt_long_long 7000000000
# Needs: Debian 12's apt, clang++-19 or g++. Half a minute.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q libsoci-dev=4.0.3-1 libsoci-core4.0=4.0.3-1 libsoci-sqlite3-4.0=4.0.3-1 \
  libsqlite3-0=3.40.1-2+deb12u2 libsqlite3-dev=3.40.1-2+deb12u2 > download.log 2>&1
for package in ./*.deb; do dpkg -x "$package" tree; done

cat > main.cpp << 'CPP'
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <iostream>
void show(soci::session& sql, const char* declared) {
  sql << "CREATE TABLE t (id " << declared << ")";
  sql << "INSERT INTO t VALUES (7000000000)";
  soci::row row;
  sql << "SELECT id FROM t", soci::into(row);
  const bool cut = row.get_properties(0).get_data_type() == soci::dt_integer;
  std::cout << std::string(declared).substr(0, std::string(declared).find(' ')) << ": ";
  if (cut) {
    std::cout << "dt_integer " << row.get<int>(0) << ", as long long: ";
    try {
      std::cout << row.get<long long>(0) << '\n';
    } catch (const std::bad_cast& error) {
      std::cout << error.what() << '\n';
    }
  } else {
    std::cout << "dt_long_long " << row.get<long long>(0) << '\n';
  }
  sql << "DROP TABLE t";
}
int main() {
  soci::session sql(soci::sqlite3, ":memory:");
  show(sql, "INTEGER PRIMARY KEY");
  show(sql, "BIGINT");
}
CPP
libraries=tree/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2> /dev/null || gcc -dumpmachine)
"$(command -v clang++-19 || command -v g++)" -std=c++17 -Itree/usr/include main.cpp -L"$libraries" -lsoci_core -lsoci_sqlite3 -lsqlite3 -o main
LD_LIBRARY_PATH=$libraries ./main | tee seen
diff - seen > /dev/null << 'TEXT' && exit 0
INTEGER: dt_integer -1589934592, as long long: std::bad_cast
BIGINT: dt_long_long 7000000000
TEXT
echo "CHANGED: this is not what was seen"
exit 1
