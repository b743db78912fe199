#include "app/maintenance/carriers.hpp"

#include <chrono>

namespace godwit::app {
namespace {
constexpr auto kPatience = std::chrono::minutes(2);
}

Carriers::Carriers(const Place& place)
    : engines_(place.engines),
      roles_(
          RoleSet::all(),
          Ground{
              .config = place.config, .ports = place.engines.ports(), .signing_key = place.key, .loops = loops_.all()},
          place.with) {
  roles_.offline.place().consume();
  engines_.start();
  loops_.start();
}

Carriers::~Carriers() {
  loops_.stop();
  engines_.stop();  // its consumers call the roles
}

Result<void> Carriers::settle() {
  auto& bus = *engines_.ports().bus;
  for (const auto topic : {dispatch::Topic::store, dispatch::Topic::offline}) {
    auto left = bus.lag(topic);
    for (auto end = std::chrono::steady_clock::now() + kPatience; !sync_wait(bus.settled(topic));) {
      if (const auto now = bus.lag(topic); now < left) {
        left = now;
        end = std::chrono::steady_clock::now() + kPatience;
      }
      if (std::chrono::steady_clock::now() > end)
        return fail(Code::unavailable, "the stores did not take what was written");
    }
  }
  return {};
}

}  // namespace godwit::app
