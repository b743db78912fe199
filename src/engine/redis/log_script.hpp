#pragma once
#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "engine/redis/reply.hpp"
#include "service/changes.hpp"

/// A log of changes in one slot, as Lua for the scripts of those who write it. Its keys: a hash `head` (epoch, last,
/// run) and a stream, whose entries' ids are their numbers. A number is the microsecond that it was given in, or one
/// more than the last: so no number is given twice, even by a Redis that has lost what it knew last, and a reader whose
/// number is in the stream has missed nothing. Where Redis started anew, or another of its processes answers (a replica
/// became the primary), the last changes may be lost: then the log goes on with a greater epoch, and who reads it is
/// told so. It begins with an entry that says nothing, so that every place is an entry.
namespace godwit::redis {

/// Redis' own time where `clock` is nullptr; tests bring theirs. As `time_of` in the script takes it.
[[nodiscard]] std::string given_time(const Clock* clock);

/// time_of(given) → microseconds, milliseconds; text(number): exact, up to 2^53.
extern const std::string kTimeLua;
/// log_open(head, stream, us, floor) → log, `log.anew`: what was known before may be incomplete. `floor`: the greatest
/// epoch that the caller has seen. log_add(log, us, most, name, value …): one change; log_close(log) after all of them.
/// log_after(log, us, epoch, number, page) → {epoch, number, lost, entries}: what was added behind that place.
extern const std::string kLogLua;

/// What log_after answers.
struct LogPage {
  changes::Position up_to;
  bool lost = false;
  const std::vector<Reply>* entries = nullptr;  ///< of the reply: [id, [name, value, …]]
};
[[nodiscard]] LogPage log_page(const Reply& reply);
/// The number of an entry ("123-0"), and the value of one of its fields; empty where it has none.
[[nodiscard]] std::uint64_t number_of(const Reply& entry);
[[nodiscard]] const std::string& field_of(const Reply& entry, std::string_view name);

}  // namespace godwit::redis
