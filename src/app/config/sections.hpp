#pragma once
#include <vector>

#include "app/config/setting.hpp"

/// For the files that declare settings, section by section.
namespace godwit::app {

/// `at<&Config::http, &Config::Http::threads>`: the field, as the table holds it.
template <auto Section, auto Key>
constexpr auto at = +[](Config& config) -> auto& { return config.*Section.*Key; };

/// The same for a setting without a section.
template <auto Key>
constexpr auto top = +[](Config& config) -> auto& { return config.*Key; };

constexpr double kDay = 86'400, kMega = 1'048'576, kGiga = 1'073'741'824;

// process_settings.cpp: which processes there are, and what they stand on.
[[nodiscard]] std::vector<Setting> process_settings();
[[nodiscard]] std::vector<Setting> peer_settings();
[[nodiscard]] std::vector<Setting> engine_settings();
[[nodiscard]] std::vector<Setting> carrier_settings();

}  // namespace godwit::app
