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
using offline::UserRows;

namespace {

std::uint64_t number_of(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// What `head_command` is answered.
Head head_of(const Reply& reply) {
  return {.seq = static_cast<Seq>(reply.at(0).integer()), .time = reply.at(1).integer()};
}
Seq floor_of(const Reply& reply) { return static_cast<Seq>(reply.at(2).integer()); }
bool whole(const Reply& reply) { return !reply.at(3).is_nil(); }
/// Only a group is left: by a message that may not be there yet, though the head is beyond it.
std::string looks_for_holes(const Conversation& conversation) {
  return conversation.kind() == Conversation::Kind::group ? "1" : "0";
}
bool has_holes(const Reply& head) { return head.at(4).integer() == 1; }

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

Row row_of(const Conversation& conversation, const ReadingRights& rights, const Reply& head) {
  return {.conversation = conversation,
          .ranges = rights.ranges(),
          .left_at = rights.left_at(),
          .head = head_of(head),
          .floor = floor_of(head)};
}
}  // namespace

ReadingRights RedisInbox::rights_of(std::string_view stays) {
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

std::string RedisInbox::key(const UserKey& user, std::string_view what) const {
  return client_.key("{@" + user.str() + "}:" + std::string(what));
}

std::string RedisInbox::key(const UserKey& user, const DeviceId& device) const {
  return key(user, "at:" + device.str());
}

Command RedisInbox::head_command(const Conversation& conversation) const {
  if (refill_ != nullptr)
    return inbox_scripts::head().call({key(conversation, "head"), key(conversation, "log")},
                                      {looks_for_holes(conversation)});
  return {.words = {"HMGET", key(conversation, "head"), "seq", "time", "floor", "whole"}};
}

/// The answers to their head_command, all of them whole.
Task<Result<std::vector<Reply>>> RedisInbox::heads(std::vector<Conversation> conversations) {
  std::vector<Command> commands;
  for (const auto& conversation : conversations) commands.push_back(head_command(conversation));
  for (int filled = 0;; ++filled) {
    CO_TRY(auto replies, co_await all(commands));
    std::vector<Conversation> missing;
    for (std::size_t i = 0; refill_ != nullptr && i < conversations.size(); ++i)
      if (!whole(replies[i])) missing.push_back(conversations[i]);
    if (missing.empty()) co_return replies;
    if (filled == kFillings) co_return lost_meanwhile();
    CO_CHECK(co_await refill(std::move(missing)));
  }
}

Task<Result<Head>> RedisInbox::head(const Conversation& conversation) {
  CO_TRY(const auto replies, co_await heads({conversation}));
  co_return head_of(replies.front());
}

Task<Result<OpenReaders>> RedisInbox::readers(const Conversation& conversation) {
  const auto command =
      inbox_scripts::readers().call({key(conversation, "head"), key(conversation, "stays"), key(conversation, "log")},
                                    {refill_ != nullptr ? "1" : "0", looks_for_holes(conversation)});
  CO_TRY(auto reply, co_await client_.run(command));
  for (int filled = 0; reply.at(0).integer() < 0; ++filled) {
    if (filled == kFillings) co_return lost_meanwhile();
    CO_CHECK(co_await refill({conversation}));
    CO_TRY(reply, co_await client_.run(command));
  }
  OpenReaders readers{.users = {}, .seq = static_cast<Seq>(reply.at(0).integer())};
  std::map<UserKey, ReadingRights> rights;
  const auto& stays = reply.at(1);
  for (std::size_t i = 0; i + 1 < stays.size(); i += 2)
    rights.emplace(stays.at(i).text, rights_of(stays.at(i + 1).text));
  if (refill_ != nullptr && reply.at(2).integer() == 1) {
    CO_TRY(const auto all, co_await refill_->stays(conversation));
    for (const auto& [user, event] : all)
      if (event.seq() <= readers.seq) rights[user].add(event);
  }
  for (const auto& [user, own] : rights)
    if (own.open()) readers.users.push_back(user);
  co_return readers;
}

/// Their marks are asked for before and after: before, lest another process fills between two of the answers, and
/// after, lest something is lost between them.
Task<Result<std::vector<Reply>>> RedisInbox::while_whole(std::vector<UserKey> users, std::vector<Command> commands) {
  if (refill_ == nullptr) co_return co_await all(std::move(commands));
  std::vector<Command> marks;
  for (const auto& user : users) marks.push_back(whole_command(user));
  commands.insert(commands.begin(), marks.begin(), marks.end());
  commands.insert(commands.end(), marks.begin(), marks.end());
  for (int filled = 0;; ++filled) {
    CO_TRY(auto replies, co_await all(commands));
    const auto after = replies.size() - users.size();
    std::vector<UserKey> missing;
    for (std::size_t i = 0; i < users.size(); ++i)
      if (replies[i].integer() != 1 || replies[after + i].integer() != 1) missing.push_back(users[i]);
    if (missing.empty()) {
      replies.resize(after);
      replies.erase(replies.begin(), replies.begin() + static_cast<std::ptrdiff_t>(users.size()));
      co_return replies;
    }
    if (filled == kFillings) co_return lost_meanwhile();
    for (auto& user : missing) CO_CHECK(co_await refill(std::move(user)));
  }
}

/// Stays, read positions, the device's place among them and its cursors.
Task<Result<std::vector<Reply>>> RedisInbox::user_replies(UserKey user, DeviceId device) {
  const std::vector<Command> own{{.words = {"HGETALL", key(user, "stays")}},
                                 {.words = {"HGETALL", key(user, "read")}},
                                 {.words = {"ZSCORE", key(user, "devices"), device.str()}},
                                 {.words = {"HGETALL", key(user, device)}}};
  CO_TRY(auto replies, co_await while_whole({user}, own));
  if (refill_ == nullptr || device.empty() || !replies[2].is_nil()) co_return replies;
  CO_TRY(const bool elsewhere, co_await refill_->knows_device(user, device));  // logged in while Redis was away?
  if (!elsewhere) co_return replies;
  CO_CHECK(co_await refill(user));
  co_return co_await while_whole({user}, own);
}

/// To the user's rights what is kept elsewhere, where one of their `heads` says that it is beyond messages which are
/// not there yet: one of them may be the user's leaving.
Task<Result<void>> RedisInbox::add_missing(UserKey user, std::map<Conversation, ReadingRights>& rights,
                                           const std::vector<Reply>& heads) {
  if (refill_ == nullptr || std::ranges::none_of(heads, has_holes)) co_return Result<void>();
  CO_TRY(const auto kept, co_await refill_->of_user(user));
  for (const auto& [conversation, event] : kept.stays)
    if (const auto of = rights.find(conversation); of != rights.end()) of->second.add(event);
  co_return Result<void>();
}

Task<Result<UserRows>> RedisInbox::rows(const UserKey& user, const DeviceId& device) {
  CO_TRY(auto replies, co_await user_replies(user, device));
  UserRows own{.rows = {}, .known = device.empty() || !replies[2].is_nil()};
  const bool placed = own.known && !device.empty();
  std::map<Conversation, std::string_view> stays;
  for (std::size_t i = 0; i + 1 < replies[0].size(); i += 2)
    if (const auto conversation = Conversation::parse(replies[0].at(i).text))
      stays.emplace(*conversation, replies[0].at(i + 1).text);
  std::vector<Conversation> conversations;
  for (const auto& [conversation, text] : stays) conversations.push_back(conversation);
  CO_TRY(const auto all_heads, co_await heads(std::move(conversations)));
  // Again, behind the heads: a leave is written before what follows it, so none that a head is beyond is missing.
  CO_TRY(const auto again, co_await client_.run({.words = {"HGETALL", key(user, "stays")}}));
  for (std::size_t i = 0; i + 1 < again.size(); i += 2)
    if (const auto conversation = Conversation::parse(again.at(i).text))
      if (const auto known = stays.find(*conversation); known != stays.end()) known->second = again.at(i + 1).text;

  std::map<Conversation, ReadingRights> rights;
  for (const auto& [conversation, text] : stays) rights.emplace(conversation, rights_of(text));
  CO_CHECK(co_await add_missing(user, rights, all_heads));

  const auto read = numbers_of(replies[1]);
  const auto cursors = numbers_of(replies[3]);
  for (const auto& [conversation, of] : rights) {
    auto& row = own.rows.emplace_back(row_of(conversation, of, all_heads.at(own.rows.size())));
    row.read = number_at(read, conversation.name());
    if (placed) row.cursor = number_at(cursors, conversation.name());
  }
  co_return own;
}

Task<Result<std::optional<Row>>> RedisInbox::row(const UserKey& user, const Conversation& conversation) {
  const std::vector<Command> own{{.words = {"HGET", key(user, "stays"), conversation.name()}},
                                 {.words = {"HGET", key(user, "read"), conversation.name()}},
                                 head_command(conversation)};
  CO_TRY(auto replies, co_await while_whole({user}, own));
  if (replies[0].is_nil()) co_return std::nullopt;
  if (refill_ != nullptr && !whole(replies[2])) {
    CO_TRY(const auto head, co_await heads({conversation}));
    replies[2] = head.front();
  }
  CO_TRY(const auto again, co_await client_.run(own[0]));  // behind the head, as in rows()
  std::map<Conversation, ReadingRights> rights;
  rights.emplace(conversation, rights_of((again.is_nil() ? replies[0] : again).text));
  CO_CHECK(co_await add_missing(user, rights, {replies[2]}));
  auto row = row_of(conversation, rights.at(conversation), replies[2]);
  row.read = static_cast<Seq>(replies[1].integer());
  co_return row;
}

Task<Result<std::vector<Seq>>> RedisInbox::read_positions(Readers readers) {
  std::vector<UserKey> users;
  std::vector<Command> commands;
  for (const auto& [user, conversation] : readers) {
    users.push_back(user);
    commands.push_back({.words = {"HGET", key(user, "read"), conversation.name()}});
  }
  CO_TRY(const auto replies, co_await while_whole(std::move(users), std::move(commands)));
  std::vector<Seq> positions;
  for (const auto& reply : replies) positions.push_back(static_cast<Seq>(reply.integer()));
  co_return positions;
}

Task<Result<offline::CursorStore::Moved>> RedisInbox::set_read(const UserKey& user, const Conversation& conversation,
                                                               Seq seq) {
  const auto command =
      inbox_scripts::move().call({key(user, "read"), key(user, "whole")},
                                 {conversation.name(), std::to_string(seq), refill_ != nullptr ? "1" : "0"});
  CO_TRY(auto reply, co_await client_.run(command));
  if (reply.at(1).integer() < 0) {
    CO_CHECK(co_await refill(user));
    CO_TRY(reply, co_await client_.run(command));
    if (reply.at(1).integer() < 0) co_return lost_meanwhile();
  }
  co_return Moved{.read = static_cast<Seq>(reply.at(0).integer()), .moved = reply.at(1).integer() == 1};
}

Command RedisInbox::device_command(const UserKey& user, const DeviceId& device, bool again,
                                   const std::vector<std::pair<Conversation, Seq>>& positions) const {
  std::vector<std::string> arguments{device.str(), again ? "1" : "0", std::to_string(kMostDevices),
                                     refill_ != nullptr ? "1" : "0"};
  for (const auto& [conversation, seq] : positions) {
    arguments.push_back(conversation.name());
    arguments.push_back(std::to_string(seq));
  }
  return inbox_scripts::device().call(
      {key(user, "devices"), key(user, "adoptions"), key(user, "furthest"), key(user, device), key(user, "whole")},
      std::move(arguments));
}

/// Runs device commands, one for each of `users`, and removes what devices that are forgotten for it have left.
Task<Result<void>> RedisInbox::run_devices(std::vector<Command> commands, const std::vector<UserKey>& users) {
  CO_TRY(auto replies, co_await all(commands));
  for (std::size_t i = 0; i < users.size(); ++i) {
    if (replies[i].at(0).integer() == 1) continue;
    CO_CHECK(co_await refill(users[i]));
    CO_TRY(replies[i], co_await client_.run(commands[i]));
    if (replies[i].at(0).integer() != 1) co_return lost_meanwhile();
  }
  std::vector<Command> leftovers;
  for (std::size_t i = 0; i < users.size(); ++i) {
    const DeviceId forgotten(replies[i].at(1).text);
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
  if (!reply.is_nil() || refill_ == nullptr) co_return !reply.is_nil();
  co_return co_await refill_->knows_device(user, device);
}

/// Of each position: the row, the head, the device's cursor.
std::vector<Command> RedisInbox::standing_commands(const std::vector<Acknowledged>& devices) const {
  std::vector<Command> commands;
  for (const auto& [user, device, positions] : devices) {
    for (const auto& [conversation, seq] : positions) {
      commands.push_back({.words = {"HEXISTS", key(user, "stays"), conversation.name()}});
      commands.push_back(head_command(conversation));
      commands.push_back({.words = {"HGET", key(user, device), conversation.name()}});
    }
  }
  return commands;
}

/// What the rows name and the answers to standing_commands say is not whole.
std::vector<Conversation> RedisInbox::missing_of(const std::vector<Acknowledged>& devices,
                                                 const std::vector<Reply>& replies) {
  std::vector<Conversation> missing;
  std::size_t at = 0;
  for (const auto& one : devices) {
    for (const auto& [conversation, seq] : one.positions) {
      if (replies[at].integer() == 1 && !whole(replies[at + 1])) missing.push_back(conversation);
      at += 3;
    }
  }
  return missing;
}

Task<Result<std::vector<Result<offline::CursorStore::Standing>>>> RedisInbox::standings(
    const std::vector<Acknowledged>& devices) {
  std::vector<UserKey> users;
  for (const auto& one : devices) users.push_back(one.user);
  CO_TRY(auto replies, co_await while_whole(users, standing_commands(devices)));
  for (int filled = 0; refill_ != nullptr; ++filled) {
    auto missing = missing_of(devices, replies);
    if (missing.empty()) break;
    if (filled == kFillings) co_return lost_meanwhile();
    CO_CHECK(co_await refill(std::move(missing)));
    CO_TRY(replies, co_await while_whole(users, standing_commands(devices)));
  }
  std::vector<Result<Standing>> standings;
  for (std::size_t at = 0; at < replies.size(); at += 3) {
    if (replies[at].integer() == 0 || replies[at + 1].at(0).is_nil())
      standings.emplace_back(fail(Code::not_found));
    else
      standings.emplace_back(
          Standing{.head = head_of(replies[at + 1]).seq, .cursor = static_cast<Seq>(replies[at + 2].integer())});
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
