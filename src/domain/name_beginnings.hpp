#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace godwit {

inline constexpr std::size_t kNameBeginnings = 32;  ///< of one name
inline constexpr std::size_t kNameCharacters = 64;  ///< of one beginning

/// What a name is found by: the folded name (folding.hpp) from each of its words to its end, and in scripts without
/// spaces from each character. So 小明 finds "Bob 王小明", and "hod" finds "Matthew Hodgson". Ascending, each once.
[[nodiscard]] std::vector<std::string> name_beginnings(std::string_view name);
/// What one of them must begin with for `typed` to find the name; empty: nothing was asked for.
[[nodiscard]] std::string name_prefix(std::string_view typed);

}  // namespace godwit
