#include "app/config/shared_settings.hpp"

#include <algorithm>

#include "app/config/setting.hpp"

namespace godwit::app {
namespace {

constexpr std::string_view kShared[] = {"registration", "reserved_keys", "engines", "gateway.sockets"};
constexpr std::string_view kSharedSections[] = {"peers.",    "mysql.",    "redis.", "rocketmq.", "elasticsearch.",
                                                "sessions.", "messages.", "inbox.", "limits.",   "caps."};
/// A process may have more of these than another.
constexpr std::string_view kOwn[] = {"mysql.connections"};

bool is_shared(const Setting& setting) {
  if (setting.secret == Secret::yes || std::ranges::find(kOwn, setting.name) != std::end(kOwn)) return false;
  return std::ranges::find(kShared, setting.name) != std::end(kShared) ||
         std::ranges::any_of(kSharedSections,
                             [&setting](std::string_view section) { return setting.name.starts_with(section); });
}

}  // namespace

std::vector<std::pair<std::string, std::string>> shared_settings(const Config& config) {
  std::vector<std::pair<std::string, std::string>> shared;
  for (const auto& setting : settings())
    if (is_shared(setting)) shared.emplace_back(setting.name, show(config, setting));
  return shared;
}

}  // namespace godwit::app
