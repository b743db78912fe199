#pragma once
#include <chrono>
#include <cstddef>
#include <string>

namespace godwit::mysql {

/// One database of a MySQL or MariaDB server, and how it is spoken to.
struct Settings {
  std::string address = "127.0.0.1:3306";  ///< host:port; an IPv6 address in brackets
  std::string user, password, database;
  std::size_t connections = 4;              ///< at most, besides what a store says that it has for itself
  std::chrono::seconds connect_timeout{2};  ///< for connecting and logging in
  std::chrono::seconds answer_timeout{4};   ///< for each answer; the connection is given up then. Above lock_timeout
  std::chrono::seconds lock_timeout{2};     ///< how long a statement waits for a row that another holds
};

}  // namespace godwit::mysql
