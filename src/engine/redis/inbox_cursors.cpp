#include <algorithm>
#include <charconv>
#include <map>

#include "engine/redis/inbox.hpp"
#include "engine/redis/inbox_scripts.hpp"

namespace godwit::redis {

using offline::Acknowledged;
using offline::Head;
using offline::OpenReaders;
using offline::Row;

namespace {

std::uint64_t number_of(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// Of a row's stays: "<place>[@<time>] …", in any order.
ReadingRights rights_of(std::string_view stays) {
  ReadingRights rights;
  while (!stays.empty()) {
    const auto end = std::min(stays.find(' '), stays.size());
    const auto stay = stays.substr(0, end);
    const auto at = stay.find('@');
    rights.add({.place = number_of(stay.substr(0, at)),
                .time = at == std::string_view::npos ? 0 : static_cast<Millis>(number_of(stay.substr(at + 1)))});
    stays.remove_prefix(std::min(end + 1, stays.size()));
  }
  return rights;
}

/// What `head_command` is answered.
Head head_of(const Reply& reply) {
  return {.seq = static_cast<Seq>(reply.at(0).integer()), .time = reply.at(1).integer()};
}
Seq floor_of(const Reply& reply) { return static_cast<Seq>(reply.at(2).integer()); }

/// The second of each pair of a hash whose first is `field`; pairs as HGETALL lists them.
std::map<std::string_view, Seq> numbers_of(const Reply& pairs) {
  std::map<std::string_view, Seq> numbers;
  for (std::size_t i = 0; i + 1 < pairs.size(); i += 2)
    numbers.emplace(pairs.at(i).text, static_cast<Seq>(pairs.at(i + 1).integer()));
  return numbers;
}
Seq number_at(const std::map<std::string_view, Seq>& numbers, const std::string& field) {
  const auto found = numbers.find(field);
  return found == numbers.end() ? 0 : found->second;
}

Row row_of(const Conversation& conversation, std::string_view stays, const Reply& head) {
  const auto rights = rights_of(stays);
  return {.conversation = conversation,
          .ranges = rights.ranges(),
          .left_at = rights.left_at(),
          .head = head_of(head),
          .floor = floor_of(head)};
}

}  // namespace

std::string RedisInbox::key(const UserKey& user, std::string_view what) const {
  return client_.key("{@" + user.str() + "}:" + std::string(what));
}

std::string RedisInbox::key(const UserKey& user, const DeviceId& device) const {
  return key(user, "at:" + device.str());
}

Command RedisInbox::head_command(const Conversation& conversation) const {
  return {.words = {"HMGET", key(conversation, "head"), "seq", "time", "floor"}};
}

Task<Result<Head>> RedisInbox::head(const Conversation& conversation) {
  CO_TRY(const auto reply, co_await client_.run(head_command(conversation)));
  co_return head_of(reply);
}

Task<Result<OpenReaders>> RedisInbox::readers(const Conversation& conversation) {
  std::vector<Command> both{head_command(conversation), {.words = {"HGETALL", key(conversation, "stays")}}};
  CO_TRY(const auto replies, co_await client_.run_atomically(std::move(both)));
  OpenReaders readers{.users = {}, .seq = head_of(replies.at(0)).seq};
  const auto& stays = replies.at(1);
  for (std::size_t i = 0; i + 1 < stays.size(); i += 2)
    if (rights_of(stays.at(i + 1).text).open()) readers.users.emplace_back(stays.at(i).text);
  std::ranges::sort(readers.users);
  co_return readers;
}

Task<Result<std::vector<Row>>> RedisInbox::rows(const UserKey& user, const DeviceId& device) {
  std::vector<Command> own{{.words = {"HGETALL", key(user, "stays")}},
                           {.words = {"HGETALL", key(user, "read")}},
                           {.words = {"ZSCORE", key(user, "devices"), device.str()}},
                           {.words = {"HGETALL", key(user, device)}}};
  CO_TRY(auto replies, co_await all(std::move(own)));
  if (!device.empty() && replies[2].is_nil()) {
    CO_TRY(replies[3], co_await client_.run({.words = {"HGETALL", key(user, "furthest")}}));
  }
  std::map<Conversation, std::string_view> stays;
  for (std::size_t i = 0; i + 1 < replies[0].size(); i += 2)
    if (const auto conversation = Conversation::parse(replies[0].at(i).text))
      stays.emplace(*conversation, replies[0].at(i + 1).text);
  std::vector<Command> commands;
  for (const auto& [conversation, text] : stays) commands.push_back(head_command(conversation));
  CO_TRY(const auto heads, co_await all(std::move(commands)));

  const auto read = numbers_of(replies[1]);
  const auto cursors = numbers_of(replies[3]);
  std::vector<Row> rows;
  for (const auto& [conversation, text] : stays) {
    auto& row = rows.emplace_back(row_of(conversation, text, heads.at(rows.size())));
    row.read = number_at(read, conversation.name());
    if (!device.empty()) row.cursor = number_at(cursors, conversation.name());
  }
  co_return rows;
}

Task<Result<std::optional<Row>>> RedisInbox::row(const UserKey& user, const Conversation& conversation) {
  CO_TRY(const auto replies, co_await all({{.words = {"HGET", key(user, "stays"), conversation.name()}},
                                           {.words = {"HGET", key(user, "read"), conversation.name()}},
                                           head_command(conversation)}));
  if (replies[0].is_nil()) co_return std::nullopt;
  auto row = row_of(conversation, replies[0].text, replies[2]);
  row.read = static_cast<Seq>(replies[1].integer());
  co_return row;
}

Task<Result<std::vector<Seq>>> RedisInbox::read_positions(Readers readers) {
  std::vector<Command> commands;
  for (const auto& [user, conversation] : readers)
    commands.push_back({.words = {"HGET", key(user, "read"), conversation.name()}});
  CO_TRY(const auto replies, co_await all(std::move(commands)));
  std::vector<Seq> positions;
  for (const auto& reply : replies) positions.push_back(static_cast<Seq>(reply.integer()));
  co_return positions;
}

Task<Result<offline::CursorStore::Moved>> RedisInbox::set_read(const UserKey& user, const Conversation& conversation,
                                                               Seq seq) {
  CO_TRY(const auto reply, co_await client_.run(inbox_scripts::move().call(
                               {key(user, "read")}, {conversation.name(), std::to_string(seq)})));
  co_return Moved{.read = static_cast<Seq>(reply.at(0).integer()), .moved = reply.at(1).integer() == 1};
}

Command RedisInbox::device_command(const UserKey& user, const DeviceId& device, bool again,
                                   const std::vector<std::pair<Conversation, Seq>>& positions) const {
  std::vector<std::string> arguments{device.str(), again ? "1" : "0", std::to_string(kMostDevices)};
  for (const auto& [conversation, seq] : positions) {
    arguments.push_back(conversation.name());
    arguments.push_back(std::to_string(seq));
  }
  return inbox_scripts::device().call(
      {key(user, "devices"), key(user, "adoptions"), key(user, "furthest"), key(user, device)}, std::move(arguments));
}

/// Runs device commands, one for each of `users`, and removes what devices that are forgotten for it have left.
Task<Result<void>> RedisInbox::run_devices(std::vector<Command> commands, const std::vector<UserKey>& users) {
  CO_TRY(const auto replies, co_await all(std::move(commands)));
  std::vector<Command> leftovers;
  for (std::size_t i = 0; i < users.size(); ++i) {
    const DeviceId forgotten(replies[i].text);
    if (!forgotten.empty()) leftovers.push_back({.words = {"UNLINK", key(users[i], forgotten)}});
  }
  CO_CHECK(co_await all(std::move(leftovers)));
  co_return Result<void>();
}

Task<Result<void>> RedisInbox::adopt_device(const UserKey& user, const DeviceId& device) {
  std::vector<Command> one;
  one.push_back(device_command(user, device, true, {}));
  co_return co_await run_devices(std::move(one), {user});
}

Task<Result<bool>> RedisInbox::knows_device(const UserKey& user, const DeviceId& device) {
  CO_TRY(const auto reply, co_await client_.run({.words = {"ZSCORE", key(user, "devices"), device.str()}}));
  co_return !reply.is_nil();
}

Task<Result<std::vector<Result<offline::CursorStore::Standing>>>> RedisInbox::standings(
    const std::vector<Acknowledged>& devices) {
  std::vector<Command> commands;
  for (const auto& [user, device, positions] : devices) {
    for (const auto& [conversation, seq] : positions) {
      commands.push_back({.words = {"HEXISTS", key(user, "stays"), conversation.name()}});
      commands.push_back({.words = {"HGET", key(conversation, "head"), "seq"}});
      commands.push_back({.words = {"HGET", key(user, device), conversation.name()}});
    }
  }
  CO_TRY(const auto replies, co_await all(std::move(commands)));
  std::vector<Result<Standing>> standings;
  for (std::size_t i = 0; i < replies.size(); i += 3) {
    if (replies[i].integer() == 0 || replies[i + 1].is_nil())
      standings.emplace_back(fail(Code::not_found));
    else
      standings.emplace_back(Standing{.head = static_cast<Seq>(replies[i + 1].integer()),
                                      .cursor = static_cast<Seq>(replies[i + 2].integer())});
  }
  co_return standings;
}

Task<Result<void>> RedisInbox::advance(std::vector<Acknowledged> devices) {
  std::vector<Command> commands;
  std::vector<UserKey> users;
  for (const auto& [user, device, positions] : devices) {
    commands.push_back(device_command(user, device, false, positions));
    users.push_back(user);
  }
  co_return co_await run_devices(std::move(commands), users);
}

}  // namespace godwit::redis
