#pragma once
#include <string>
#include <string_view>

namespace godwit::app {

/// Text of others for a terminal, in one line: control characters, line breaks and marks that turn the direction of
/// writing are written as \u{…}; what is not UTF-8 is U+FFFD.
[[nodiscard]] std::string printable(std::string_view text);

/// The same inside of a sentence: its direction of writing ends where it ends.
[[nodiscard]] std::string isolated(std::string_view text);

}  // namespace godwit::app
