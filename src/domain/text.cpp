#include "domain/text.hpp"

#include "base/utf8.hpp"

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
