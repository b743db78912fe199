#include "app/config/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace godwit::app {
namespace {

/// Edits (insert, delete, change) that lead from `a` to `b`.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto changed = diagonal + (a[i] == b[j] ? 0U : 1U);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string_view nearest(std::string_view text, const std::vector<std::string_view>& names) {
  constexpr std::size_t kLongest = 128;  // whatever is longer is no typing error
  if (text.size() > kLongest || names.empty()) return {};
  const auto best = std::ranges::min_element(names, {}, [&](std::string_view name) { return distance(text, name); });
  return distance(text, *best) <= std::max<std::size_t>(2, text.size() / 3) ? *best : std::string_view{};
}

}  // namespace godwit::app
