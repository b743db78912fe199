#pragma once
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace godwit::user {

struct ServiceKey {
  std::string id;
  std::string name;  ///< msgSender of what it pushes
  std::string hash;  ///< of the secret, hex
  Millis created_at = 0;
  std::vector<std::string> scopes{};  ///< see kScopes; never empty
  Millis expires_at = 0;              ///< 0: never
  Millis last_used_at = 0;            ///< 0: never; lazily written
};

/// The port of business systems' keys. Used inside a transaction, on its thread. Errors: unavailable.
class ServiceKeyStore {
 public:
  virtual ~ServiceKeyStore() = default;

  virtual Result<void> add(const ServiceKey& key) = 0;
  virtual Result<std::optional<ServiceKey>> find(const std::string& id) = 0;
  /// Those of that name, ASCII case aside. More than one only where an older version made them.
  virtual Result<std::vector<ServiceKey>> named(const std::string& name) = 0;
  virtual Result<bool> remove(const std::string& id) = 0;
  /// By id, ascending, above `after`.
  virtual Result<std::vector<ServiceKey>> list(const std::string& after, std::size_t limit) = 0;
  /// Moves `last_used_at`; never back; a revoked key is left out.
  virtual Result<void> touch(std::span<const std::pair<std::string, Millis>> used) = 0;
};

}  // namespace godwit::user
