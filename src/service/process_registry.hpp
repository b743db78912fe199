#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/task.hpp"
#include "service/role_name.hpp"

namespace godwit::processes {

/// A process among others, and where it can be asked.
struct Entry {
  std::string id;       ///< new with each start; empty: known by the settings alone
  std::string name;     ///< as operators call it: its node, else a role and its address
  std::string address;  ///< "host:port" of its listener for the others; empty: nobody knows
  std::vector<RoleName> roles;
  Millis silent = 0;  ///< how long ago it announced itself, by the registry's clock
  friend bool operator==(const Entry&, const Entry&) = default;
};

/// The port of which processes there are: each process announces itself again and again. One that ends takes itself
/// out; one that dies is listed, ever more silent, until it is forgotten, so that it can be missed. Every verb may be
/// `unavailable`. Thread-safe.
class Registry {
 public:
  static constexpr Millis kBeat = 2'000;         ///< how often to announce
  static constexpr Millis kForgotten = 600'000;  ///< who was silent for so long is listed no more
  static constexpr std::size_t kMost = 1'000;    ///< above: the most silent go
  virtual ~Registry() = default;

  /// `silent` begins anew. An entry of the same id is replaced.
  virtual Task<Result<void>> announce(Entry entry) = 0;
  /// Nothing where there is none of that id.
  virtual Task<Result<void>> withdraw(std::string id) = 0;
  /// By id, ascending.
  virtual Task<Result<std::vector<Entry>>> entries() = 0;
};

}  // namespace godwit::processes
