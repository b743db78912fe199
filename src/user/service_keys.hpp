#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "user/service_key_store.hpp"

namespace godwit::user {

/// A business system's key: `gwk_<id>_<secret>`, 160 random bits of secret. Only a hash of the secret is stored: it is
/// random, so a fast hash is enough.
struct MadeServiceKey {
  std::string text;  ///< shown once
  ServiceKey stored;
};
[[nodiscard]] MadeServiceKey make_service_key(std::string name, Random& random, Millis now);

struct ServiceKeyParts {
  std::string id, secret;
};
[[nodiscard]] std::optional<ServiceKeyParts> read_service_key(std::string_view text);
/// In constant time.
[[nodiscard]] bool matches(const ServiceKeyParts& given, const ServiceKey& stored);

}  // namespace godwit::user
