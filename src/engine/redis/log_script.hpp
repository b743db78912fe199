#pragma once
#include <cstdint>
#include <string>
#include <string_view>

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
inline constexpr std::string_view kTimeLua = R"(
local function text(number) return string.format('%.0f', number) end
local function time_of(given)
  if given ~= '' then return tonumber(given) * 1000, tonumber(given) end
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2], time[1] * 1000 + math.floor(time[2] / 1000)
end
)";

/// log_open(head, stream, us, floor) → log, `log.anew`: what was known before may be incomplete. `floor`: the greatest
/// epoch that the caller has seen. log_add(log, us, most, name, value …): one change; log_close(log) after all of them.
/// log_after(log, us, epoch, number, page) → {epoch, number, lost, entries}: what was added behind that place.
inline constexpr std::string_view kLogLua = R"(
local function log_anew(log, us, floor)
  log.anew, log.epoch, log.last = true, math.max(us, log.epoch + 1, floor + 1), math.max(us, log.last + 1)
  redis.call('DEL', log.stream)
  redis.call('XADD', log.stream, text(log.last) .. '-0', 'k', '-')
  redis.call('HSET', log.head, 'epoch', text(log.epoch), 'last', text(log.last), 'run', log.run)
end
local function log_open(head, stream, us, floor)
  local known = redis.call('HMGET', head, 'epoch', 'last', 'run')
  local log = {head = head, stream = stream, epoch = tonumber(known[1] or 0), last = tonumber(known[2] or 0)}
  log.run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
  if known[3] ~= log.run or tonumber(floor) > log.epoch then log_anew(log, us, tonumber(floor)) end
  return log
end
local function log_add(log, us, most, ...)
  log.last, log.added = math.max(us, log.last + 1), true
  redis.call('XADD', log.stream, 'MAXLEN', most, text(log.last) .. '-0', ...)
end
local function log_close(log)
  if log.added then redis.call('HSET', log.head, 'last', text(log.last)) end
end
local function log_after(log, us, epoch, number, page)
  local same = epoch == text(log.epoch)
  if same and tonumber(number) > log.last then log_anew(log, us, log.epoch) end
  if not same or log.anew or #redis.call('XRANGE', log.stream, number, number) == 0 then
    return {log.epoch, log.last, 1, {}}
  end
  return {log.epoch, log.last, 0, redis.call('XRANGE', log.stream, '(' .. number, '+', 'COUNT', page)}
end
)";

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
