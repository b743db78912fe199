#include "engine/redis/log_script.hpp"

#include <charconv>

namespace godwit::redis {

// The first line makes Redis 7 refuse the whole script, before it writes, where memory is full or a key is of another
// slot.
const std::string kTimeLua =
    "#!lua"
    R"(
local function text(number) return string.format('%.0f', number) end
local function time_of(given)
  if given ~= '' then return tonumber(given) * 1000, tonumber(given) end
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2], time[1] * 1000 + math.floor(time[2] / 1000)
end
)";

const std::string kLogLua = R"(
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

std::string given_time(const Clock* clock) { return clock == nullptr ? "" : std::to_string(clock->now()); }

LogPage log_page(const Reply& reply) {
  const auto epoch = static_cast<std::uint64_t>(reply.at(0).integer());
  LogPage page{.up_to = {.epoch = epoch, .number = static_cast<std::uint64_t>(reply.at(1).integer())},
               .lost = reply.at(2).integer() != 0,
               .entries = &reply.at(3).elements};
  if (!page.entries->empty()) page.up_to.number = number_of(page.entries->back());
  return page;
}

std::uint64_t number_of(const Reply& entry) {
  std::uint64_t number = 0;
  const auto& id = entry.at(0).text;
  std::from_chars(id.data(), id.data() + id.size(), number);
  return number;
}

const std::string& field_of(const Reply& entry, std::string_view name) {
  static const std::string none;
  const auto& fields = entry.at(1).elements;
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2)
    if (fields[i].text == name) return fields[i + 1].text;
  return none;
}

}  // namespace godwit::redis
