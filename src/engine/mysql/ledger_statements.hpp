#pragma once
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "dispatch/ledger_store.hpp"
#include "engine/mysql/connection.hpp"

/// The packets of the ledger's verbs, and what their answers say. Each is one transaction.
namespace godwit::mysql {

/// `rows` where a fence does not hold, `duplicate` where a key is there already.
[[nodiscard]] std::string commit_packet(const dispatch::Batch& batch);

/// One statement, so that all of it is read at one instant. `what` asks for something.
[[nodiscard]] std::string look_up_packet(const dispatch::LookUp& what);
[[nodiscard]] dispatch::Known known_of(Rows& rows);

[[nodiscard]] std::string attend_packet(const dispatch::Attendance& attendance);
[[nodiscard]] dispatch::Roll roll_of(std::span<Done> done);

[[nodiscard]] std::string rows_packet(Shard shard, Position after, std::size_t limit);
[[nodiscard]] std::string tail_packet(const dispatch::Stretch& stretch);
/// `whose` asks for something.
[[nodiscard]] std::string stays_packet(const dispatch::StaysOf& whose);
[[nodiscard]] std::vector<dispatch::Stay> stays_of(Rows& rows);
[[nodiscard]] std::string relayed_packet(const std::vector<std::pair<Shard, Position>>& positions);

/// The shards whose oldest row is relayed and older than `before`.
[[nodiscard]] std::string trimmable_packet(Millis before);
/// The shard's oldest rows that are relayed: position and time.
[[nodiscard]] std::string oldest_packet(Shard shard, std::size_t limit);
[[nodiscard]] std::string trim_log_packet(Shard shard, Position up_to);
[[nodiscard]] std::string trim_sent_packet(Millis before, std::size_t limit);

}  // namespace godwit::mysql
