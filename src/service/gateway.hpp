#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "domain/people.hpp"
#include "net/http.hpp"

/// What a role needs to put its calls behind the one door.
namespace godwit::gateway {

/// Who may make a call. The gateway has proven it before the handler runs.
enum class Access : char {
  open,         ///< nobody in particular: the few calls that protocol.md lists
  session,      ///< a live session's token
  admin,        ///< the same, of an account that is an admin (403 otherwise, before the body is looked at)
  service_key,  ///< a business system
};

/// Whether the call has a JSON body. `required`: without one 400; with another media type 415.
enum class Body : char { none, required };

/// One call, as a handler sees it.
struct Call {
  net::Request& http;
  Identity who;                     ///< Access::session and admin
  std::string service;              ///< Access::service_key: the key's name
  std::vector<std::string> params;  ///< the pattern's {…}, percent-decoded, in order
  std::string trace;                ///< 32 hex digits
  std::string_view pattern{};       ///< of its route, for the log: a path may hold what is nobody's business
};

using Answer = Result<net::Response>;
/// Runs on the connection's loop. `call` outlives the task.
using CallHandler = std::function<Task<Answer>(Call&)>;

/// Which rate a call is held to.
enum class Rate : char {
  caller,        ///< its user's; its address's, where nobody in particular calls
  send,          ///< the same, and its user's rate of sends
  registration,  ///< the same, and its address's rate of new accounts
  none,
};

/// `pattern`: "/v1/groups/{key}/members". A literal segment wins over a {…} in the same place.
struct Route {
  std::string method;
  std::string pattern;
  Access access = Access::session;
  Body body = Body::none;
  CallHandler handle;
  Rate rate = Rate::caller;
  /// How many calls of its rate it counts for. Null: one for each 200 of its `limit`.
  double (*cost)(const net::Request&) = nullptr;
  std::string scope{};  ///< Access::service_key: what the key must be for (403)
};

using Routes = std::vector<Route>;

}  // namespace godwit::gateway
