# shellcheck shell=bash
# The processes of the local system: their ports, their configuration, starting and stopping them. Sourced, never run.
: "${root:?the directory of the clone}"
# shellcheck source=deploy/engines/ports.sh
. "$root/deploy/engines/ports.sh"

data=${LOCAL_DATA:-$root/build/local}
config=$data/godwit.toml
local_port=${LOCAL_PORT:-9110}
roles=(gateway user dispatch node archive offline)

place_of() { local i; for i in "${!roles[@]}"; do [ "${roles[$i]}" = "$1" ] && echo "$i"; done; }
# Of a process: where it is called (node: linked and relayed to, too), and where it tells how it is.
call_port() { echo $((local_port + 10 * $(place_of "$1") + 2 * $2)); }
node_port() { echo $(($(call_port node "$1") + 1)); }
admin_port() { if [ "$1" = user ]; then echo $((8081 + 2 * ($2 - 1))); else echo $((local_port + 60 + 2 * $(place_of "$1") + $2)); fi; }
client_port() { echo $((8080 + 2 * ($1 - 1))); }

peers() { # ROLE COPIES: as a list of TOML
  local copy list=()
  for ((copy = 1; copy <= $2; copy++)); do
    if [ "$1" = node ]; then list+=("\"node-$copy=127.0.0.1:$(node_port "$copy")\""); else list+=("\"127.0.0.1:$(call_port "$1" "$copy")\""); fi
  done
  local IFS=,
  echo "[${list[*]}]"
}

write_config() { # COPIES
  cat > "$config" <<END
engines = "distributed"
[cluster]
secret = "$(cat "$data/secret")"
signing_key = "$data/signing.key"
[peers]
user = $(peers user "$1")
dispatch = $(peers dispatch "$1")
archive = $(peers archive "$1")
offline = $(peers offline "$1")
node = $(peers node "$1")
[mysql]
address = "127.0.0.1:$MARIADB_PORT"
user = "im"
password = "godwit"
database = "godwit"
[redis]
addresses = ["127.0.0.1:$REDIS_SINGLE_PORT"]
[rocketmq]
proxy = "127.0.0.1:$ROCKETMQ_PROXY_PORT"
broker = "127.0.0.1:$ROCKETMQ_BROKER_PORT"
[elasticsearch]
address = "127.0.0.1:$ELASTICSEARCH_PORT"
replicas = 0
${LOCAL_CONFIG:-}
END
  chmod 600 "$config"
}

pid_of() { cat "$data/$1-$2.pid" 2> /dev/null; }
runs() { # ROLE COPY: the recorded process, not another one that has its number now
  local pid
  pid=$(pid_of "$1" "$2") && [ "$(readlink "/proc/$pid/exe" 2> /dev/null)" = "$(readlink -f "$godwit")" ]
}

start() { # ROLE COPY
  local role=$1 copy=$2 flags=()
  runs "$role" "$copy" && return
  [ "$role" = gateway ] && flags+=(--listen "127.0.0.1:$(client_port "$copy")")
  [ "$role" = node ] && flags+=(--set "node.name=node-$copy" --set "cluster.node_listen=127.0.0.1:$(node_port "$copy")")
  setsid nohup "$godwit" serve --config "$config" --roles "$role" --data "$data/$role-$copy" \
    --admin "127.0.0.1:$(admin_port "$role" "$copy")" --set "cluster.listen=127.0.0.1:$(call_port "$role" "$copy")" \
    ${flags[@]+"${flags[@]}"} >> "$data/$role-$copy.log" 2>&1 < /dev/null &
  echo $! > "$data/$role-$copy.pid"
}

ready() { curl -sf -m 5 -o /dev/null "http://127.0.0.1:$(admin_port "$1" "$2")/readyz"; }

await_ready() { # ROLE COPY
  local i
  for ((i = 0; i < 300; i++)); do
    ready "$1" "$2" && return
    runs "$1" "$2" || break
    sleep 0.2
  done
  echo "local: $1-$2 is not ready; the end of its log:" >&2
  tail -n 20 "$data/$1-$2.log" >&2
  return 1
}

stop_all() {
  local file pid i
  for file in "$data"/*.pid; do
    [ -e "$file" ] || continue
    pid=$(cat "$file")
    case "$(readlink "/proc/$pid/exe" 2> /dev/null)" in */godwit | */godwit\ \(deleted\)) kill -TERM "$pid" ;; esac
  done
  for file in "$data"/*.pid; do
    [ -e "$file" ] || continue
    pid=$(cat "$file")
    for ((i = 0; i < 150; i++)); do kill -0 "$pid" 2> /dev/null || break; sleep 0.1; done
    rm -f "$file"
  done
}
