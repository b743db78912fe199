#include "engine/redis/process_registry.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "engine/redis/log_script.hpp"

namespace godwit::redis {
namespace {

using processes::Entry;

/// A hash: id → "when roles address name", `when` in ms, roles as bits. Arguments: time, how long until one is
/// forgotten, and of `announce` how many there may be, id, the rest of the row.
const std::string kBegin = std::string(kTimeLua) + R"(
local all = KEYS[1]
local _, now = time_of(ARGV[1])
local kept = {}
local rows = redis.call('HGETALL', all)
for i = 1, #rows, 2 do
  local at = tonumber(string.match(rows[i + 1], '^(%d+) '))
  if at > now then at = now end -- the clock was set back
  if now - at >= tonumber(ARGV[2]) then redis.call('HDEL', all, rows[i])
  else kept[#kept + 1] = {id = rows[i], at = at, row = rows[i + 1]} end
end
)";

const std::string kAnnounce = R"(
local most, own = tonumber(ARGV[3]), ARGV[4]
redis.call('HSET', all, own, text(now) .. ' ' .. ARGV[5])
local count = redis.call('HLEN', all)
table.sort(kept, function(a, b) return a.at < b.at end)
for _, one in ipairs(kept) do
  if count <= most then break end
  if one.id ~= own then
    redis.call('HDEL', all, one.id)
    count = count - 1
  end
end
return 1
)";

const std::string kEntries = R"(
local answer = {}
for _, one in ipairs(kept) do
  answer[#answer + 1] = one.id
  answer[#answer + 1] = text(now - one.at) .. ' ' .. string.match(one.row, '^%d+ (.*)$')
end
return answer
)";

std::string row_of(const Entry& entry) {
  unsigned bits = 0;
  for (const auto role : entry.roles) bits |= 1U << static_cast<unsigned>(role);
  return std::to_string(bits) + " " + entry.address + " " + entry.name;
}

/// The text up to the next space, which goes, too.
std::string_view take_word(std::string_view& row) {
  const auto end = std::min(row.find(' '), row.size());
  const auto word = row.substr(0, end);
  row.remove_prefix(std::min(end + 1, row.size()));
  return word;
}

template <class Number>
Number take_number(std::string_view& row) {
  const auto word = take_word(row);
  Number number = 0;
  std::from_chars(word.data(), word.data() + word.size(), number);
  return number;
}

Entry entry_of(std::string id, std::string_view row) {
  Entry entry{.id = std::move(id)};
  entry.silent = take_number<Millis>(row);
  const auto bits = take_number<unsigned>(row);
  for (std::size_t role = 0; role < kRoleNames.size(); ++role)
    if ((bits >> role & 1U) != 0) entry.roles.push_back(static_cast<RoleName>(role));
  entry.address = take_word(row);
  entry.name = row;
  return entry;
}

}  // namespace

RedisProcessRegistry::RedisProcessRegistry(Client& client, const Clock* clock)
    : client_(client),
      clock_(clock),
      announce_(kBegin + kAnnounce),
      entries_(kBegin + kEntries),
      key_(client.key("{processes}")) {}

Task<Result<void>> RedisProcessRegistry::announce(Entry entry) {
  CO_CHECK(co_await client_.run(announce_.call(
      {key_}, {given_time(clock_), std::to_string(kForgotten), std::to_string(kMost), entry.id, row_of(entry)})));
  co_return Result<void>();
}

Task<Result<void>> RedisProcessRegistry::withdraw(std::string id) {
  CO_CHECK(co_await client_.run(Command{.words = {"HDEL", key_, std::move(id)}}));
  co_return Result<void>();
}

Task<Result<std::vector<Entry>>> RedisProcessRegistry::entries() {
  CO_TRY(const auto reply,
         co_await client_.run(entries_.call({key_}, {given_time(clock_), std::to_string(kForgotten)})));
  std::vector<Entry> all;
  for (std::size_t i = 0; i + 1 < reply.size(); i += 2) all.push_back(entry_of(reply.at(i).text, reply.at(i + 1).text));
  std::ranges::sort(all, {}, &Entry::id);
  co_return all;
}

}  // namespace godwit::redis
