#pragma once
#include <optional>
#include <string>
#include <utility>

#include "domain/names.hpp"
#include "wire/json.hpp"

namespace godwit::wire {

/// A name that came in a field, as it is kept (domain/names.hpp); records what is wrong with it.
[[nodiscard]] inline std::string name_in(Fields& fields, const FieldLimit& limit, std::string_view text) {
  auto clean = clean_name(limit, text);
  if (clean) return std::move(*clean);
  fields.require(std::unexpected(std::move(clean).error()));
  return {};
}

[[nodiscard]] inline std::optional<std::string> maybe_name_in(Fields& fields, const FieldLimit& limit,
                                                              const std::optional<std::string>& text) {
  return text ? std::optional(name_in(fields, limit, *text)) : std::nullopt;
}

}  // namespace godwit::wire
