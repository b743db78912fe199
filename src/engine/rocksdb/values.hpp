#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/bytes.hpp"
#include "offline/cursor_store.hpp"
#include "offline/timeline.hpp"

/// The values of the inbox's keys (docs/formats.md).
namespace godwit::rocks {

/// An entry: kind:u8  time:BE8  record. The time stands in front so that expiry and paging by time need not decode.
/// A placeholder has no record: its message was recalled before it came.
enum class EntryKind : char { message = 1, recalled_before_it_came = 2 };
struct Entry {
  EntryKind kind = EntryKind::message;
  Millis time = 0;
  std::string_view record;
};
[[nodiscard]] std::string encode_entry(const Message& message);
[[nodiscard]] std::string encode_placeholder(Millis time);
[[nodiscard]] std::optional<Entry> decode_entry(std::string_view value);  ///< nullopt: damaged

[[nodiscard]] std::string encode_head(const offline::Head& head);
[[nodiscard]] std::optional<offline::Head> decode_head(std::string_view value);

/// A row: 80 00 7F  count:varint  (place:varint [time:varint, of a leave])*
/// Version 1, which is read and never written, has the outcome alone: left_at:varint count:varint (from:varint
/// to:varint)*. None of its values begins with 80 00, and what reads version 1 alone takes 7F for more ranges than
/// there are.
[[nodiscard]] std::string encode_rights(const ReadingRights& rights);
[[nodiscard]] std::optional<ReadingRights> decode_rights(std::string_view value);  ///< nullopt: damaged

}  // namespace godwit::rocks
