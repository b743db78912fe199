#include <algorithm>

#include "offline/role.hpp"

namespace godwit::offline {
namespace {

/// One for each 20 conversations: each is a few reads and a write.
double cost_of_acks(const net::Request& request) {
  return static_cast<double>(1 + std::ranges::count(request.body, ',') / 20);
}

}  // namespace

gateway::Routes OfflineRole::routes() {
  using gateway::Body;
  using gateway::Call;
  gateway::Routes routes;
  routes.push_back(
      {.method = "GET", .pattern = "/v1/offline", .handle = [this](Call& call) { return pull_inbox(call); }});
  routes.push_back({.method = "POST",
                    .pattern = "/v1/acks",
                    .body = Body::required,
                    .handle = [this](Call& call) { return post_acks(call); },
                    .cost = cost_of_acks});
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
