#pragma once
#include <string>
#include <string_view>

#include "domain/text.hpp"

namespace godwit {

/// The one rule for what is shown as a name: of people, groups, friends (alias), devices, service keys, and the title
/// of a notice. Answers the name as it is kept: without white space at its ends. 422 naming the field where
///   - it is too short or too long then,
///   - it holds a control character or a line break (U+2028, U+2029, U+0085 too),
///   - it turns the direction of what is written after it: an override, or an embedding or isolate that is not closed,
///   - it is not empty and nothing in it shows: only marks, joiners, fillers.
/// Old names may break it: what prints them escapes them.
[[nodiscard]] Result<std::string> clean_name(const FieldLimit& limit, std::string_view text);

}  // namespace godwit
