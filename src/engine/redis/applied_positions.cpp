#include "engine/redis/applied_positions.hpp"

#include <map>
#include <utility>

#include "engine/redis/log_script.hpp"

namespace godwit::redis {
namespace {

// Arguments: how many ranges are kept; first, last …. Answers how many of them were taken: all, or those before the one
// that does not fit.
const std::string kAdd = std::string(kTimeLua) + R"(
local key, most = KEYS[1], tonumber(ARGV[1])
for i = 2, #ARGV, 2 do
  local first, last = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  local before = redis.call('ZREVRANGEBYSCORE', key, text(first), '-inf', 'WITHSCORES', 'LIMIT', 0, 1)
  if before[1] and tonumber(before[1]) + 1 >= first then first = tonumber(before[2]) end
  local touched = redis.call('ZRANGEBYSCORE', key, text(first), text(last + 1))
  if #touched == 0 and redis.call('ZCARD', key) >= most then return (i - 2) / 2 end
  for _, range in ipairs(touched) do last = math.max(last, tonumber(range)) end
  if #touched ~= 1 or touched[1] ~= text(last) or touched[1] ~= before[1] then
    for _, range in ipairs(touched) do redis.call('ZREM', key, range) end
    redis.call('ZADD', key, text(first), text(last))
  end
end
return (#ARGV - 1) / 2
)";

}  // namespace

RedisAppliedPositions::RedisAppliedPositions(Client& client) : client_(client), add_(kAdd) {}

std::string RedisAppliedPositions::key_of(dispatch::Topic topic, Shard shard) const {
  return client_.key((topic == dispatch::Topic::store ? "applied:store:" : "applied:offline:") + std::to_string(shard));
}

Task<Result<void>> RedisAppliedPositions::add(dispatch::Topic topic, std::vector<bus::AppliedRange> ranges) {
  std::map<Shard, std::vector<std::string>> by_shard;
  for (const auto& [shard, first, last] : ranges) {
    auto& arguments = by_shard[shard];
    if (arguments.empty()) arguments.push_back(std::to_string(kMostRanges));
    arguments.push_back(std::to_string(first));
    arguments.push_back(std::to_string(last));
  }
  std::vector<Command> commands;
  std::vector<std::size_t> given;
  for (auto& [shard, arguments] : by_shard) {
    given.push_back((arguments.size() - 1) / 2);
    commands.push_back(add_.call({key_of(topic, shard)}, std::move(arguments)));
  }
  CO_TRY(const auto taken, co_await client_.run(std::move(commands)));
  for (std::size_t i = 0; i < given.size(); ++i)
    if (static_cast<std::size_t>(taken[i].integer()) != given[i])
      co_return fail(Code::unavailable, "too many holes in what was applied");
  co_return Result<void>();
}

Task<Result<std::vector<Position>>> RedisAppliedPositions::contiguous(dispatch::Topic topic) {
  std::vector<Command> commands;
  for (Shard shard = 0; shard < kShards; ++shard)
    commands.push_back({.words = {"ZRANGE", key_of(topic, shard), "0", "0", "WITHSCORES"}});
  CO_TRY(const auto first_ranges, co_await client_.run(std::move(commands)));
  std::vector<Position> positions;
  for (const auto& range : first_ranges)
    positions.push_back(range.at(1).text == "1" ? static_cast<Position>(range.at(0).integer()) : 0);
  co_return positions;
}

}  // namespace godwit::redis
