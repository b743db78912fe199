#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace godwit::redis {

struct Address {
  std::string host;  ///< a numeric address, or a name
  std::uint16_t port = 0;

  [[nodiscard]] std::string str() const { return host + ":" + std::to_string(port); }
  friend auto operator<=>(const Address&, const Address&) = default;
};

struct Settings {
  std::vector<Address> servers;  ///< the one server; of a cluster some of its nodes, the others are found
  bool cluster = false;
  std::string user, password;  ///< empty: no AUTH; a password alone is the default user's
  std::string prefix;          ///< every key begins with it (Client::key)

  std::chrono::milliseconds timeout{2000};  ///< of a call, from `run` to its answer, whatever happens in between
  std::chrono::milliseconds connect_timeout{1000};
  std::chrono::milliseconds first_back_off{20}, longest_back_off{1000};  ///< between two tries to connect
  std::size_t most_waiting = 20'000;                                     ///< commands without an answer yet
  std::size_t most_waiting_bytes = std::size_t{64} << 20U;               ///< of them
};

}  // namespace godwit::redis
