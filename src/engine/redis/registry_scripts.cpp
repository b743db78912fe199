#include "engine/redis/registry_scripts.hpp"

#include "engine/redis/log_script.hpp"

namespace godwit::redis {
namespace {

/// What every verb begins with: time has passed since the last one.
const std::string kBegin = std::string(kTimeLua).append(kLogLua) + R"(
local head, stream, nodes, places, held, sockets, absent, dying = unpack(KEYS)
local us, now = time_of(ARGV[1])
local lease, absence, most = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local log = log_open(head, stream, us, ARGV[5])
local function tell(...) log_add(log, us, most, ...) end

local given
local function next_epoch(above)
  given = given or math.max(tonumber(redis.call('HGET', head, 'given') or 0), tonumber(ARGV[6]))
  given = above ~= 0 and math.max(given, above) or math.max(given + 1, us)
  return given
end
local function close()
  if given then redis.call('HSET', head, 'given', text(given)) end
  log_close(log)
end

local function come(user)
  if redis.call('HINCRBY', sockets, user, 1) > 1 then return end
  if redis.call('ZREM', absent, user) == 0 then tell('k', 'c', 'u', user) end
end
local function go(user)
  if redis.call('HINCRBY', sockets, user, -1) > 0 then return end
  redis.call('HDEL', sockets, user)
  if absence == 0 then tell('k', 'w', 'u', user) else redis.call('ZADD', absent, now, user) end
end

local function place_of(session)
  local found = redis.call('HGET', places, session)
  if not found then return nil end
  local epoch, life, user, node = string.match(found, '^(%d+) (%d+) (%S*) (.*)$')
  return {epoch = epoch, life = life, user = user, node = node}
end
local function remove(session, place)
  redis.call('HDEL', places, session)
  redis.call('ZREM', held, place.life .. ' ' .. session)
  go(place.user)
end

local lives = {}
local function write_life(name, life)
  redis.call('HSET', nodes, name, life.epoch .. ' ' .. text(life.till) .. ' ' .. life.sockets .. ' ' .. life.draining)
end
local function end_life(name, life)
  lives[name] = nil
  redis.call('HDEL', nodes, name)
  redis.call('SADD', dying, life.epoch)
end
)" + R"(
local rows = redis.call('HGETALL', nodes)
for i = 1, #rows, 2 do
  local epoch, till, count, draining = string.match(rows[i + 1], '^(%d+) (%d+) (%d+) (%d)$')
  local life = {epoch = epoch, till = tonumber(till), sockets = count, draining = draining}
  lives[rows[i]] = life
  -- Whatever a Redis that started anew has lost, its nodes make good: they join again.
  if life.till <= now or log.anew then
    end_life(rows[i], life)
  elseif life.till > now + lease then -- the clock was set back
    life.till = now + lease
    write_life(rows[i], life)
  end
end

local budget = 2000
for _, life in ipairs(redis.call('SMEMBERS', dying)) do
  local members = redis.call('ZRANGEBYLEX', held, '[' .. life .. ' ', '(' .. life .. '!', 'LIMIT', 0, budget)
  for _, member in ipairs(members) do
    local session = string.sub(member, #life + 2)
    local place = place_of(session)
    if place and place.life == life then remove(session, place) else redis.call('ZREM', held, member) end
  end
  budget = budget - #members
  if budget <= 0 then break end
  redis.call('SREM', dying, life)
end

for _, user in ipairs(redis.call('ZRANGEBYSCORE', absent, '(' .. text(now), '+inf', 'LIMIT', 0, 1000)) do
  redis.call('ZADD', absent, now, user) -- the clock was set back
end
for _, user in ipairs(redis.call('ZRANGEBYSCORE', absent, '-inf', text(now - absence), 'LIMIT', 0, 1000)) do
  redis.call('ZREM', absent, user)
  tell('k', 'w', 'u', user)
end
local function life_of(name, epoch)
  local life = lives[name]
  return life and life.epoch == epoch and life
end
)";

const std::string kJoin = R"(
local name = ARGV[7]
if lives[name] then end_life(name, lives[name]) end
local epoch = next_epoch(0)
write_life(name, {epoch = text(epoch), till = now + lease, sockets = '0', draining = '0'})
close()
return epoch
)";

const std::string kRenew = R"(
local life = life_of(ARGV[7], ARGV[8])
if life then
  life.till, life.sockets, life.draining = now + lease, ARGV[9], ARGV[10]
  write_life(ARGV[7], life)
end
close()
return life and 1 or 0
)";

const std::string kEnter = R"(
local name, own = ARGV[7], ARGV[8]
if not life_of(name, own) then
  close()
  return false
end
local live, epochs = {}, {}
for _, life in pairs(lives) do live[life.epoch] = true end
for i = 9, #ARGV, 3 do
  local session, user, goes_on = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
  local known = place_of(session)
  if known and not live[known.life] then -- its node is gone, and this was not seen to yet
    remove(session, known)
    known = nil
  end
  if known and goes_on ~= 0 and tonumber(known.epoch) > goes_on then
    epochs[#epochs + 1] = 0
  else
    local last = next_epoch(goes_on)
    local epoch = goes_on ~= 0 and goes_on or last
    if not known then come(user)
    elseif known.life ~= own then
      redis.call('ZREM', held, known.life .. ' ' .. session)
      tell('k', 't', 's', session, 'e', text(epoch), 'h', name)
    end
    redis.call('ZADD', held, 0, own .. ' ' .. session)
    redis.call('HSET', places, session, text(epoch) .. ' ' .. own .. ' ' .. user .. ' ' .. name)
    epochs[#epochs + 1] = epoch
  end
end
close()
return epochs
)";

const std::string kLeave = R"(
local place = place_of(ARGV[7])
if place and place.epoch == ARGV[8] then remove(ARGV[7], place) end
close()
return 1
)";

const std::string kNodes = R"(
close()
return redis.call('HGETALL', nodes)
)";

const std::string kStandings = R"(
close()
local answer = {log.epoch, log.last}
for i = 7, #ARGV do
  local count = tonumber(redis.call('HGET', sockets, ARGV[i]) or 0)
  answer[#answer + 1] = count
  answer[#answer + 1] = (count > 0 or redis.call('ZSCORE', absent, ARGV[i])) and 1 or 0
end
return answer
)";

const std::string kChanges = R"(
close()
return log_after(log, us, ARGV[7], ARGV[8], ARGV[9])
)";

}  // namespace

RegistryScripts::RegistryScripts()
    : join(kBegin + kJoin),
      renew(kBegin + kRenew),
      enter(kBegin + kEnter),
      leave(kBegin + kLeave),
      nodes(kBegin + kNodes),
      standings(kBegin + kStandings),
      changes(kBegin + kChanges) {}

}  // namespace godwit::redis
