#include "domain/text.hpp"

namespace godwit {
namespace {
constexpr bool is_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
}  // namespace

bool is_key(std::string_view text) noexcept {
  if (text.size() < 3 || text.size() > 32 || !is_alnum(text.front())) return false;
  for (const char c : text) {
    if (!is_alnum(c) && c != '.' && c != '_' && c != '-') return false;
  }
  return true;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::size_t characters(std::string_view utf8) noexcept {
  std::size_t n = 0;
  for (const char c : utf8) n += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  return n;
}

bool is_utf8(std::string_view text) noexcept {
  std::size_t i = 0;
  const auto at = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
  while (i < text.size()) {
    const unsigned char lead = at(i);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    std::size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                         : (lead & 0xF0U) == 0xE0U      ? 3
                         : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                        : 0;
    if (length == 0 || i + length > text.size()) return false;
    const unsigned char second = at(i + 1);
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) || (lead == 0xF0 && second < 0x90) ||
        (lead == 0xF4 && second > 0x8F))
      return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((at(i + k) & 0xC0U) != 0x80U) return false;
    }
    i += length;
  }
  return true;
}

Result<void> check(const FieldLimit& limit, std::string_view text) {
  const auto n = characters(text);
  if (text.find('\0') != std::string_view::npos) return invalid_field(std::string(limit.field), "must not contain NUL");
  if (n < limit.least || n > limit.most) {
    return invalid_field(std::string(limit.field), "must have " + std::to_string(limit.least) + " to " +
                                                       std::to_string(limit.most) + " characters");
  }
  return {};
}

Result<void> check_message_text(std::string_view text) {
  if (text.empty() || text.size() > 8192) return invalid_field("msg", "must have 1 to 8192 bytes of UTF-8");
  if (text.find('\0') != std::string_view::npos) return invalid_field("msg", "must not contain NUL");
  return {};
}

}  // namespace godwit
