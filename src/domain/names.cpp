#include "domain/names.hpp"

#include "base/unicode.hpp"
#include "base/utf8.hpp"

namespace godwit {
namespace {

bool is_white_space(char32_t c) {
  return class_of(c) == CharClass::space || (c >= 0x09 && c <= 0x0D) || c == 0x85;
}

bool breaks_line(char32_t c) { return class_of(c) == CharClass::control || c == 0x2028 || c == 0x2029; }

bool shows(char32_t c) {
  const auto kind = class_of(c);
  const bool may = kind == CharClass::letter || kind == CharClass::number || kind == CharClass::other;
  return may && !is_ignorable(c) && c != 0x2800 && c != 0x1D159;  // the empty Braille pattern, a note without a head
}

/// Embeddings and isolates are closed in the order in which they were opened, and nothing is overridden.
bool keeps_direction(std::u32string_view name) {
  constexpr char32_t kEndOfEmbedding = 0x202C, kEndOfIsolate = 0x2069;
  std::u32string open;
  for (const char32_t c : name) {
    if (c == 0x202D || c == 0x202E) return false;
    if (c == 0x202A || c == 0x202B) open += kEndOfEmbedding;
    if (c >= 0x2066 && c <= 0x2068) open += kEndOfIsolate;
    if (c != kEndOfEmbedding && c != kEndOfIsolate) continue;
    if (open.empty() || open.back() != c) return false;
    open.pop_back();
  }
  return open.empty();
}

std::u32string_view trimmed(std::u32string_view name) {
  while (!name.empty() && is_white_space(name.front())) name.remove_prefix(1);
  while (!name.empty() && is_white_space(name.back())) name.remove_suffix(1);
  return name;
}

template <class Predicate>
bool any(std::u32string_view name, Predicate predicate) {
  for (const char32_t c : name)
    if (predicate(c)) return true;
  return false;
}

}  // namespace

Result<std::string> clean_name(const FieldLimit& limit, std::string_view text) {
  const auto all = decode_utf8(text);
  const auto name = trimmed(all);
  const auto refuse = [&](std::string why) { return invalid_field(std::string(limit.field), std::move(why)); };
  auto kept = encode_utf8(name);
  CHECK_OK(check(limit, kept));
  if (any(name, breaks_line)) return refuse("must not contain control characters or line breaks");
  if (!keeps_direction(name)) return refuse("must not change the direction of the text behind it");
  if (!name.empty() && !any(name, shows)) return refuse("must have a character that shows");
  return kept;
}

}  // namespace godwit
