#include "app/config/reload.hpp"

#include "app/config/setting.hpp"

namespace godwit::app {
namespace {

void take_origin(Loaded& into, const Loaded& fresh, std::string_view name) {
  const auto origin = fresh.origins.find(name);
  if (origin == fresh.origins.end())
    into.origins.erase(std::string(name));
  else
    into.origins[std::string(name)] = origin->second;
}

}  // namespace

TakenOver take_over(const Loaded& running, Loaded fresh) {
  TakenOver result{.settings = running};
  for (const auto& setting : settings()) {
    const bool reloads = setting.reloads == Reloads::yes;
    if (reloads) take_origin(result.settings, fresh, setting.name);
    if (show(running.config, setting) == show(fresh.config, setting)) continue;
    (reloads ? result.changed : result.needs_restart).emplace_back(setting.name);
    if (reloads) std::visit([&](auto field) { field(result.settings.config) = field(fresh.config); }, setting.field);
  }
  return result;
}

}  // namespace godwit::app
