#!/usr/bin/env bash
# ShardingSphere-Proxy 5.1.0 with MySQL Connector/J 8.0.28 (Maven Central) over MariaDB 10.11.19: now and then ROLLBACK keeps what the transaction did.
#
# Valid input: one sharded table, six clients of the text protocol; each sends START TRANSACTION, one UPDATE by the sharding key and ROLLBACK, forty
#   times, with 0.3 s in between. The JDBC URL has nothing but useSSL, allowPublicKeyRetrieval and characterEncoding.
# One would expect: 240 transactions that were rolled back change nothing. All statements are answered OK.
# What happens: in one of ten the database is never sent SET autocommit=0 before the UPDATE (its general log shows that): the UPDATE is committed at
#   once, and ROLLBACK is answered OK. A transaction that fails halfway stays half done.
# What helps: useLocalSessionState=false in the JDBC URL. The proxy adds useLocalSessionState=true (and elideSetAutoCommits=true, which alone is not
#   it) where the URL says nothing of it: the driver then leaves SET autocommit away where it believes that it stands so already.
# Seen (2026-11-30, OpenJDK 17):
#   URL as it is: rolled back, and kept: some
#   elideSetAutoCommits=false: rolled back, and kept: some
#   useLocalSessionState=false: rolled back, and kept: none
# Needs: Debian 12's apt and the libraries that mariadb-server depends on, Maven, a JDK, cc. Two minutes and the download (70 MB).
set -euo pipefail
work=$(mktemp -d)
chmod 755 "$work"
stop() { kill "$(cat "$work/$1.pid" 2> /dev/null)" 2> /dev/null || true; }
trap 'stop proxy; stop database; sleep 2; rm -rf "$work"' EXIT
cd "$work"
version=1:10.11.19-0+deb12u1
apt-get download -q "mariadb-server-core=$version" "mariadb-client-core=$version" > download.log 2>&1
for package in ./*.deb; do dpkg -x "$package" tree; done
cat > pom.xml << 'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>local</groupId><artifactId>look</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.shardingsphere</groupId><artifactId>shardingsphere-proxy-bootstrap</artifactId><version>5.1.0</version></dependency>
    <dependency><groupId>mysql</groupId><artifactId>mysql-connector-java</artifactId><version>8.0.28</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies -DoutputDirectory="$work/jars" > mvn.log 2>&1 ||
  { cat mvn.log; exit 1; }
# The proxy listens on every address; here on loopback alone.
cat > loopback.c << 'C'
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <string.h>
int bind(int fd, const struct sockaddr* address, socklen_t size) {
  struct sockaddr_in here;
  int (*next)(int, const struct sockaddr*, socklen_t) = dlsym(RTLD_NEXT, "bind");
  if (address->sa_family != AF_INET) return next(fd, address, size);
  memcpy(&here, address, sizeof here);
  if (here.sin_addr.s_addr == INADDR_ANY) here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return next(fd, (struct sockaddr*)&here, sizeof here);
}
C
cc -shared -fPIC -o loopback.so loopback.c -ldl

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
database=$(free_port) proxy=$(free_port)
base=$work/tree/usr
as=()
[ "$(id -u)" = 0 ] && as=(--user=root)
"$base/bin/mariadb-install-db" --no-defaults --basedir="$base" --datadir="$work/data" --auth-root-authentication-method=normal \
  ${as[@]+"${as[@]}"} > install.log 2>&1
"$base/sbin/mariadbd" --no-defaults --basedir="$base" --datadir="$work/data" --bind-address=127.0.0.1 --port="$database" --socket="$work/socket" \
  --skip-name-resolve --pid-file="$work/database.pid" --lc-messages-dir="$base/share/mysql" ${as[@]+"${as[@]}"} > server.log 2>&1 &
straight() { "$base/bin/mariadb" --no-defaults --socket="$work/socket" --user=root --skip-column-names "$@"; }
through() { timeout 60 "$base/bin/mariadb" --no-defaults -h127.0.0.1 -P"$proxy" -uim -pim --skip-column-names "$@"; }
for _ in $(seq 200); do straight -e 'SELECT 1' > /dev/null 2>&1 && break; sleep 0.1; done
straight -e "CREATE USER im@127.0.0.1 IDENTIFIED BY 'im'; GRANT ALL ON *.* TO im@127.0.0.1"
for n in 0 1; do
  straight -e "CREATE DATABASE d$n; CREATE TABLE d$n.kept (id INT PRIMARY KEY, times INT NOT NULL);
    INSERT INTO d$n.kept VALUES ($n, 0), ($((n + 2)), 0), ($((n + 4)), 0)"
done

clients() {
  local id
  for id in 0 1 2 3 4 5; do
    for _ in $(seq 40); do
      sleep 0.3
      echo "START TRANSACTION; UPDATE kept SET times = times + 1 WHERE id = $id; ROLLBACK;"
    done | through im &
    running+=($!)
  done
  for id in "${running[@]}"; do wait "$id"; done
}

# try WORDS OPTIONS: what is added to the JDBC URL, and what rolled back transactions kept then.
try() {
  local running=() kept
  mkdir -p config
  printf 'rules:\n  - !AUTHORITY\n    users: ["im@%%:im"]\n    provider: {type: ALL_PRIVILEGES_PERMITTED}\n' > config/server.yaml
  {
    printf 'schemaName: im\ndataSources:\n'
    for n in 0 1; do
      printf '  ds_%s: {url: "jdbc:mysql://127.0.0.1:%s/d%s?useSSL=false&allowPublicKeyRetrieval=true&characterEncoding=utf8%s", ' \
        "$n" "$database" "$n" "$2"
      printf 'username: im, password: im, maxPoolSize: 10, minPoolSize: 1}\n'
    done
    # shellcheck disable=SC2016  # for the proxy to expand
    printf '%s\n' 'rules:' '  - !SHARDING' '    tables:' '      kept:' '        actualDataNodes: ds_${0..1}.kept' \
      '        databaseStrategy: {standard: {shardingColumn: id, shardingAlgorithmName: by}}' \
      '    shardingAlgorithms: {by: {type: INLINE, props: {algorithm-expression: "ds_${id % 2}"}}}'
  } > config/config-im.yaml
  LD_PRELOAD=$work/loopback.so java -Xmx256m -Djava.net.preferIPv4Stack=true --add-opens java.base/java.lang=ALL-UNNAMED \
    --add-opens java.base/java.lang.reflect=ALL-UNNAMED --add-opens java.base/java.util=ALL-UNNAMED -cp "$work/config:$work/jars/*" \
    org.apache.shardingsphere.proxy.Bootstrap "$proxy" "$work/config" > proxy.log 2>&1 &
  echo $! > proxy.pid
  for _ in $(seq 300); do through -e 'SHOW DATABASES' > /dev/null 2>&1 && break; sleep 0.2; done
  straight -e 'UPDATE d0.kept SET times = 0; UPDATE d1.kept SET times = 0'
  clients
  kept=$(straight -e 'SELECT SUM(times) FROM (SELECT times FROM d0.kept UNION ALL SELECT times FROM d1.kept) both_of_them')
  echo "$kept of 240" >&2
  echo "$1: rolled back, and kept: $([ "$kept" = 0 ] && echo none || echo some)"
  stop proxy
  wait "$(cat proxy.pid)" || true
}
{
  try 'URL as it is' ''
  try 'elideSetAutoCommits=false' '&elideSetAutoCommits=false'
  try 'useLocalSessionState=false' '&useLocalSessionState=false'
} | tee seen
diff - seen > /dev/null << 'TEXT' && exit 0
URL as it is: rolled back, and kept: some
elideSetAutoCommits=false: rolled back, and kept: some
useLocalSessionState=false: rolled back, and kept: none
TEXT
echo "CHANGED: this is not what was seen"
exit 1
