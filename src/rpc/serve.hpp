#pragma once
#include <span>
#include <string>

#include "rpc/heard.hpp"
#include "rpc/server.hpp"
#include "service/archive.hpp"
#include "service/change_feed.hpp"
#include "service/dispatch.hpp"
#include "service/gateway.hpp"
#include "service/offline.hpp"
#include "service/processes.hpp"
#include "service/sequencer.hpp"
#include "service/user.hpp"

/// What a role answers to its contract's calls. The role outlives the server's calls.
namespace godwit::rpc {

/// The user role. `feed`: of the change log that its caches follow.
struct UserSource {
  user::Service& users;
  const changes::ChangeFeed& feed;
};
void serve_user(Services& services, UserSource& source);
void serve_dispatch(Services& services, dispatch::Service& dispatch);
void serve_offline(Services& services, offline::Service& offline);
void serve_archive(Services& services, archive::Service& archive);

/// The sequencer of the dispatcher called `name`: what is meant for another one is `unavailable`.
struct NamedSequencer {
  sequencer::Service& sequencer;
  std::string name;
};
void serve_sequencer(Services& services, NamedSequencer& sequencer);

/// What the process tells of itself.
void serve_process(Services& services, processes::Service& process);

/// The clients' calls that the roles of this process answer. Immutable.
class RoleCalls {
 public:
  /// `heard`: of this process; null: who calls is not waited for. All outlives it.
  explicit RoleCalls(std::vector<gateway::RoleClient*> roles, const Heard* heard = nullptr)
      : roles_(std::move(roles)), heard_(heard) {}
  struct Place {
    gateway::RoleClient* role = nullptr;
    std::size_t route = 0;
  };
  /// `role` nullptr: none of them declares it.
  [[nodiscard]] Place find(std::string_view method, std::string_view pattern) const;
  [[nodiscard]] const Heard* heard() const noexcept { return heard_; }

 private:
  std::vector<gateway::RoleClient*> roles_;
  const Heard* heard_;
};
void serve_calls(Services& services, RoleCalls& calls);

}  // namespace godwit::rpc
