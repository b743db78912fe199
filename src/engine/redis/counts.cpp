#include "engine/redis/counts.hpp"

#include <utility>

#include "engine/redis/log_script.hpp"

namespace godwit::redis {
namespace {

/// LeakyCounts of base, one name: a hash with c (the count at l), l (when one was counted), e (milliseconds until one
/// leaks), and "a" + attempt → "when before": those that may be taken back. Arguments: time, attempt, burst,
/// leak_every, first_wait, the longest wait, how long an attempt may be taken back.
const std::string kBucket = std::string(kTimeLua) + R"(
local key, attempt = KEYS[1], ARGV[2]
local _, now = time_of(ARGV[1])
local burst, leak_every, first_wait = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local longest, within, nothing = tonumber(ARGV[6]), tonumber(ARGV[7]), 1e-6
local fields, bucket = redis.call('HGETALL', key), {}
for i = 1, #fields, 2 do bucket[fields[i]] = fields[i + 1] end
local count, last, every = tonumber(bucket.c or 0), tonumber(bucket.l or now), tonumber(bucket.e or 1)
local function count_now() return math.max(0, count - math.max(0, now - last) / math.max(1, every)) end
local function attempt_of(field)
  local at, before = string.match(bucket[field] or '', '^(%d+) (%d+)$')
  return tonumber(at), tonumber(before)
end
local function write()
  redis.call('HSET', key, 'c', string.format('%.17g', count), 'l', text(last), 'e', text(every))
  local keep = math.max(count * every, within) + math.max(0, last - now) + 1000
  redis.call('PEXPIRE', key, text(math.ceil(keep)))
end
)";

const std::string kCount = R"(
if bucket['a' .. attempt] then return 0 end
local beyond = count_now() + 1 - burst - nothing
if beyond > 0 then
  local wait = math.ceil(beyond * leak_every)
  if first_wait ~= 0 then
    local doublings = math.min(math.max(0, math.ceil(count - burst - nothing)), 30)
    wait = math.max(0, last + math.min(longest, first_wait * 2 ^ doublings) - now)
  end
  if wait > 0 then return wait end
end
for field in pairs(bucket) do
  if string.sub(field, 1, 1) == 'a' and now - attempt_of(field) > within then redis.call('HDEL', key, field) end
end
local before = last
count, last, every = count_now() + 1, math.max(last, now), leak_every
redis.call('HSET', key, 'a' .. attempt, text(last) .. ' ' .. text(before))
write()
return 0
)";

// What leaked away since the one before it is given back with it where it was the last.
const std::string kTakeBack = R"(
local at, before = attempt_of('a' .. attempt)
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
