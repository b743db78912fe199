#pragma once
#include "service/call_table.hpp"
#include "user/context/context.hpp"
#include "wire/page.hpp"
#include "wire/reply.hpp"

namespace godwit::user {

using Calls = gateway::CallTable<Context>;
using Bindings = std::vector<Calls::Binding>;

/// Cuts `items`, read with one more than the page holds, to the page; the cursor of the last one left, or empty at the
/// end.
template <class Item, class CursorOf>
std::string cut_page(std::vector<Item>& items, std::size_t limit, CursorOf cursor_of) {
  if (items.size() <= limit) return {};
  items.resize(limit);
  return cursor_of(items.back());
}

/// The one field of a list's cursor; empty from the start.
[[nodiscard]] inline Result<std::string> after_of(std::string_view list, const wire::PageQuery& page) {
  if (page.cursor.empty()) return std::string{};
  TRY(auto fields, wire::read_cursor(list, page.cursor, 1));
  return std::move(fields.front());
}

/// A membership as it is shown: a mute that is over is none.
[[nodiscard]] inline Member as_of(Millis now, Member member) {
  if (member.muted_until <= now) member.muted_until = 0;
  return member;
}

/// Records the failure of a check of an optional field.
template <class Limit>
void check_maybe(wire::Fields& fields, const Limit& limit, const std::optional<std::string>& text) {
  if (text) fields.require(check(limit, *text));
}

}  // namespace godwit::user
