#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "domain/message.hpp"
#include "domain/shard.hpp"

namespace godwit::wire {

/// Committed messages of one shard that follow each other, as the broker carries them (docs/formats.md): a body is one
/// page or several, of as many shards, one behind the other.
///   page := version:u8 (1)  shard:varint  first:varint  count:varint  (length:varint)*  crc32c:u32le  record*
/// A record that is damaged is there as nullptr: what stands beside it is whole. Damage anywhere else is an error.
struct LogPage {
  Shard shard = 0;
  Position first = 0;  ///< of messages[0]; the others follow without a hole
  std::vector<MessagePtr> messages;
};

/// `records`: as encode_record makes them, one at least.
[[nodiscard]] std::string encode_log_page(Shard shard, Position first, std::span<const std::string> records);
/// All pages of a body, one at least. `internal` naming what is wrong, also where just one of them is.
[[nodiscard]] Result<std::vector<LogPage>> decode_log_pages(std::string_view bytes);

}  // namespace godwit::wire
