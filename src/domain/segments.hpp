#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/folding.hpp"

namespace godwit {

/// Walks a text from one searchable stretch to the next: a word, or an unbroken run of characters of a script without
/// spaces. The same walk makes the index, reads the query and finds what to highlight, so the three cannot disagree.
class Segments {
 public:
  explicit Segments(std::string_view text) : folding_(text) {}

  /// On to the next stretch; false after the last.
  bool next();

  [[nodiscard]] bool is_run() const noexcept { return is_run_; }
  /// The stretch's characters, folded.
  [[nodiscard]] const std::u32string& characters() const noexcept { return characters_; }
  /// Where the i-th of them begins and ends (accents after it included), in code points of the text.
  [[nodiscard]] std::uint32_t begin_of(std::size_t i) const noexcept { return begins_[i]; }
  [[nodiscard]] std::uint32_t end_of(std::size_t i) const noexcept { return ends_[i]; }

 private:
  Folding folding_;
  Folded folded_;
  bool held_ = false;  // folded_ begins the next stretch
  bool is_run_ = false;
  std::u32string characters_;
  std::vector<std::uint32_t> begins_, ends_;
};

}  // namespace godwit
