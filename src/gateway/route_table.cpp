#include "gateway/route_table.hpp"

#include <stdexcept>

#include "net/http/http.hpp"

namespace godwit::gateway {
namespace {

constexpr std::size_t kMostParameter = 256;  ///< bytes of one {…}; no id or key is longer

/// Takes the first segment off "/a/b": "a", leaving "/b".
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const auto end = path.find('/');
  const auto segment = path.substr(0, end);
  path.remove_prefix(segment.size());
  return segment;
}

constexpr bool is_unreserved(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~").contains(c);
}

/// With escapes of what needs none taken back (RFC 3986 §6.2.2.2): "/v1/%6de" is "/v1/me", and "%2F" stays as it is.
std::string normalized(std::string_view path) {
  std::string out;
  std::string decoded;
  while (!path.empty()) {
    const bool escaped =
        path.front() == '%' && net::percent_decode(path.substr(0, 3), false, decoded) && decoded.size() == 1;
    if (escaped && is_unreserved(decoded.front())) {
      out += decoded;
      path.remove_prefix(3);
    } else {
      out += path.front();
      path.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace

void RouteTable::add(RoleClient& role) {
  const auto routes = role.routes();
  for (std::size_t i = 0; i < routes.size(); ++i) add({.spec = routes[i], .role = &role, .place = i});
}

void RouteTable::add(const Route& route) {
  std::string_view rest = route.spec.pattern;
  Node* node = &root_;
  while (!rest.empty()) {
    const auto segment = take_segment(rest);
    auto& next = segment.starts_with('{') ? node->parameter : node->literal[std::string(segment)];
    if (!next) next = std::make_unique<Node>();
    node = next.get();
  }
  listing_.push_back(std::string(route.spec.method) + " " + std::string(route.spec.pattern));
  if (!node->methods.emplace(route.spec.method, route).second)
    throw std::logic_error("two routes for " + listing_.back());
}

const RouteTable::Node* RouteTable::descend(const Node& node, std::string_view rest, std::vector<std::string>& params) {
  if (rest.empty()) return node.methods.empty() ? nullptr : &node;
  const auto segment = take_segment(rest);
  if (const auto literal = node.literal.find(segment); literal != node.literal.end()) {
    if (const auto* found = descend(*literal->second, rest, params)) return found;
  }
  std::string value;
  if (!node.parameter || segment.empty() || segment.size() > 3 * kMostParameter ||
      !net::percent_decode(segment, false, value))
    return nullptr;
  params.push_back(std::move(value));
  if (const auto* found = descend(*node.parameter, rest, params)) return found;
  params.pop_back();
  return nullptr;
}

Result<RouteTable::Match> RouteTable::find(std::string_view method, std::string_view path) const {
  if (!path.starts_with('/')) return fail(Code::not_found);
  Match match;
  const Node* node = descend(root_, path.contains('%') ? normalized(path) : path, match.params);
  if (node == nullptr) return fail(Code::not_found, "there is no such path");
  const auto found = node->methods.find(method == "HEAD" ? std::string_view("GET") : method);
  if (found != node->methods.end()) {
    match.route = &found->second;
    return match;
  }
  std::string allowed;
  for (const auto& [name, route] : node->methods) {
    allowed += (allowed.empty() ? "" : ", ") + name;
    if (name == "GET") allowed += ", HEAD";
  }
  return fail(Code::method_not_allowed, std::move(allowed));
}

std::vector<std::string> RouteTable::listing() const { return listing_; }

}  // namespace godwit::gateway
