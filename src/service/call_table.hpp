#pragma once
#include <stdexcept>
#include <string>

#include "service/gateway.hpp"

namespace godwit::gateway {

/// A role's declared calls, each bound to the function that answers it. Immutable once made; any thread.
template <class With>
class CallTable final : public RoleClient {
 public:
  using Handler = Task<Answer> (*)(With&, Call&);
  struct Binding {
    std::string_view method, pattern;
    Handler handler = nullptr;
  };

  /// `with` and `routes` outlive the table. A call that is bound twice, or not, or not declared is a bug: throws
  /// std::logic_error.
  CallTable(With& with, std::span<const RouteSpec> routes, std::span<const Binding> bindings)
      : with_(with), routes_(routes), handlers_(routes.size()) {
    for (const auto& one : bindings) {
      auto& handler = handlers_.at(place_of(one));
      if (handler != nullptr) throw std::logic_error("bound twice: " + std::string(one.pattern));
      handler = one.handler;
    }
    if (bindings.size() != routes.size()) throw std::logic_error("a declared call has no handler");
  }

  [[nodiscard]] std::span<const RouteSpec> routes() const override { return routes_; }
  Task<Answer> call(std::size_t route, Call& call) override { return handlers_.at(route)(with_, call); }

 private:
  [[nodiscard]] std::size_t place_of(const Binding& one) const {
    for (std::size_t i = 0; i < routes_.size(); ++i) {
      if (routes_[i].method == one.method && routes_[i].pattern == one.pattern) return i;
    }
    throw std::logic_error("not declared: " + std::string(one.pattern));
  }

  With& with_;
  std::span<const RouteSpec> routes_;
  std::vector<Handler> handlers_;
};

}  // namespace godwit::gateway
