# shellcheck shell=bash
# What bench/run and bench/compare share: a fresh server on core 0, the driver on core 1. Sourced.
: "${scratch:?a directory on the disk that is to be measured}" "${bench:?godwit_bench}"
port=${PORT:-18480} seconds=${SECONDS_EACH:-5}
server=0

stop() { [ "$server" = 0 ] || { kill "$server" 2>/dev/null; wait "$server" 2>/dev/null || true; server=0; }; }

# serve GODWIT: pinned to core 0, on a new data directory with 20,000 ready users in 10 groups.
serve() {
  local godwit=$1
  stop
  rm -rf "$scratch/data" "$scratch/out"
  mkdir -p "$scratch"
  "$godwit" admin load-test-data --data "$scratch/data" --users "${USERS:-20000}" --groups "${GROUPS_:-10}" --hubs 0 --out "$scratch/out" >/dev/null
  GODWIT_LIMITS_ENABLED=false GODWIT_HTTP_THREADS=1 GODWIT_SOCKET_CONNECTIONS=19500 taskset -c 0 \
    "$godwit" serve --data "$scratch/data" --listen "127.0.0.1:$port" --admin "127.0.0.1:$((port + 1))" >"$scratch/log" 2>&1 &
  server=$!
  for _ in $(seq 100); do
    curl -sf "http://127.0.0.1:$((port + 1))/readyz" >/dev/null && return
    sleep 0.1
  done
  echo "the server did not get ready: $scratch/log" >&2
  exit 1
}
drive() { taskset -c 1 "$bench" "$@" --port "$port" --pid "$server" --data "$scratch/out" --seconds "$seconds"; }
