#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "domain/people.hpp"
#include "net/http/reply.hpp"

/// What a role needs to put its calls behind the one door.
namespace godwit::gateway {

/// Who may make a call. The gateway has proven it before the role is asked.
enum class Access : char {
  open,         ///< nobody in particular: the few calls that protocol.md lists
  session,      ///< a live session's token
  admin,        ///< the same, of an account that is an admin (403 otherwise, before the body is looked at)
  service_key,  ///< a business system
};

/// Whether the call has a JSON body. `required`: without one 400; with another media type 415.
enum class Body : char { none, required };

/// Which rate a call is held to.
enum class Rate : char {
  caller,  ///< its user's; its address's, where nobody in particular calls
  send,    ///< the same, and its user's rate of sends
  none,
};

/// How many calls of its rate one counts for.
enum class Cost : char {
  page,   ///< one for each 200 of its `limit`
  batch,  ///< one for each 20 commas of its body: each entry is a few reads and a write
};

/// A call as it is declared; routes.hpp has them all. `pattern`: "/v1/groups/{key}/members". A literal segment wins
/// over a {…} in the same place.
struct RouteSpec {
  std::string_view method;
  std::string_view pattern;
  Access access = Access::session;
  Body body = Body::none;
  Rate rate = Rate::caller;
  Cost cost = Cost::page;
  std::string_view scope{};  ///< Access::service_key: what the key must be for (403)
};

/// One call, proven and within its limits: values alone, so that it can go to another process.
struct Call {
  Identity who{};                     ///< Access::session and admin
  std::string service{};              ///< Access::service_key: the key's name
  std::vector<std::string> params{};  ///< the pattern's {…}, percent-decoded, in order
  std::string query{};                ///< what stands after '?', still encoded
  std::string body{};
  std::string peer{};  ///< the caller's address, without port
};

using Answer = Result<net::Reply>;

/// A role, as the gateway knows it: the calls that it declares, and the way to make one. Thread-safe.
class RoleClient {
 public:
  virtual ~RoleClient() = default;

  [[nodiscard]] virtual std::span<const RouteSpec> routes() const = 0;
  /// `route`: its place in `routes()`. `call` outlives the task and may be used up. Comes back to the caller's
  /// executor.
  virtual Task<Answer> call(std::size_t route, Call& call) = 0;
};

}  // namespace godwit::gateway
