#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace godwit::user {

struct ServiceKey {
  std::string id;
  std::string name;  ///< msgSender of what it pushes
  std::string hash;  ///< of the secret, hex
  Millis created_at = 0;
};

/// The port of business systems' keys. Used inside a transaction, on its thread. Errors: unavailable.
class ServiceKeyStore {
 public:
  virtual ~ServiceKeyStore() = default;

  virtual Result<void> add(const ServiceKey& key) = 0;
  virtual Result<std::optional<ServiceKey>> find(const std::string& id) = 0;
  virtual Result<bool> remove(const std::string& id) = 0;
  /// By id, ascending, above `after`.
  virtual Result<std::vector<ServiceKey>> list(const std::string& after, std::size_t limit) = 0;
};

}  // namespace godwit::user
