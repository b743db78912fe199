#include "app/maintenance/row_digest.hpp"

#include <doctest/doctest.h>

namespace godwit::app {
namespace {

RowDigest digest(const std::vector<TableRow>& rows) {
  RowDigest all(1);
  for (const auto& row : rows) all.add(row);
  return all;
}

std::vector<std::string> names(const std::vector<TableRow>& source, const std::vector<TableRow>& target) {
  std::vector<std::string> all;
  for (const auto bucket : digest(source).differing(digest(target))) {
    RowDifference difference(1, bucket);
    for (const auto& row : source) difference.add(RowDifference::Side::source, row);
    for (const auto& row : target) difference.add(RowDifference::Side::target, row);
    for (auto& name : difference.names(10)) all.push_back(std::move(name));
  }
  return all;
}

}  // namespace

TEST_CASE("a digest is of the rows, in whatever order, as numbers or as their digits") {
  const TableRow ann{"ann", std::int64_t{7}, std::monostate()}, bob{"bob", std::int64_t{-8}, "x"};
  CHECK(digest({ann, bob}) == digest({bob, {"ann", "7", std::monostate()}}));
  CHECK(digest({ann, bob}).hash() == digest({bob, ann}).hash());
  CHECK(digest({ann, bob}).count() == 2);
}

TEST_CASE("a digest differs where a row is missing, is twice, or has another cell") {
  const TableRow ann{"ann", "a", "bc"};
  CHECK_FALSE(digest({ann}) == digest({}));
  CHECK_FALSE(digest({ann}) == digest({ann, ann}));
  CHECK_FALSE(digest({ann}) == digest({{"ann", "ab", "c"}}));
  CHECK_FALSE(digest({ann}) == digest({{"ann", "a", std::monostate()}}));
  CHECK_FALSE(digest({{"ann", std::monostate()}}) == digest({{"ann", ""}}));
  // Two that changed places: their sum alone would be the same.
  CHECK_FALSE(digest({{"ann", "1"}, {"bob", "2"}}) == digest({{"ann", "2"}, {"bob", "1"}}));
}

TEST_CASE("what differs has a name") {
  const TableRow same{"same", "0"};
  CHECK(names({same, {"ann", "1"}}, {same, {"ann", "1"}}).empty());
  CHECK(names({same, {"ann", "1"}}, {same}) == std::vector<std::string>{"ann is only in the directory"});
  CHECK(names({same}, {same, {"bo\x1b", "1"}}) == std::vector<std::string>{"bo? is only in the engines"});
  CHECK(names({same, {"ann", "1"}}, {same, {"ann", "2"}}) == std::vector<std::string>{"ann differs"});
  RowDifference two(1, RowDigest::bucket_of({"ann"}, 1));
  two.add(RowDifference::Side::source, {"ann", "1"});
  CHECK(two.names(0).empty());
}

}  // namespace godwit::app
