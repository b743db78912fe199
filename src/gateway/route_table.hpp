#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/hand_over.hpp"
#include "service/gateway.hpp"

namespace godwit::gateway {

/// What answers to a path: a role's call; an upgrade to a WebSocket, whose socket goes to `sockets`; without either,
/// the gateway's offer of a socket elsewhere.
struct Route {
  RouteSpec spec;
  RoleClient* role = nullptr;
  std::size_t place = 0;  ///< in the role's routes()
  HandOver* sockets = nullptr;
};

/// Paths to routes: a tree by segments. Built at start, read by every loop afterwards.
class RouteTable {
 public:
  /// A pattern and method twice is a bug: throws std::logic_error.
  void add(const Route& route);
  /// Every call that the role declares.
  void add(RoleClient& role);

  struct Match {
    const Route* route = nullptr;
    std::vector<std::string> params;
  };
  /// not_found for an unknown path (or one that is badly escaped); method_not_allowed, with the allowed ones in
  /// `detail`, for a known one. HEAD is looked up as GET.
  [[nodiscard]] Result<Match> find(std::string_view method, std::string_view path) const;

  /// Every route, for the conformance test and the documents.
  [[nodiscard]] std::vector<std::string> listing() const;

 private:
  struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literal;
    std::unique_ptr<Node> parameter;
    std::map<std::string, Route, std::less<>> methods;
  };
  [[nodiscard]] static const Node* descend(const Node& node, std::string_view rest, std::vector<std::string>& params);

  Node root_;
  std::vector<std::string> listing_;
};

}  // namespace godwit::gateway
