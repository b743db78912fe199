#include "app/config/reload.hpp"

#include "app/config/setting.hpp"

namespace godwit::app {

TakenOver take_over(const Config& running, Config fresh) {
  TakenOver result{.config = running};
  for (const auto& setting : settings()) {
    if (show(running, setting) == show(fresh, setting)) continue;
    const bool reloads = setting.reloads == Reloads::yes;
    (reloads ? result.changed : result.needs_restart).emplace_back(setting.name);
    if (reloads) std::visit([&](auto field) { field(result.config) = field(fresh); }, setting.field);
  }
  return result;
}

}  // namespace godwit::app
