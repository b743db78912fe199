#include "engine/redis/change_log.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace godwit::redis {
namespace {

using changes::Change;
using changes::Position;

const std::string kPublish = R"(
local us = time_of(ARGV[1])
local log = log_open(KEYS[1], KEYS[2], us, ARGV[2])
for i = 4, #ARGV, 5 do
  log_add(log, us, ARGV[3], 'k', ARGV[i], 'u', ARGV[i + 1], 'o', ARGV[i + 2], 'g', ARGV[i + 3], 's', ARGV[i + 4])
end
log_close(log)
return {log.epoch, log.last}
)";

const std::string kRead = R"(
local us = time_of(ARGV[1])
local log = log_open(KEYS[1], KEYS[2], us, ARGV[2])
return log_after(log, us, ARGV[3], ARGV[4], ARGV[5])
)";

Change change_of(const Reply& entry) {
  const auto& kind = field_of(entry, "k");
  return {.kind = kind.empty() ? changes::Kind::card : static_cast<changes::Kind>(kind[0]),
          .user = UserKey(field_of(entry, "u")),
          .other = UserKey(field_of(entry, "o")),
          .group = GroupKey(field_of(entry, "g")),
          .session = SessionId(field_of(entry, "s"))};
}

Position position_of(const Reply& reply) {
  return {.epoch = static_cast<std::uint64_t>(reply.at(0).integer()),
          .number = static_cast<std::uint64_t>(reply.at(1).integer())};
}

}  // namespace

RedisChangeLog::RedisChangeLog(Client& client, const Clock& clock, ChangeLogSettings settings)
    : client_(client),
      clock_(clock),
      settings_(settings),
      publish_(std::string(kTimeLua).append(kLogLua) + kPublish),
      read_(std::string(kTimeLua).append(kLogLua) + kRead),
      keys_{client.key("{changes}:head"), client.key("{changes}:stream")} {}

RedisChangeLog::~RedisChangeLog() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  ended_.wait(lock, [this] { return !polling_; });
}

Task<Result<Position>> RedisChangeLog::publish(std::vector<Change> changes) {
  std::span<const Change> left(changes);
  Position position;
  do {
    const auto page = left.first(std::min(left.size(), kPage));
    left = left.subspan(page.size());
    std::vector<std::string> arguments{"", std::to_string(epoch_.load()), std::to_string(settings_.kept)};
    for (const auto& change : page) {
      arguments.emplace_back(1, static_cast<char>(change.kind));
      for (const auto* field : {&change.user.str(), &change.other.str(), &change.group.str(), &change.session.str()})
        arguments.push_back(*field);
    }
    CO_TRY(const auto reply, co_await client_.run(publish_.call(keys_, std::move(arguments))));
    position = position_of(reply);
  } while (!left.empty());
  co_return position;
}

void RedisChangeLog::follow(changes::Follower& follower) {
  std::lock_guard one_at_a_time(starting_);
  bool first = false;
  {
    std::lock_guard lock(mutex_);
    first = followers_.empty();
  }
  const auto asked = clock_.now();
  const auto place = first ? sync_wait(read({})) : Result<Reply>(Reply{});
  std::lock_guard lock(mutex_);
  if (first) {
    position_ = place ? log_page(*place).up_to : Position{};
    as_of_ = place ? std::optional(asked) : std::nullopt;
  }
  followers_.push_back(&follower);
  if (as_of_) follower.heard(position_, *as_of_);
  if (!std::exchange(polling_, true)) client_.executor().post([this] { spawn(poll(*this)); });
}

void RedisChangeLog::unfollow(changes::Follower& follower) {
  std::lock_guard lock(mutex_);
  std::erase(followers_, &follower);
}

Task<Result<Reply>> RedisChangeLog::read(Position after) {
  auto reply = co_await client_.run(read_.call(keys_, {"", std::to_string(epoch_.load()), std::to_string(after.epoch),
                                                       std::to_string(after.number), std::to_string(kPage)}));
  if (reply) {
    const auto epoch = position_of(*reply).epoch;
    for (auto known = epoch_.load(); known < epoch && !epoch_.compare_exchange_weak(known, epoch);) {
    }
  }
  co_return reply;
}

Task<void> RedisChangeLog::poll(RedisChangeLog& self) {
  while (self.go_on()) {
    const bool more = co_await self.read_on();
    if (!more) co_await sleep_for(self.client_.executor(), self.settings_.every);
  }
}

/// Whether anybody follows. Where nobody does the log may be destroyed when this comes back.
bool RedisChangeLog::go_on() {
  std::lock_guard lock(mutex_);
  if (!stopping_ && !followers_.empty()) return true;
  polling_ = false;
  ended_.notify_all();
  return false;
}

/// true: there is more.
Task<bool> RedisChangeLog::read_on() {
  Position after;
  {
    std::lock_guard lock(mutex_);
    after = position_;
  }
  const auto asked = clock_.now();
  const auto reply = co_await read(after);
  co_return reply&& hand_over(after, log_page(*reply), asked);
}

bool RedisChangeLog::hand_over(Position after, const LogPage& page, Millis asked) {
  std::vector<Change> changes;
  for (const auto& entry : *page.entries) changes.push_back(change_of(entry));
  std::lock_guard lock(mutex_);
  if (after != position_) return true;  // all went, and the first of others came meanwhile
  if (page.lost || !changes.empty()) position_ = page.up_to;
  for (auto* follower : followers_) {
    if (page.lost) follower->lost();
    if (!changes.empty()) follower->changed(changes, position_);
  }
  if (changes.size() == kPage) return true;
  as_of_ = asked;
  for (auto* follower : followers_) follower->heard(position_, asked);
  return false;
}

}  // namespace godwit::redis
