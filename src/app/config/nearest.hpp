#pragma once
#include <string_view>
#include <vector>

namespace godwit::app {

/// The one of `names` that a person most likely meant by `text`; empty where none is near (over a third of it differs).
[[nodiscard]] std::string_view nearest(std::string_view text, const std::vector<std::string_view>& names);

}  // namespace godwit::app
