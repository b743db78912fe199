#include "app/config/sections.hpp"

namespace godwit::app {
namespace {
using C = Config;
}

std::vector<Setting> process_settings() {
  return {
      {"roles",
       "The roles that this process runs: `gateway`, `user`, `dispatch`, `node`, `archive`, `offline`, or `all`. Fewer "
       "than all need `engines = \"distributed\"`, and `peers` for the others. In the environment and on the command "
       "line separated by commas.",
       top<&C::roles>, 1, 16},
      {"engines",
       "What messages and people are kept in: `embedded` (files below `storage.data`, one process), or `distributed` "
       "(MySQL, Redis, RocketMQ and Elasticsearch, any number of processes).",
       top<&C::engines>,
       1,
       16,
       {"embedded", "distributed"}},
      {"cluster.listen", "Where the other processes call the roles of this one, by gRPC.",
       at<&C::cluster, &C::Cluster::listen>},
      {"cluster.node_listen", "Where dispatchers link to the node of this process, and gateways relay sockets to it.",
       at<&C::cluster, &C::Cluster::node_listen>},
      {"cluster.secret",
       "What all processes know and nobody else; at least 16 characters. Needed where not all roles are in one "
       "process.",
       at<&C::cluster, &C::Cluster::secret>,
       0,
       256,
       {},
       Reloads::no,
       Secret::yes},
      {"cluster.signing_key",
       "The file of the key that signs tokens, the same for every process that runs the role `user`. Empty: "
       "`signing.key` below `storage.data`.",
       at<&C::cluster, &C::Cluster::signing_key>, 0, 4096},
  };
}

std::vector<Setting> peer_settings() {
  const auto peers = [](std::string_view name, std::string_view doc, std::vector<std::string>& (*field)(Config&)) {
    return Setting{name, doc, field, 0, 1024};
  };
  return {
      peers("peers.user", "Processes that run the role `user`: the `cluster.listen` of each.",
            at<&C::peers, &C::Peers::user>),
      peers("peers.dispatch", "The same of `dispatch`.", at<&C::peers, &C::Peers::dispatch>),
      peers("peers.archive", "The same of `archive`.", at<&C::peers, &C::Peers::archive>),
      peers("peers.offline", "The same of `offline`.", at<&C::peers, &C::Peers::offline>),
      peers("peers.node",
            "Nodes by name, and the `cluster.node_listen` of each: `node-1=10.0.0.7:9101`. Dispatchers link to all of "
            "them, gateways relay to them.",
            at<&C::peers, &C::Peers::node>),
      peers("peers.node_public",
            "With `gateway.sockets = \"direct\"`: nodes by name, and where clients reach the `node.listen` of each: "
            "`node-1=wss://n1.chat.example.org`; a path of a proxy may follow. A node that is not named is offered to "
            "nobody.",
            at<&C::peers, &C::Peers::node_public>),
  };
}

std::vector<Setting> engine_settings() {
  return {
      {"mysql.address", "The server of accounts and of the ledger: MySQL 8 or MariaDB.",
       at<&C::mysql, &C::Mysql::address>},
      {"mysql.user", "Who logs in there.", at<&C::mysql, &C::Mysql::user>, 1, 128},
      {"mysql.password",
       "With which password.",
       at<&C::mysql, &C::Mysql::password>,
       0,
       256,
       {},
       Reloads::no,
       Secret::yes},
      {"mysql.database", "The database; its tables are made at the first start.", at<&C::mysql, &C::Mysql::database>, 1,
       64},
      {"mysql.ledger",
       "Databases of the ledger, which share its shards evenly, as in `10.0.0.5:3306/ledger1`; the same list in the "
       "same "
       "order for ever. Empty: `mysql.database`. User and password are those above.",
       at<&C::mysql, &C::Mysql::ledger>, 0, 256},
      {"mysql.connections", "Connections of each store of this process.", at<&C::mysql, &C::Mysql::connections>, 1, 64},
      {"redis.addresses", "The server of the inbox, connections and what is cached; of a Cluster, some of its nodes.",
       at<&C::redis, &C::Redis::addresses>, 1, 64},
      {"redis.cluster", "Whether it is a Redis Cluster.", at<&C::redis, &C::Redis::cluster>},
      {"redis.password",
       "With which password.",
       at<&C::redis, &C::Redis::password>,
       0,
       256,
       {},
       Reloads::no,
       Secret::yes},
      {"redis.prefix", "What every key begins with.", at<&C::redis, &C::Redis::prefix>, 1, 32},
  };
}

std::vector<Setting> carrier_settings() {
  return {
      {"rocketmq.proxy", "RocketMQ 5's gRPC proxy.", at<&C::rocketmq, &C::Rocketmq::proxy>},
      {"rocketmq.broker",
       "A broker's own address; with it lossy settings of the broker are refused at the start. Empty: they are not "
       "looked at.",
       at<&C::rocketmq, &C::Rocketmq::broker>, 0, 256},
      {"rocketmq.prefix", "What topics and consumer groups begin with.", at<&C::rocketmq, &C::Rocketmq::prefix>, 1, 32},
      {"rocketmq.backlog",
       "Sent messages of a dispatcher that RocketMQ has not taken yet; above it a send is answered 503 `unavailable`.",
       at<&C::rocketmq, &C::Rocketmq::backlog>, 1, 100'000'000},
      {"elasticsearch.address", "Where Elasticsearch answers HTTP.", at<&C::elasticsearch, &C::Elasticsearch::address>},
      {"elasticsearch.prefix", "What indexes begin with.", at<&C::elasticsearch, &C::Elasticsearch::prefix>, 1, 32},
      {"elasticsearch.replicas",
       "Copies of an index that is made, besides the first. 0 only where there is one node: with it goes the history.",
       at<&C::elasticsearch, &C::Elasticsearch::replicas>, 0, 16},
  };
}

}  // namespace godwit::app
