#include "engine/redis/inbox_scripts.hpp"

#include <string>
#include <string_view>

namespace godwit::redis::inbox_scripts {
namespace {

// Numbers come as text, and sequence numbers stay below 2^53, where Lua counts exactly. A member of the log begins with
// its time as 16 hexadecimal digits, so that times compare as text.

/// add_stay(key, field, stay): to a field's list of stays, once. forward(key, field, seq): a position, never back.
constexpr std::string_view kStayLua = R"(
local function add_stay(key, field, stay)
  local had = redis.call('HGET', key, field)
  if not had then
    redis.call('HSET', key, field, stay)
  elseif not string.find(' ' .. had .. ' ', ' ' .. stay .. ' ', 1, true) then
    redis.call('HSET', key, field, had .. ' ' .. stay)
  end
end
)";
constexpr std::string_view kForwardLua = R"(
local function forward(key, field, seq)
  if tonumber(seq) > tonumber(redis.call('HGET', key, field) or '0') then redis.call('HSET', key, field, seq) end
end
)";

/// run(): which run of Redis this is. What was made whole in another one may have lost its last second since.
constexpr std::string_view kRunLua = R"(
local function run()
  return string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
end
)";

/// holes(log, last, floor): 1 where a number between the floor and the last one has no entry (yet).
constexpr std::string_view kHolesLua = R"(
local function holes(log, last, floor)
  last, floor = tonumber(last or '0'), tonumber(floor or '0')
  return redis.call('ZCOUNT', log, floor + 1, last) < last - floor and 1 or 0
end
)";

/// A mark is the run in which all was made whole, or the name of a filling: the run in which it began, and a token.
/// begin(now, token): the mark from now on. ends(now, name): all that was there when that filling began is there.
constexpr std::string_view kFillingLua = R"(
local function begin(now, token)
  local this = run()
  if now and string.sub(now, 1, #this) == this then return now end
  return this .. ':' .. token
end
local function ends(now, name)
  local this = run()
  return now == this or (now == name and string.sub(name, 1, #this) == this)
end
)";

constexpr std::string_view kPut = R"(
local log, head, recalled, stays = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local out = {0}
local function at(seq)
  return redis.call('ZRANGEBYSCORE', log, seq, seq)[1]
end
local floor = tonumber(redis.call('HGET', head, 'floor') or '0')
local last = tonumber(redis.call('HGET', head, 'seq') or '0')
local i = 1
while i <= #ARGV do
  local what = ARGV[i]
  if what == 'e' then
    local seq, time, member, chat = ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
    i = i + 5
    local n = tonumber(seq)
    if n > last then
      last = n
      redis.call('HSET', head, 'seq', seq, 'time', time)
    end
    if n > floor and not at(seq) then
      if chat == '1' and redis.call('SISMEMBER', recalled, seq) == 1 then
        out[#out + 1] = seq
        out[#out + 1] = ''
      else
        redis.call('ZADD', log, seq, member)
        out[1] = out[1] + 1
      end
    end
  elseif what == 'r' then
    local seq = ARGV[i + 1]
    i = i + 2
    if tonumber(seq) > floor then
      redis.call('SADD', recalled, seq)
      local entry = at(seq)
      if entry then
        out[#out + 1] = seq
        out[#out + 1] = entry
      end
    end
  else
    add_stay(stays, ARGV[i + 1], ARGV[i + 2])
    i = i + 3
  end
end
return out
)";

constexpr const char* kReplace = R"(
local floor = tonumber(redis.call('HGET', KEYS[2], 'floor') or '0')
if tonumber(ARGV[1]) > floor then
  redis.call('ZREMRANGEBYSCORE', KEYS[1], ARGV[1], ARGV[1])
  redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
end
return 1
)";

constexpr std::string_view kAddStays = R"(
for i = 1, #ARGV, 2 do add_stay(KEYS[1], ARGV[i], ARGV[i + 1]) end
return 1
)";

constexpr std::string_view kRead = R"(
if ARGV[7] == '1' and redis.call('HGET', KEYS[2], 'whole') ~= run() then return {-1, 0} end
local lowest, highest, since, newest = ARGV[1], ARGV[2], ARGV[3], ARGV[5] == '1'
local limit, room = tonumber(ARGV[4]), tonumber(ARGV[6])
local out = {0, 0}
local offset, chunk = 0, math.min(limit + 1, 128)
while true do
  local part
  if newest then
    part = redis.call('ZREVRANGEBYSCORE', KEYS[1], highest, lowest, 'LIMIT', offset, chunk)
  else
    part = redis.call('ZRANGEBYSCORE', KEYS[1], lowest, highest, 'LIMIT', offset, chunk)
  end
  for _, member in ipairs(part) do
    if string.sub(member, 1, 16) < since then
      if not newest then out[1] = 1 end
    elseif #out - 2 >= limit or room <= 0 then
      out[2] = 1
      return out
    else
      room = room - #member
      out[#out + 1] = member
    end
  end
  if #part < chunk then return out end
  offset = offset + chunk
end
)";

constexpr const char* kExpire = R"(
local log, head, recalled = KEYS[1], KEYS[2], KEYS[3]
local newest = tonumber(redis.call('HGET', head, 'seq') or '0')
local function oldest()
  return redis.call('ZRANGE', log, 0, tonumber(ARGV[2]) - 1, 'WITHSCORES')
end
local last = 0
local entries = oldest()
for i = 1, #entries, 2 do
  local seq = tonumber(entries[i + 1])
  if seq < newest and string.sub(entries[i], 1, 16) < ARGV[1] then last = seq end
end
local dropped = 0
if last > 0 then
  dropped = redis.call('ZREMRANGEBYSCORE', log, '-inf', last)
  redis.call('HSET', head, 'floor', string.format('%.0f', last))
  for _, seq in ipairs(redis.call('SMEMBERS', recalled)) do
    if tonumber(seq) <= last then redis.call('SREM', recalled, seq) end
  end
end
local next = ''
entries = oldest()
for i = 1, #entries, 2 do
  local time = string.sub(entries[i], 1, 16)
  if tonumber(entries[i + 1]) < newest and (next == '' or time < next) then next = time end
end
return {dropped, next}
)";

constexpr std::string_view kMove = R"(
if ARGV[3] == '1' and redis.call('GET', KEYS[2]) ~= run() then return {'0', -1} end
local now = redis.call('HGET', KEYS[1], ARGV[1]) or '0'
if tonumber(ARGV[2]) <= tonumber(now) then return {now, 0} end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return {ARGV[2], 1}
)";

constexpr std::string_view kDevice = R"(
local devices, adoptions, furthest, own = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local device, again, most = ARGV[1], ARGV[2] == '1', tonumber(ARGV[3])
if ARGV[4] == '1' and redis.call('GET', KEYS[5]) ~= run() then return {0, ''} end
local known = redis.call('ZSCORE', devices, device)
local forgotten = ''
if not known or again then
  redis.call('ZADD', devices, redis.call('INCR', adoptions), device)
end
if not known then
  redis.call('DEL', own)
  local all = again and redis.call('HGETALL', furthest) or {}
  for i = 1, #all, 2 do redis.call('HSET', own, all[i], all[i + 1]) end
  if redis.call('ZCARD', devices) > most then
    forgotten = redis.call('ZRANGE', devices, 0, 0)[1]
    redis.call('ZREM', devices, forgotten)
  end
end
for i = 5, #ARGV, 2 do
  forward(own, ARGV[i], ARGV[i + 1])
  forward(furthest, ARGV[i], ARGV[i + 1])
end
return {1, forgotten}
)";

constexpr std::string_view kRefillHead = R"(
local log, head, stays = KEYS[1], KEYS[2], KEYS[3]
local seq, time, floor = ARGV[1], ARGV[2], tonumber(ARGV[3])
if not ends(redis.call('HGET', head, 'whole'), ARGV[4]) then return 0 end
if tonumber(seq) > tonumber(redis.call('HGET', head, 'seq') or '0') then
  redis.call('HSET', head, 'seq', seq, 'time', time)
end
local oldest = redis.call('ZRANGE', log, 0, 0, 'WITHSCORES')
if oldest[2] then floor = math.min(floor, tonumber(oldest[2]) - 1) end
if floor > tonumber(redis.call('HGET', head, 'floor') or '0') then
  redis.call('HSET', head, 'floor', string.format('%.0f', floor))
end
for i = 5, #ARGV, 2 do add_stay(stays, ARGV[i], ARGV[i + 1]) end
redis.call('HSET', head, 'whole', run())
return 1
)";

constexpr std::string_view kRefillPositions = R"(
if ARGV[1] ~= '' and not redis.call('ZSCORE', KEYS[2], ARGV[1]) then
  redis.call('ZADD', KEYS[2], redis.call('INCR', KEYS[3]), ARGV[1])
end
for i = 2, #ARGV, 2 do forward(KEYS[1], ARGV[i], ARGV[i + 1]) end
return 1
)";

constexpr std::string_view kReaders = R"(
if ARGV[1] == '1' and redis.call('HGET', KEYS[1], 'whole') ~= run() then return {-1} end
local at = redis.call('HMGET', KEYS[1], 'seq', 'floor')
return {at[1] or '0', redis.call('HGETALL', KEYS[2]), ARGV[2] == '1' and holes(KEYS[3], at[1], at[2]) or 0}
)";

constexpr std::string_view kBeginConversation = R"(
local mark = begin(redis.call('HGET', KEYS[1], 'whole'), ARGV[1])
redis.call('HSET', KEYS[1], 'whole', mark)
return mark
)";

constexpr std::string_view kBeginUser = R"(
local mark = begin(redis.call('GET', KEYS[1]), ARGV[1])
redis.call('SET', KEYS[1], mark)
return mark
)";

constexpr std::string_view kHead = R"(
local head = redis.call('HMGET', KEYS[1], 'seq', 'time', 'floor', 'whole')
if head[4] ~= run() then head[4] = false end
head[5] = ARGV[1] == '1' and holes(KEYS[2], head[1], head[3]) or 0
return head
)";

constexpr std::string_view kWhole = R"(
return redis.call('GET', KEYS[1]) == run() and 1 or 0
)";

constexpr std::string_view kMakeWhole = R"(
if not ends(redis.call('GET', KEYS[1]), ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], run())
return 1
)";

std::string with(std::string_view function, std::string_view script) {
  return std::string(function) + std::string(script);
}

}  // namespace

const Script& put() {
  static const Script script(with(kStayLua, kPut));
  return script;
}

const Script& replace() {
  static const Script script(kReplace);
  return script;
}

const Script& add_stays() {
  static const Script script(with(kStayLua, kAddStays));
  return script;
}

const Script& read() {
  static const Script script(with(kRunLua, kRead));
  return script;
}

const Script& expire() {
  static const Script script(kExpire);
  return script;
}

const Script& move() {
  static const Script script(with(kRunLua, kMove));
  return script;
}

const Script& device() {
  static const Script script(with(kRunLua, with(kForwardLua, kDevice)));
  return script;
}

const Script& begin_conversation() {
  static const Script script(with(kRunLua, with(kFillingLua, kBeginConversation)));
  return script;
}

const Script& begin_user() {
  static const Script script(with(kRunLua, with(kFillingLua, kBeginUser)));
  return script;
}

const Script& readers() {
  static const Script script(with(kRunLua, with(kHolesLua, kReaders)));
  return script;
}

const Script& head() {
  static const Script script(with(kRunLua, with(kHolesLua, kHead)));
  return script;
}

const Script& whole() {
  static const Script script(with(kRunLua, kWhole));
  return script;
}

const Script& make_whole() {
  static const Script script(with(kRunLua, with(kFillingLua, kMakeWhole)));
  return script;
}

const Script& refill_head() {
  static const Script script(with(kRunLua, with(kFillingLua, with(kStayLua, kRefillHead))));
  return script;
}

const Script& refill_positions() {
  static const Script script(with(kForwardLua, kRefillPositions));
  return script;
}

}  // namespace godwit::redis::inbox_scripts
