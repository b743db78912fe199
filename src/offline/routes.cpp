#include "offline/role.hpp"

namespace godwit::offline {

gateway::Routes OfflineRole::routes() {
  using gateway::Body;
  using gateway::Call;
  gateway::Routes routes;
  routes.push_back(
      {.method = "GET", .pattern = "/v1/offline", .handle = [this](Call& call) { return pull_inbox(call); }});
  routes.push_back({.method = "POST", .pattern = "/v1/acks", .body = Body::required, .handle = [this](Call& call) {
                      return post_acks(call);
                    }});
  routes.push_back({.method = "GET", .pattern = "/v1/conversations", .handle = [this](Call& call) {
                      return list_conversations(call);
                    }});
  routes.push_back(
      {.method = "PUT", .pattern = "/v1/conversations/{id}/read", .body = Body::required, .handle = [this](Call& call) {
         return put_read(call);
       }});
  return routes;
}

}  // namespace godwit::offline
