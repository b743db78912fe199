#include "offline/role.hpp"

namespace godwit::offline {

std::vector<OfflineRole::Calls::Binding> OfflineRole::bindings() {
  using gateway::Call;
  return {
      {"GET", "/v1/offline", [](OfflineRole& role, Call& call) { return role.pull_inbox(call); }},
      {"POST", "/v1/acks", [](OfflineRole& role, Call& call) { return role.post_acks(call); }},
      {"GET", "/v1/conversations", [](OfflineRole& role, Call& call) { return role.list_conversations(call); }},
      {"PUT", "/v1/conversations/{id}/read", [](OfflineRole& role, Call& call) { return role.put_read(call); }},
  };
}

}  // namespace godwit::offline
