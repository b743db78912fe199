#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace godwit {

/// From, to; in code points of a text, the end exclusive.
using TextPlace = std::pair<std::uint32_t, std::uint32_t>;

/// What somebody typed to find texts, taken apart into what must be in one: words, and stretches of characters that
/// stand together (segments.hpp). What is a match is decided here, whatever index an engine narrows its search by.
class SoughtText {
 public:
  struct Needle {
    bool run;  ///< of a script without spaces; otherwise a word
    std::u32string characters;
  };

  /// Any bytes will do.
  explicit SoughtText(std::string_view typed);

  /// Nothing to look for: finds nothing.
  [[nodiscard]] bool empty() const noexcept { return needles_.empty(); }
  /// Each once.
  [[nodiscard]] const std::vector<Needle>& needles() const noexcept { return needles_; }
  /// Where each needle stands in `text`, overlaps joined, ascending; nullopt where one is missing.
  [[nodiscard]] std::optional<std::vector<TextPlace>> find_in(std::string_view text) const;

 private:
  std::vector<Needle> needles_;
};

}  // namespace godwit
