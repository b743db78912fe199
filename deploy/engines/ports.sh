# shellcheck shell=bash
# Where up and down keep data, and which ports each engine gets. Sourced, never run.
ENGINES=${ENGINES:-${TMPDIR:-/tmp}/godwit-engines}
first=${ENGINES_PORT:-13300}
export MARIADB_DATA=$ENGINES/mariadb MARIADB_PORT=$first
export ROCKETMQ_DATA=$ENGINES/rocketmq ROCKETMQ_NAMESRV_PORT=$((first + 1)) ROCKETMQ_BROKER_PORT=$((first + 4))
export ROCKETMQ_PROXY_PORT=$((first + 6)) ROCKETMQ_REMOTING_PORT=$((first + 7)) ROCKETMQ_STOP_WAIT=${ROCKETMQ_STOP_WAIT:-10}
export ELASTICSEARCH_DATA=$ENGINES/elasticsearch ELASTICSEARCH_PORT=$((first + 8)) ELASTICSEARCH_TRANSPORT_PORT=$((first + 9))
export REDIS_SINGLE_PORT=$((first + 10)) REDIS_CLUSTER_PORT=$((first + 20))
export SHARDINGSPHERE_DATA=$ENGINES/shardingsphere SHARDINGSPHERE_PORT=$((first + 30)) SHARDINGSPHERE_PASSWORD=godwit
export SHARDINGSPHERE_SHARDS="127.0.0.1:$first/godwit_0 127.0.0.1:$first/godwit_1"
export ENGINES
