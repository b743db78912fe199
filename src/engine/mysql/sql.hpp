#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace godwit::mysql {

/// The text of statements, built piece by piece. Only `add` puts a text as it is: it is for our own words.
class Sql {
 public:
  explicit Sql(std::string_view text = {}) : text_(text) {}

  Sql& add(std::string_view text) {
    text_ += text;
    return *this;
  }
  Sql& number(std::uint64_t value) { return add(std::to_string(value)); }
  Sql& signed_number(std::int64_t value) { return add(std::to_string(value)); }
  /// Any bytes, as X'0af3': nothing in them can end the value, whatever the server's modes.
  Sql& bytes(std::string_view value);
  /// ", " but before the first of a list.
  Sql& comma(bool& first) {
    if (!first) text_ += ", ";
    first = false;
    return *this;
  }

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

}  // namespace godwit::mysql
