#pragma once
#include <cstddef>
#include <string_view>

#include "engine/soci/connection.hpp"

namespace godwit::engine::soci {

/// Writes many rows of one table, kAtOnce a statement: what a server database takes ten times as fast as one by one.
/// Throws StoreFailure.
class SociRows {
 public:
  static constexpr std::size_t kAtOnce = 64;

  /// `into`: a literal, "accounts (user_key, name)".
  SociRows(SociConnection& connection, std::string_view into) : db_(connection), into_(into) {}

  template <class... Value>
  void add(const Value&... values) {
    cells_.reserve(kAtOnce * sizeof...(values));
    (cells_.push_back(cell(values)), ...);
    if (cells_.size() == kAtOnce * sizeof...(values)) write(sizeof...(values));
    width_ = sizeof...(values);
  }
  /// What is left; after the last `add`.
  void finish() {
    if (!cells_.empty()) write(width_);
  }

 private:
  template <class Value>
  static SociConnection::Cell cell(const Value& value) {
    if constexpr (std::is_integral_v<Value>)
      return static_cast<std::int64_t>(value);
    else if constexpr (requires { value.str(); })
      return value.str();
    else
      return std::string(value);
  }
  void write(std::size_t width) {
    db_.insert(into_, width, cells_);
    cells_.clear();
  }

  SociConnection& db_;
  const std::string_view into_;
  std::size_t width_ = 0;
  std::vector<SociConnection::Cell> cells_;  // row by row
};

}  // namespace godwit::engine::soci
