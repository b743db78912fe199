#include "engine/redis/counts.hpp"

#include <utility>

#include "engine/redis/log_script.hpp"

namespace godwit::redis {
namespace {

/// LeakyCounts of base, one name: a hash with c (the count at l), l (when one was counted), e (milliseconds until one
/// leaks), n (at how many fields old attempts are looked for), and "a" + attempt → "when before": those that may be
/// taken back. Arguments: time, attempt, burst, leak_every, first_wait, the longest wait, how long an attempt may be
/// taken back.
const std::string kBucket = std::string(kTimeLua) + R"(
local key, attempt = KEYS[1], ARGV[2]
local _, now = time_of(ARGV[1])
local burst, leak_every, first_wait = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local longest, within, nothing = tonumber(ARGV[6]), tonumber(ARGV[7]), 1e-6
local bucket = redis.call('HMGET', key, 'c', 'l', 'e', 'n', 'a' .. attempt)
local count, last, every = tonumber(bucket[1] or 0), tonumber(bucket[2] or now), tonumber(bucket[3] or 1)
local function count_now() return math.max(0, count - math.max(0, now - last) / math.max(1, every)) end
local function times_of(kept)
  local at, before = string.match(kept or '', '^(%d+) (%d+)$')
  return tonumber(at), tonumber(before)
end
local function write()
  redis.call('HSET', key, 'c', string.format('%.17g', count), 'l', text(last), 'e', text(every))
  local keep = math.max(count * every, within) + math.max(0, last - now) + 1000
  redis.call('PEXPIRE', key, text(math.ceil(keep)))
end
)";

const std::string kCount = R"(
if bucket[5] then return 0 end
local beyond = count_now() + 1 - burst - nothing
if beyond > 0 then
  local wait = math.ceil(beyond * leak_every)
  if first_wait ~= 0 then
    local doublings = math.min(math.max(0, math.ceil(count - burst - nothing)), 30)
    wait = math.max(0, last + math.min(longest, first_wait * 2 ^ doublings) - now)
  end
  if wait > 0 then return wait end
end
-- Attempts that may be taken back no more go when there are twice as many as there were left the last time.
if redis.call('HLEN', key) > tonumber(bucket[4] or 32) then
  local fields = redis.call('HGETALL', key)
  for i = 1, #fields, 2 do
    local old = string.sub(fields[i], 1, 1) == 'a' and now - times_of(fields[i + 1]) > within
    if old then redis.call('HDEL', key, fields[i]) end
  end
  redis.call('HSET', key, 'n', text(2 * redis.call('HLEN', key) + 32))
end
local before = last
count, last, every = count_now() + 1, math.max(last, now), leak_every
redis.call('HSET', key, 'a' .. attempt, text(last) .. ' ' .. text(before))
write()
return 0
)";

// What leaked away since the one before it is given back with it where it was the last.
const std::string kTakeBack = R"(
local at, before = times_of(bucket[5])
if not at or now - at > within then return 0 end
count = math.max(0, count - 1)
if last == at then count, last = count + (last - before) / math.max(1, every), before end
if count_now() <= nothing then
  redis.call('DEL', key)
else
  redis.call('HDEL', key, 'a' .. attempt)
  write()
end
return 0
)";

}  // namespace

RedisCounts::RedisCounts(Client& client, const Clock* clock)
    : client_(client), clock_(clock), count_(kBucket + kCount), take_back_(kBucket + kTakeBack) {}

Task<Result<void>> RedisCounts::count(std::vector<CountedName> names, std::string attempt) {
  CO_TRY(const auto waits, co_await client_.run(calls(count_, names, attempt)));
  Error refused{.code = Code::rate_limited};
  Millis longest = 0;
  std::vector<CountedName> counted;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto wait = waits[i].integer();
    if (wait == 0) counted.push_back(names[i]);
    if (wait <= longest) continue;
    longest = wait;
    refused.limit = static_cast<std::uint32_t>(names[i].rule.burst);
  }
  if (longest == 0) co_return Result<void>();
  refused.retry_after_s = static_cast<std::uint32_t>((longest + 999) / 1000);
  CO_CHECK(co_await take_back(std::move(counted), std::move(attempt)));
  co_return std::unexpected(std::move(refused));
}

Task<Result<void>> RedisCounts::take_back(std::vector<CountedName> names, std::string attempt) {
  CO_CHECK(co_await client_.run(calls(take_back_, names, attempt)));
  co_return Result<void>();
}

std::vector<Command> RedisCounts::calls(const Script& script, const std::vector<CountedName>& names,
                                        const std::string& attempt) const {
  std::vector<Command> commands;
  for (const auto& [name, rule] : names)
    commands.push_back(
        script.call({client_.key("count:" + name)},
                    {given_time(clock_), attempt, std::to_string(rule.burst), std::to_string(rule.leak_every),
                     std::to_string(rule.first_wait), std::to_string(CountRule::kLongestWait),
                     std::to_string(LeakyCounts::kTakenBackWithin)}));
  return commands;
}

}  // namespace godwit::redis
