#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"

/// Rows of tables as they are carried from one database to another, of whatever kind both are.
namespace godwit {

/// NULL, a whole number, or bytes.
using Cell = std::variant<std::monostate, std::int64_t, std::string>;
using TableRow = std::vector<Cell>;

struct Table {
  std::string_view name;
  std::string_view columns;  ///< "a, b, c"
  std::size_t keys = 1;      ///< so many of the first ones name a row
};

/// Takes one row after the other; with its first error whoever hands them over ends.
using RowSink = std::function<Result<void>(TableRow)>;

}  // namespace godwit
