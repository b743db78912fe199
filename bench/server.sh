# shellcheck shell=bash
# What bench/run and bench/compare share: fresh servers on core 0, the driver on core 1. Sourced.
: "${scratch:?a directory on the disk that is to be measured}" "${bench:?godwit_bench}"
seconds=${SECONDS_EACH:-5}
declare -A ports=() servers=()

stop() {  # stop [NAME...]: all, where none is named
  local name
  [ $# -gt 0 ] || set -- "${!servers[@]}"
  for name in "$@"; do
    [ -n "${servers[$name]:-}" ] || continue
    kill "${servers[$name]}" 2>/dev/null
    wait "${servers[$name]}" 2>/dev/null || true
    unset "servers[$name]"
  done
}

# serve NAME GODWIT: pinned to core 0, on a new data directory with 20,000 ready users in 10 groups.
serve() {
  local name=$1 godwit=$2
  stop "$name"
  [ -n "${ports[$name]:-}" ] || ports[$name]=$((${PORT:-18480} + 2 * ${#ports[@]}))
  local port=${ports[$name]} here=$scratch/$name
  rm -rf "$here"
  mkdir -p "$here"
  "$godwit" admin load-test-data --data "$here/data" --users "${USERS:-20000}" --groups "${GROUPS_:-10}" --hubs 0 --out "$here/out" >/dev/null
  GODWIT_LIMITS_ENABLED=false GODWIT_HTTP_THREADS=1 GODWIT_SOCKET_CONNECTIONS=19500 taskset -c 0 \
    "$godwit" serve --data "$here/data" --listen "127.0.0.1:$port" --admin "127.0.0.1:$((port + 1))" >"$here/log" 2>&1 &
  servers[$name]=$!
  for _ in $(seq 100); do
    curl -sf "http://127.0.0.1:$((port + 1))/readyz" >/dev/null && return
    sleep 0.1
  done
  echo "the server did not get ready: $here/log" >&2
  exit 1
}

# drive NAME MEASURE OPTION...: against that server.
drive() {
  local name=$1
  shift
  taskset -c 1 "$bench" "$@" --port "${ports[$name]}" --pid "${servers[$name]}" --data "$scratch/$name/out" --seconds "$seconds"
}
