#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "domain/shard.hpp"
#include "engine/redis/inbox.hpp"
#include "engine/redis/inbox_scripts.hpp"

namespace godwit::redis {
namespace {

// One sorted set for each of a few slots: every conversation that may have something to drop, by when.
constexpr unsigned kSweeps = 16;

std::string name_of_sweep(unsigned number) { return fmt::format("sweep:{}", number); }

Millis time_of(std::string_view digits) {
  std::uint64_t time = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), time, 16);
  return static_cast<Millis>(time);
}

}  // namespace

Command RedisInbox::sweep_command(const Conversation& conversation, Millis time) const {
  return {.words = {"ZADD", client_.key(name_of_sweep(shard_of(conversation) % kSweeps)), "LT", std::to_string(time),
                    conversation.name()}};
}

Task<Result<std::vector<Conversation>>> RedisInbox::due(Millis before, std::size_t limit) {
  std::vector<Command> commands;
  for (unsigned number = 0; number < kSweeps; ++number)
    commands.push_back({.words = {"ZRANGEBYSCORE", client_.key(name_of_sweep(number)), "-inf",
                                  "(" + std::to_string(before), "LIMIT", "0", std::to_string(limit)}});
  CO_TRY(const auto replies, co_await all(std::move(commands)));
  std::vector<Conversation> due;
  for (const auto& reply : replies) {
    for (const auto& name : reply.elements)
      if (const auto conversation = Conversation::parse(name.text); conversation && due.size() < limit)
        due.push_back(*conversation);
  }
  co_return due;
}

/// A conversation is taken out before it is looked at, and put back afterwards: what comes meanwhile puts it back, too.
Task<Result<offline::Timeline::Sweep>> RedisInbox::expire(Millis before, std::size_t conversations) {
  CO_TRY(const auto looked_at, co_await due(before, conversations));
  std::vector<Command> out, drop, back;
  for (const auto& conversation : looked_at) {
    out.push_back(
        {.words = {"ZREM", client_.key(name_of_sweep(shard_of(conversation) % kSweeps)), conversation.name()}});
    drop.push_back(inbox_scripts::expire().call(
        {key(conversation, "log"), key(conversation, "head"), key(conversation, "recalled")},
        {fmt::format("{:016x}", static_cast<std::uint64_t>(std::max<Millis>(before, 0))), std::to_string(kSwept)}));
  }
  CO_CHECK(co_await all(std::move(out)));
  CO_TRY(const auto replies, co_await all(std::move(drop)));
  Sweep sweep{.dropped = 0, .round_done = looked_at.size() < conversations};
  for (std::size_t i = 0; i < looked_at.size(); ++i) {
    sweep.dropped += static_cast<std::uint64_t>(replies[i].at(0).integer());
    const auto& next = replies[i].at(1).text;
    if (next.empty()) continue;
    back.push_back(sweep_command(looked_at[i], time_of(next)));
    sweep.round_done = sweep.round_done && time_of(next) >= before;
  }
  if (sweep.dropped > 0) back.push_back({.words = {"DECRBY", client_.key("entries"), std::to_string(sweep.dropped)}});
  CO_CHECK(co_await all(std::move(back)));
  co_return sweep;
}

}  // namespace godwit::redis
