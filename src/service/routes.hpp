#pragma once
#include <array>

#include "service/gateway.hpp"

// Every call of the roles, as docs/openapi.yaml has them: what the gateway knows of each before its role is asked.
// The handlers are in each role's routes*.cpp.

namespace godwit::user {

inline constexpr auto kRoutes = [] {
  using enum gateway::Access;
  using enum gateway::Body;
  return std::to_array<gateway::RouteSpec>({
      {"POST", "/v1/users", open, required},
      {"GET", "/v1/registration", open},
      {"GET", "/v1/users"},
      {"GET", "/v1/users/{key}"},
      {"GET", "/v1/me"},
      {"PATCH", "/v1/me", session, required},
      {"PUT", "/v1/me/password", session, required},

      {"POST", "/v1/sessions", open, required},
      {"GET", "/v1/sessions"},
      {"DELETE", "/v1/sessions/{id}"},

      {"GET", "/v1/friends"},
      {"PATCH", "/v1/friends/{key}", session, required},
      {"DELETE", "/v1/friends/{key}"},
      {"GET", "/v1/blocks"},
      {"PUT", "/v1/blocks/{key}"},
      {"DELETE", "/v1/blocks/{key}"},

      {"POST", "/v1/friend-requests", session, required},
      {"GET", "/v1/friend-requests"},
      {"POST", "/v1/friend-requests/{id}/approve"},
      {"POST", "/v1/friend-requests/{id}/reject"},
      {"POST", "/v1/groups/{key}/requests", session, required},
      {"GET", "/v1/group-requests"},
      {"POST", "/v1/group-requests/{id}/approve"},
      {"POST", "/v1/group-requests/{id}/reject"},

      {"POST", "/v1/groups", session, required},
      {"GET", "/v1/groups"},
      {"GET", "/v1/groups/{key}"},
      {"PATCH", "/v1/groups/{key}", session, required},
      {"DELETE", "/v1/groups/{key}"},
      {"GET", "/v1/groups/{key}/members"},
      {"PATCH", "/v1/groups/{key}/members/{user}", session, required},
      {"DELETE", "/v1/groups/{key}/members/{user}"},

      {"GET", "/v1/admin/users", admin},
      {"GET", "/v1/admin/users/{key}", admin},
      {"POST", "/v1/admin/users/{key}/disable", admin},
      {"POST", "/v1/admin/users/{key}/enable", admin},
      {"DELETE", "/v1/admin/users/{key}/sessions", admin},
      {"DELETE", "/v1/admin/users/{key}/sessions/{id}", admin},
      {"GET", "/v1/admin/audit", admin},
      {"POST", "/v1/admin/users", admin, required},
      {"POST", "/v1/admin/users/{key}/password", admin},
      {"GET", "/v1/admin/keys", admin},
      {"DELETE", "/v1/admin/keys/{id}", admin},
      {"GET", "/v1/admin/groups", admin},
      {"GET", "/v1/admin/groups/{key}/members", admin},
      {"DELETE", "/v1/admin/groups/{key}", admin},
  });
}();

}  // namespace godwit::user

namespace godwit::dispatch {

inline constexpr auto kRoutes = [] {
  using enum gateway::Access;
  using enum gateway::Body;
  return std::to_array<gateway::RouteSpec>({
      {"POST", "/v1/messages", session, required, gateway::Rate::send},
      {"DELETE", "/v1/messages/{id}"},
      {.method = "POST", .pattern = "/v1/push", .access = service_key, .body = required, .scope = "push"},
      {"POST", "/v1/admin/notices", admin, required},
  });
}();

}  // namespace godwit::dispatch

namespace godwit::archive {

inline constexpr auto kRoutes = std::to_array<gateway::RouteSpec>({
    {"GET", "/v1/conversations/{id}/messages"},
    {"GET", "/v1/messages/search"},
});

}  // namespace godwit::archive

namespace godwit::offline {

inline constexpr auto kRoutes = std::to_array<gateway::RouteSpec>({
    {"GET", "/v1/offline"},
    {.method = "POST", .pattern = "/v1/acks", .body = gateway::Body::required, .cost = gateway::Cost::batch},
    {"GET", "/v1/conversations"},
    {.method = "PUT", .pattern = "/v1/conversations/{id}/read", .body = gateway::Body::required},
});

}  // namespace godwit::offline
