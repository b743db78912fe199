#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "user/service_keys.hpp"
#include "user/store.hpp"

namespace godwit::user {

/// What `godwit admin` does with accounts: on a running role (UserRole::admin), or on a data directory at rest (`ended`
/// empty).
class Admin {
 public:
  using Ended = std::function<void(const std::vector<SessionId>&)>;
  Admin(Store& store, const Clock& clock, Random& random, Ended ended = {})
      : store_(store), clock_(clock), random_(random), ended_(std::move(ended)) {}

  /// By key, ascending, above `after`.
  Task<Result<std::vector<User>>> list_users(UserKey after, std::size_t limit);
  /// Disabling ends all sessions; enabling brings none back. not_found.
  Task<Result<User>> set_disabled(UserKey user, bool disabled);
  /// `name` is the msgSender of what the key pushes, 1–64 characters. The text is shown this once.
  Task<Result<MadeServiceKey>> create_service_key(std::string name);
  Task<Result<std::vector<ServiceKey>>> list_service_keys(std::string after, std::size_t limit);
  /// not_found.
  Task<Result<void>> remove_service_key(std::string id);

 private:
  Store& store_;
  const Clock& clock_;
  Random& random_;
  Ended ended_;
};

}  // namespace godwit::user
