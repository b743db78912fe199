#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "service/user.hpp"
#include "user/context/context.hpp"

namespace godwit::user {

struct Login {
  std::string key, password;
  std::string device_id, device_name;  ///< an empty id: one is made up
  std::string address;                 ///< the client's, for the throttle
};

struct LoggedIn {
  std::string token;
  Session session;
  User user;
  std::string node;
};

/// Replaces the session of the same device, and ends the oldest where there are too many.
/// bad_credentials (unknown, wrong: the same in the same time), account_disabled, rate_limited, unavailable.
Task<Result<LoggedIn>> log_in(Context& context, Login login);

/// `session`: an id of the caller's, or "current". not_found.
Task<Result<void>> log_out(Context& context, Identity who, std::string session);

/// Oldest first; what expired is left out.
Task<Result<std::vector<Session>>> list_sessions(Context& context, UserKey user);

/// unauthenticated.
Task<Result<Proven>> authenticate(Context& context, std::string_view token);
/// unauthenticated.
Task<Result<Proven>> prove_again(Context& context, Identity who);
/// unauthenticated: no such key (any more), or expired.
Task<Result<ServiceIdentity>> authenticate_service(Context& context, std::string_view key);

}  // namespace godwit::user
