#!/usr/bin/env bash
# Redis 7.0.15 (Debian 12): at `maxmemory` a Lua script that only deletes is refused if it begins with `#!lua`, and runs without that line.
#
# Valid input: two scripts of one DEL, the second with the `#!lua` line that Redis 7 recommends, sent by EVAL to a server whose memory is full
#   (maxmemory reached, noeviction).
# One would expect: both run. DEL by itself is answered then (it frees memory), and the line only declares what the script is.
# What happens: the script with the line is refused with OOM before it begins, whatever it does; the plain one runs, even up to a DEL before a SET.
#   So a lock, a lease or a session whose release is a script with the line cannot be released while memory is full, which is when it matters.
# What helps: leave the line away in scripts that free, or begin with `#!lua flags=allow-oom`.
# Seen (2026-11-30):
#   plain DEL: 1
#   script of DEL: 1
#   script of DEL with #!lua: refused, OOM
#   the same with flags=allow-oom: 1
# Needs: Debian 12's apt. A few seconds.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "$(cat "$work/pid" 2> /dev/null)" 2> /dev/null || true; rm -rf "$work"' EXIT
cd "$work"
apt-get download -q redis-server=5:7.0.15-1~deb12u10 redis-tools=5:7.0.15-1~deb12u10 > download.log 2>&1
for package in ./*.deb; do dpkg -x "$package" tree; done
tree/usr/bin/redis-server --port 0 --unixsocket "$work/socket" --dir "$work" --pidfile "$work/pid" --daemonize yes --save '' \
  --logfile "$work/log" > /dev/null
cli() { tree/usr/bin/redis-cli -s "$work/socket" "$@" 2>&1; }
for _ in $(seq 100); do [ "$(cli ping)" = PONG ] && break; sleep 0.05; done

answer() { case "$1" in *OOM*) echo "refused, OOM" ;; *) echo "$1" ;; esac; }
for key in a b c d; do cli set "$key" 1 > /dev/null; done
cli config set maxmemory 1 > /dev/null
{
  echo "plain DEL: $(answer "$(cli del a)")"
  echo "script of DEL: $(answer "$(cli eval "return redis.call('DEL', KEYS[1])" 1 b)")"
  echo "script of DEL with #!lua: $(answer "$(cli eval $'#!lua\nreturn redis.call(\'DEL\', KEYS[1])' 1 c)")"
  echo "the same with flags=allow-oom: $(answer "$(cli eval $'#!lua flags=allow-oom\nreturn redis.call(\'DEL\', KEYS[1])' 1 d)")"
} | tee seen
diff - seen > /dev/null << 'TEXT' && exit 0
plain DEL: 1
script of DEL: 1
script of DEL with #!lua: refused, OOM
the same with flags=allow-oom: 1
TEXT
echo "CHANGED: this is not what was seen"
exit 1
