#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "domain/message.hpp"
#include "domain/shard.hpp"

namespace godwit::wire {

/// Committed messages of one shard that follow each other, as the broker carries them (docs/formats.md):
///   page := version:u8 (1)  shard:varint  first:varint  count:varint  (length:varint record)*  crc32c:u32le
/// A record that is damaged is there as nullptr: what stands beside it is whole. Damage anywhere else is an error.
struct LogPage {
  Shard shard = 0;
  Position first = 0;  ///< of messages[0]; the others follow without a hole
  std::vector<MessagePtr> messages;
};

/// `records`: as encode_record makes them, one at least.
[[nodiscard]] std::string encode_log_page(Shard shard, Position first, std::span<const std::string> records);
/// `internal` naming what is wrong.
[[nodiscard]] Result<LogPage> decode_log_page(std::string_view bytes);

}  // namespace godwit::wire
