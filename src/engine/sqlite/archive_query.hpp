#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "archive/archive_store.hpp"

namespace godwit::engine::sqlite {

/// What somebody typed, taken apart into what must be in a text: words, and stretches of characters that stand
/// together. Nothing of it is ever read as FTS5 syntax.
class TextQuery {
 public:
  /// Any bytes will do.
  explicit TextQuery(std::string_view typed);

  /// Nothing to look for: finds nothing.
  [[nodiscard]] bool empty() const noexcept { return needles_.empty(); }

  /// Whether a lone character of a script without spaces is among it: the index knows those by their pairs only.
  [[nodiscard]] bool has_single() const noexcept;

  /// The FTS5 expression whose matches are a superset of the texts meant: the index knows which terms a text has, not
  /// where.
  [[nodiscard]] std::string expression() const;

  /// Where each needle stands in `text`, overlaps joined; nullopt where one is missing.
  [[nodiscard]] std::optional<std::vector<archive::Highlight>> find_in(std::string_view text) const;

 private:
  struct Needle {
    bool run;
    std::u32string characters;
  };
  std::vector<Needle> needles_;
};

/// `expression` (empty: any text), narrowed to a sender (empty: anybody) and to these conversations (none: all). Not
/// all three empty.
[[nodiscard]] std::string narrowed(std::string expression, std::string_view sender,
                                   std::span<const std::int64_t> conversations);

}  // namespace godwit::engine::sqlite
