#include "domain/sought_text.hpp"

#include <doctest/doctest.h>

namespace godwit {
namespace {
using Found = std::vector<TextPlace>;

Found in(std::string_view typed, std::string_view text) { return SoughtText(typed).find_in(text).value_or(Found{}); }
}  // namespace

TEST_CASE("needles are found where they stand, overlaps joined") {
  CHECK(in("天气", "今天天气好，天气") == Found{{2, 4}, {6, 8}});
  CHECK(in("哈哈", "哈哈哈哈") == Found{{0, 4}});
  CHECK(in("Cafe", "un CAFÉ, cafe\xCC\x81!") == Found{{3, 7}, {9, 14}});
  CHECK(in("tea 茶", "茶 or tea: 👍🏽 茶") == Found{{0, 1}, {5, 8}, {13, 14}});
  CHECK(in("tea 茶", "tea alone").empty());
  CHECK(in("te", "tea").empty());
  CHECK(in("", "tea").empty());
  CHECK(in(std::string(100, 'x') + "y", std::string(100, 'x') + "z").empty());  // one term in the index, two words
}

}  // namespace godwit
