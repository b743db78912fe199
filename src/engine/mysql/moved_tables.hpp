#pragma once
#include "base/table_row.hpp"
#include "dispatch/ledger_store.hpp"
#include "offline/positions.hpp"

/// The tables of ledger and inbox as they are filled by a move, and their rows.
namespace godwit::mysql {

/// In each of the ledger's databases, what is its part. The first column names the conversation but for `sent`.
inline constexpr Table kMovedHeads{"ledger_heads", "conversation, seq, time"};
inline constexpr Table kMovedSent{"ledger_sent", "once, fingerprint, id, seq, time"};
inline constexpr Table kMovedStays{"ledger_stays", "conversation, user, place, time", 3};
/// As it is read; `kMovedLog` is how it is written: with `numbered` in front.
inline constexpr Table kMovedMessages{"ledger_log", "conversation, seq, time, record", 2};
inline constexpr Table kMovedLog{"ledger_log", "shard, position, conversation, seq, time, record", 2};
/// In the database of the accounts.
inline constexpr Table kMovedDevices{"inbox_devices", "user, device, adopted", 2};
inline constexpr Table kMovedPositions{"inbox_positions", "user, kind, device, conversation, seq", 4};

[[nodiscard]] TableRow row_of(const Conversation& conversation, const dispatch::Head& head);
[[nodiscard]] TableRow row_of(const dispatch::Sent& sent);
[[nodiscard]] TableRow row_of(const dispatch::Stay& stay);
[[nodiscard]] TableRow row_of(const Message& message);
[[nodiscard]] TableRow numbered(Shard shard, Position position, TableRow message);
[[nodiscard]] TableRow row_of(const UserKey& user, const DeviceId& device, Millis adopted);
[[nodiscard]] TableRow row_of_read(const offline::Positions::Move& position);
/// With an empty device: how far the furthest of all got.
[[nodiscard]] TableRow row_of_cursor(const offline::Positions::Move& position);

}  // namespace godwit::mysql
