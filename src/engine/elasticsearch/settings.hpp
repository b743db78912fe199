#pragma once
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace godwit::engine::elasticsearch {

/// Where the cluster is, and how long it may take.
struct HttpSettings {
  std::vector<std::string> addresses;  ///< "http://127.0.0.1:9200" …: nodes of one cluster, any of which is asked
  std::string user, password;          ///< basic authentication; an empty `user`: none
  std::string authorities;             ///< a file of certificates (PEM) that https is held against; empty: the system's
  std::size_t connections = 8;         ///< at most, to one node
  std::size_t waiting = 512;           ///< requests under way or waiting; more are answered unavailable at once
  std::chrono::milliseconds connecting{1000};
  std::size_t most_answer_bytes = 64U << 20U;  ///< of one answer; a longer one is cut off: unavailable
};

struct Settings {
  HttpSettings http{};
  std::string index;                              ///< the alias; the index behind it is `index`-1, -2 … (lower-case)
  std::size_t shards = 1;                         ///< of an index that is made; 2^31 messages each
  std::size_t replicas = 1;                       ///< of an index that is made
  std::chrono::milliseconds read_limit{2000};     ///< of each request of a read
  std::chrono::milliseconds write_limit{10'000};  ///< of each request of a put
};

}  // namespace godwit::engine::elasticsearch
