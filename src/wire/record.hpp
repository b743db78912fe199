#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "domain/message.hpp"

namespace godwit::wire {

/// A message as stores and the bus hold it (docs/formats.md):
///   record  := version:u8 (1)  flags:u8 (bit 0 recalled)  type:varint  seq:varint  time:varint  target_seq:varint
///   field*  crc32c:u32le field   := tag:u8  length:varint  bytes        (an empty field is left out; unknown tags are
///   skipped) joined, left := repeated fields, one a user
[[nodiscard]] std::string encode_record(const Message& message);
/// `internal` naming what is wrong where the bytes are damaged: never a guess.
[[nodiscard]] Result<Message> decode_record(std::string_view bytes);

}  // namespace godwit::wire
