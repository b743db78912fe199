#pragma once
#include <span>
#include <string>
#include <string_view>

#include "domain/sought_text.hpp"

namespace godwit::engine::sqlite {

/// What somebody typed, as FTS5 is asked for it. Nothing of it is ever read as FTS5 syntax.
class TextQuery : public SoughtText {
 public:
  using SoughtText::SoughtText;

  /// Whether a lone character of a script without spaces is among it: the index knows those by their pairs only.
  [[nodiscard]] bool has_single() const noexcept;

  /// The FTS5 expression whose matches are a superset of the texts meant: the index knows which terms a text has, not
  /// where.
  [[nodiscard]] std::string expression() const;
};

/// `expression` (empty: any text), narrowed to a sender (empty: anybody) and to these conversations (none: all). Not
/// all three empty.
[[nodiscard]] std::string narrowed(std::string expression, std::string_view sender,
                                   std::span<const std::int64_t> conversations);

}  // namespace godwit::engine::sqlite
