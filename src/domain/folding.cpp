#include "domain/folding.hpp"

#include <algorithm>
#include <memory>
#include <span>

#include "base/unicode.hpp"
#include "base/utf8.hpp"

namespace godwit {
namespace {

/// To be raised with every change of what a text folds to, or is taken apart into (segments.cpp).
constexpr int kVersion = 2;

struct Range {
  char32_t first, last;
};

constexpr bool within(std::span<const Range> ranges, char32_t c) noexcept {
  for (const auto& range : ranges) {
    if (c < range.first) return false;
    if (c <= range.last) return true;
  }
  return false;
}

// Accents and vowel marks, by script. U+0345 is a letter to case folding.
constexpr Range kAccents[] = {{0x300, 0x344},   {0x346, 0x34E},   {0x350, 0x36F},   {0x483, 0x489},    {0x591, 0x5BD},
                              {0x5BF, 0x5BF},   {0x5C1, 0x5C2},   {0x5C4, 0x5C5},   {0x5C7, 0x5C7},    {0x610, 0x61A},
                              {0x640, 0x640},   {0x64B, 0x65F},   {0x670, 0x670},   {0x6D6, 0x6DC},    {0x6DF, 0x6E4},
                              {0x6E7, 0x6E8},   {0x6EA, 0x6ED},   {0x711, 0x711},   {0x730, 0x74A},    {0x898, 0x89F},
                              {0x8CA, 0x8E1},   {0x8E3, 0x8FF},   {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},  {0x20D0, 0x20FF},
                              {0xFB1E, 0xFB1E}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xE0100, 0xE01EF}};

// Digits of these scripts stay words: a number is found whole.
constexpr Range kRuns[] = {{0xE01, 0xE4E},     {0xE81, 0xECD},    {0xEDC, 0xEDF},   {0x1000, 0x103F}, {0x1050, 0x108F},
                           {0x1100, 0x11FF},   {0x1780, 0x17D3},  {0x2E80, 0x2FD5}, {0x3005, 0x3007}, {0x3021, 0x3029},
                           {0x3031, 0x3035},   {0x3038, 0x303C},  {0x3041, 0x309A}, {0x309D, 0x309F}, {0x30A1, 0x30FA},
                           {0x30FC, 0x312F},   {0x3131, 0x318E},  {0x31A0, 0x31BF}, {0x31F0, 0x31FF}, {0x3400, 0x4DBF},
                           {0x4E00, 0x9FFF},   {0xA960, 0xA97C},  {0xAC00, 0xD7A3}, {0xD7B0, 0xD7FB}, {0xF900, 0xFAFF},
                           {0x1AFF0, 0x1B16F}, {0x20000, 0x3FFFD}};

struct Letter {
  char32_t from;
  std::u32string_view to;
};
// Lower case, ascending. What people type who do not have the letter on their keys.
constexpr Letter kLetters[] = {
    {0xE6, U"ae"},      {0xF0, U"d"},       {0xF8, U"o"},       {0xFE, U"th"},      {0x111, U"d"},
    {0x127, U"h"},      {0x131, U"i"},      {0x138, U"q"},      {0x142, U"l"},      {0x14B, U"n"},
    {0x153, U"oe"},     {0x167, U"t"},      {0x180, U"b"},      {0x183, U"b"},      {0x188, U"c"},
    {0x18C, U"d"},      {0x192, U"f"},      {0x199, U"k"},      {0x19A, U"l"},      {0x19E, U"n"},
    {0x1A5, U"p"},      {0x1AB, U"t"},      {0x1AD, U"t"},      {0x1B4, U"y"},      {0x1B6, U"z"},
    {0x1E5, U"g"},      {0x221, U"d"},      {0x225, U"z"},      {0x234, U"l"},      {0x235, U"n"},
    {0x236, U"t"},      {0x237, U"j"},      {0x23C, U"c"},      {0x23F, U"s"},      {0x240, U"z"},
    {0x247, U"e"},      {0x249, U"j"},      {0x24B, U"q"},      {0x24D, U"r"},      {0x24F, U"y"},
    {0x253, U"b"},      {0x256, U"d"},      {0x257, U"d"},      {0x260, U"g"},      {0x268, U"i"},
    {0x26B, U"l"},      {0x272, U"n"},      {0x289, U"u"},      {0x28B, U"v"},      {0x629, U"\u0647"},
    {0x649, U"\u064A"}, {0x671, U"\u0627"}, {0x6A9, U"\u0643"}, {0x6BE, U"\u0647"}, {0x6C1, U"\u0647"},
    {0x6CC, U"\u064A"}, {0x6D5, U"\u0647"}, {0x2C65, U"a"},     {0x2C66, U"t"}};

/// What a folded character becomes; itself where it is none of the above.
std::u32string_view letters_for(const char32_t& c) noexcept {
  const auto found = std::ranges::lower_bound(kLetters, c, {}, &Letter::from);
  return found != std::end(kLetters) && found->from == c ? found->to : std::u32string_view(&c, 1);
}

constexpr bool ends_words(char32_t c) noexcept { return c == 0x2120 || c == 0x2122; }  // ℠ ™
constexpr bool is_vowel_or_final(char32_t c) noexcept {  // of Hangul, behind the first of a syllable
  return (c >= 0x1161 && c <= 0x1175) || (c >= 0x11A8 && c <= 0x11C2);
}
constexpr bool is_syllable(char32_t c) noexcept { return c >= 0xAC00 && c <= 0xD7A3; }
constexpr bool is_han(char32_t c) noexcept {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF);
}

CharKind kind_of(char32_t c) noexcept {
  if (within(kRuns, c)) return CharKind::run;
  const auto kind = class_of(c);
  return kind == CharClass::letter || kind == CharClass::number || kind == CharClass::mark ? CharKind::word
                                                                                            : CharKind::separator;
}

/// Whether it may be put together with what stands before it, though others may stand on it.
bool may_be_second(char32_t c) noexcept { return is_vowel_or_final(c) || class_of(c) == CharClass::mark; }

enum class Way : std::uint8_t {
  starter,  ///< one character that others may stand on, and that stands on none
  accent,   ///< left out, but part of what it stands on
  nothing,
  slow,  ///< to be taken apart
};
struct Rule {
  char32_t folded;
  CharKind kind;
  Way way;
};

Rule make_rule(char32_t c) noexcept {
  if (within(kAccents, c)) return {c, CharKind::separator, Way::accent};
  if (is_ignorable(c)) return {c, CharKind::separator, Way::nothing};
  if (ends_words(c)) return {c, CharKind::separator, Way::starter};
  std::array<char32_t, kLongestFold> parts{};
  const auto count = decompose_folded(c, parts);
  const Rule slow{c, CharKind::word, Way::slow};
  char32_t folded = 0;
  bool any = false;
  for (std::size_t i = 0; i < count; ++i) {
    if (within(kAccents, parts[i])) continue;
    const auto letters = letters_for(parts[i]);
    if (letters.size() != 1) return slow;
    folded = any ? compose(folded, letters[0]) : letters[0];
    if (any && folded == 0) return slow;
    any = true;
  }
  if (!any || combining_class(folded) != 0 || may_be_second(folded)) return slow;
  return {folded, kind_of(folded), Way::starter};
}

/// Nearly all that is written lies below this or is Han or Hangul, so it is looked up.
constexpr char32_t kLookedUp = 0x3400;
using Rules = std::array<Rule, kLookedUp>;

const Rules& rules() {
  static const auto made = [] {
    auto table = std::make_unique<Rules>();
    for (char32_t c = 0; c < kLookedUp; ++c) (*table)[c] = make_rule(c);
    return table;
  }();
  return *made;
}

Rule rule_of(const Rules& table, char32_t c) noexcept {
  if (c < kLookedUp) return table[c];
  if (is_han(c) || is_syllable(c)) return {c, CharKind::run, Way::starter};
  if (within(kAccents, c)) return {c, CharKind::separator, Way::accent};
  return {c, CharKind::word, Way::slow};
}

bool put_together(Folded& letter, const Folded& mark) noexcept {
  const auto one = compose(letter.character, mark.character);
  if (one == 0) return false;
  letter = {one, kind_of(one), letter.begin, std::max(letter.end, mark.end)};
  return true;
}

}  // namespace

std::string folding_version() { return std::to_string(kVersion) + "/" + std::string(unicode_version()); }

Folding::Folding(std::string_view text) : text_(text) {}

bool Folding::next(Folded& out) {
  static const Rules& table = rules();
  for (;;) {
    if (taken_ < ready_.size()) {
      out = ready_[taken_++];
      if (taken_ == ready_.size()) ready_.clear(), taken_ = 0;
      return true;
    }
    if (at_ >= text_.size()) {
      if (size_ == 0) return false;
      flush();
      continue;
    }
    if (is_ascii(at_)) {  // stands on nothing, and nothing stands on it where another follows
      if (size_ == 1) return out = cluster_[0].folded, size_ = 0, true;
      if (size_ == 0 && (at_ + 1 == text_.size() || is_ascii(at_ + 1))) {
        const Rule& rule = table[static_cast<unsigned char>(text_[at_++])];
        out = {rule.folded, rule.kind, position_, position_ + 1};
        ++position_;
        return true;
      }
    }
    const char32_t c = next_code_point(text_, at_);
    const auto at = position_++;
    const Rule rule = rule_of(table, c);
    if (rule.way == Way::starter) {
      const Item fresh{{rule.folded, rule.kind, at, at + 1}, 0};
      if (size_ > 1) flush();
      const bool waited = size_ == 1;
      if (waited) out = cluster_[0].folded;
      cluster_[0] = fresh, size_ = 1;
      if (waited && taken_ == ready_.size()) return true;
    } else if (rule.way == Way::slow) {
      take_apart(c, at);
    } else if (rule.way == Way::accent && size_ > 0) {
      cluster_[size_ - 1].folded.end = at + 1;
    }
  }
}

void Folding::take_apart(char32_t c, std::uint32_t at) {
  if (c == 0x309B || c == 0x309C) c += 0x3099 - 0x309B;  // the voicing marks, typed as characters of their own
  std::array<char32_t, kLongestFold> parts{};
  const auto count = decompose_folded(c, parts);
  for (std::size_t i = 0; i < count; ++i) {
    if (within(kAccents, parts[i])) continue;
    for (const char32_t letter : letters_for(parts[i])) push(letter, at);
  }
}

/// Where two are put together, or change places, each stands for all of it.
void Folding::push(char32_t c, std::uint32_t at) {
  const int order = combining_class(c);
  if (order == 0) {
    if (size_ == 1 && may_be_second(c) && put_together(cluster_[0].folded, {c, {}, at, at + 1})) return;
    flush();
  } else if (size_ == cluster_.size()) {
    flush();
  }
  Item fresh{{c, kind_of(c), at, at + 1}, order};
  std::size_t place = size_++;
  for (; place > 0 && order != 0 && cluster_[place - 1].combining_class > order; --place) {
    cluster_[place] = cluster_[place - 1];
    fresh.folded.begin = std::min(fresh.folded.begin, cluster_[place].folded.begin);
    cluster_[place].folded.end = at + 1;
  }
  cluster_[place] = fresh;
}

void Folding::flush() {
  std::size_t kept = std::min<std::size_t>(size_, 1);
  for (std::size_t i = 1; i < size_; ++i) {
    // A mark of the same class as one that stayed cannot reach the letter past it.
    const bool blocked = kept > 1 && cluster_[kept - 1].combining_class >= cluster_[i].combining_class;
    if (blocked || !put_together(cluster_[0].folded, cluster_[i].folded)) cluster_[kept++] = cluster_[i];
  }
  for (std::size_t i = 0; i < kept; ++i) ready_.push_back(cluster_[i].folded);
  size_ = 0;
}

}  // namespace godwit
