#include "engine/mysql/sql.hpp"

namespace godwit::mysql {

Sql& Sql::bytes(std::string_view value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto at = text_.size();
  text_.resize(at + 2 * value.size() + 3);
  auto* out = text_.data() + at;
  *out++ = 'X';
  *out++ = '\'';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    *out++ = kDigits[byte >> 4U];
    *out++ = kDigits[byte & 15U];
  }
  *out = '\'';
  return *this;
}

}  // namespace godwit::mysql
