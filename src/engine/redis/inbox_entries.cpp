#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/redis/inbox.hpp"
#include "engine/redis/inbox_scripts.hpp"
#include "wire/record.hpp"

namespace godwit::redis {

using offline::Head;
using offline::OpenReaders;
using offline::Slice;
using offline::Span;

namespace {

constexpr std::size_t kAnswerBytes = 1 << 20;
constexpr std::size_t kTimeDigits = 16;
constexpr std::size_t kCommandsAtOnce = 2000;  // below what a client lets wait

std::string digits_of(Millis time) {
  return fmt::format("{:016x}", static_cast<std::uint64_t>(std::max<Millis>(time, 0)));
}

std::string member_of(const Message& message) { return digits_of(message.time) + wire::encode_record(message); }

Result<Message> message_of(std::string_view member) {
  if (member.size() < kTimeDigits) return fail(Code::internal, "an entry of the inbox is too short");
  return wire::decode_record(member.substr(kTimeDigits));
}

/// Who joins or leaves by a message, as their rows have it: "<place>", of a leave "<place>@<time>".
using Stays = std::vector<std::pair<UserKey, std::string>>;

Stays joins_of(const Message& message) {
  Stays stays;
  for (const auto& user : message.conversation.people())
    stays.emplace_back(user, std::to_string(StayEvent::join(1).place));
  for (const auto& user : message.joined) stays.emplace_back(user, std::to_string(StayEvent::join(message.seq).place));
  return stays;
}

Stays leaves_of(const Message& message) {
  Stays stays;
  for (const auto& user : message.left) {
    const auto leave = StayEvent::leave(message.seq, message.time);
    stays.emplace_back(user, std::to_string(leave.place) + "@" + std::to_string(leave.time));
  }
  return stays;
}

void append_arguments(std::vector<std::string>& arguments, const Message& message) {
  arguments.insert(arguments.end(), {"e", std::to_string(message.seq), std::to_string(message.time), member_of(message),
                                     is_chat(message.type) ? "1" : "0"});
  if (message.type == Type::recalled) arguments.insert(arguments.end(), {"r", std::to_string(message.target_seq)});
  for (const auto& stays : {joins_of(message), leaves_of(message)})
    for (const auto& [user, stay] : stays) arguments.insert(arguments.end(), {"s", user.str(), stay});
}

}  // namespace

std::string RedisInbox::key(const Conversation& conversation, std::string_view what) const {
  return client_.key("{" + conversation.name() + "}:" + std::string(what));
}

Task<Result<std::string>> RedisInbox::epoch() {
  const auto name = client_.key("epoch");
  if (refill_ == nullptr) {
    CO_TRY(const auto replies,
           co_await all({Command{.words = {"SETNX", name, random_.hex(16)}}, Command{.words = {"GET", name}}}));
    co_return replies.back().text;
  }
  {
    std::lock_guard lock(epoch_mutex_);
    if (!epoch_.empty()) co_return epoch_;
  }
  // What Redis is called already is what it is called from now on, too, and after it was lost.
  CO_TRY(const auto had, co_await client_.run({.words = {"GET", name}}));
  CO_TRY(auto epoch, co_await refill_->epoch(had.is_nil() ? random_.hex(16) : had.text));
  CO_CHECK(co_await client_.run({.words = {"SET", name, epoch}}));
  std::lock_guard lock(epoch_mutex_);
  co_return epoch_ = std::move(epoch);
}

Task<Result<std::uint64_t>> RedisInbox::entries() {
  CO_TRY(const auto reply, co_await client_.run({.words = {"GET", client_.key("entries")}}));
  co_return static_cast<std::uint64_t>(std::max<std::int64_t>(reply.integer(), 0));
}

Task<Result<void>> RedisInbox::put(std::span<const MessagePtr> messages) {
  CO_CHECK(co_await put_rows(messages, leaves_of));  // before the entries: what follows a leave is not the user's
  CO_CHECK(co_await put_entries(messages));
  CO_CHECK(co_await put_rows(messages, joins_of));  // after the entries: whoever sees a row finds what it leads to
  co_return co_await put_in_sweep(messages);
}

Task<Result<void>> RedisInbox::put_entries(std::span<const MessagePtr> messages) {
  std::map<Conversation, std::vector<std::string>> arguments;
  for (const auto& message : messages) append_arguments(arguments[message->conversation], *message);
  std::vector<Conversation> asked;
  std::vector<Command> commands;
  for (auto& [conversation, all] : arguments) {
    asked.push_back(conversation);
    commands.push_back(inbox_scripts::put().call({key(conversation, "log"), key(conversation, "head"),
                                                  key(conversation, "recalled"), key(conversation, "stays")},
                                                 std::move(all)));
  }
  CO_TRY(const auto replies, co_await all(std::move(commands)));
  CO_CHECK(co_await put_tombstones(messages, asked, replies));
  std::int64_t added = 0;
  for (const auto& reply : replies) added += reply.at(0).integer();
  if (added > 0) CO_CHECK(co_await client_.run({.words = {"INCRBY", client_.key("entries"), std::to_string(added)}}));
  co_return Result<void>();
}

/// Recalled entries, there already or to be put: without their texts.
Task<Result<void>> RedisInbox::put_tombstones(std::span<const MessagePtr> messages,
                                              const std::vector<Conversation>& asked,
                                              const std::vector<Reply>& replies) {
  std::vector<Command> commands;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    for (std::size_t j = 1; j + 1 < replies[i].size(); j += 2) {
      const auto seq = static_cast<Seq>(replies[i].at(j).integer());
      Result<Message> entry = fail(Code::internal, "an entry of the inbox that is recalled is not there");
      if (const auto& member = replies[i].at(j + 1).text; !member.empty()) {
        entry = message_of(member);
      } else {
        const auto found = std::ranges::find_if(
            messages, [&](const auto& message) { return message->conversation == asked[i] && message->seq == seq; });
        if (found != messages.end()) entry = **found;
      }
      if (!entry) co_return std::unexpected(entry.error());
      if (!is_chat(entry->type) || entry->recalled) continue;
      commands.push_back(
          inbox_scripts::replace().call({key(asked[i], "log"), key(asked[i], "head")},
                                        {std::to_string(seq), member_of(without_text(std::move(*entry)))}));
    }
  }
  CO_CHECK(co_await all(std::move(commands)));
  co_return Result<void>();
}

Task<Result<void>> RedisInbox::put_rows(std::span<const MessagePtr> messages, StaysOf stays_of) {
  std::map<UserKey, std::vector<std::string>> rows;
  for (const auto& message : messages) {
    for (auto& [user, stay] : stays_of(*message)) {
      auto& arguments = rows[user];
      arguments.push_back(message->conversation.name());
      arguments.push_back(std::move(stay));
    }
  }
  std::vector<Command> commands;
  for (auto& [user, arguments] : rows)
    commands.push_back(inbox_scripts::add_stays().call({key(user, "stays")}, std::move(arguments)));
  CO_CHECK(co_await all(std::move(commands)));
  co_return Result<void>();
}

/// Notes by which time each conversation may have something to drop.
Task<Result<void>> RedisInbox::put_in_sweep(std::span<const MessagePtr> messages) {
  std::map<Conversation, Millis> oldest;
  for (const auto& message : messages) {
    const auto [place, first] = oldest.try_emplace(message->conversation, message->time);
    if (!first) place->second = std::min(place->second, message->time);
  }
  std::vector<Command> commands;
  for (const auto& [conversation, time] : oldest) commands.push_back(sweep_command(conversation, time));
  CO_CHECK(co_await all(std::move(commands)));
  co_return Result<void>();
}

Task<Result<std::vector<Reply>>> RedisInbox::all(std::vector<Command> commands) {
  std::vector<Reply> replies;
  replies.reserve(commands.size());
  for (std::size_t begin = 0; begin < commands.size(); begin += kCommandsAtOnce) {
    const auto end = std::min(commands.size(), begin + kCommandsAtOnce);
    std::vector<Command> some(std::make_move_iterator(commands.begin() + static_cast<std::ptrdiff_t>(begin)),
                              std::make_move_iterator(commands.begin() + static_cast<std::ptrdiff_t>(end)));
    CO_TRY(auto answers, co_await client_.run(std::move(some)));
    for (auto& answer : answers) {
      if (answer.is_error()) co_return std::unexpected(error_of(answer));
      replies.push_back(std::move(answer));
    }
  }
  co_return replies;
}

Command RedisInbox::read_command(const Span& span) const {
  const auto highest = span.before == 0 ? std::string("+inf") : "(" + std::to_string(span.before);
  return inbox_scripts::read().call(
      {key(span.conversation, "log"), key(span.conversation, "head")},
      {"(" + std::to_string(span.after), highest, digits_of(span.since), std::to_string(span.limit),
       span.newest ? "1" : "0", std::to_string(kAnswerBytes), refill_ != nullptr ? "1" : "0"});
}

/// `bytes`: of the slices before. An answer that has its bytes ends there.
Slice RedisInbox::slice_of(const Span& span, const Reply& reply, std::size_t& bytes) const {
  Slice slice{.items = {}, .more = reply.at(1).integer() == 1, .older = reply.at(0).integer() == 1};
  for (std::size_t i = 2; i < reply.size(); ++i) {
    if (bytes >= kAnswerBytes) {
      slice.more = true;
      break;
    }
    const auto& member = reply.at(i).text;
    bytes += 256 + member.size();
    auto message = message_of(member);
    if (!message) {
      log_.error("inbox_entry_damaged",
                 {{"conversation", span.conversation.name()}, {"detail", message.error().detail}});
      slice.older = true;
      continue;
    }
    slice.items.push_back(std::make_shared<const Message>(std::move(*message)));
  }
  if (span.newest) std::ranges::reverse(slice.items);
  return slice;
}

Task<Result<std::vector<Slice>>> RedisInbox::read(std::vector<Span> spans) {
  std::vector<Command> commands;
  for (const auto& span : spans) commands.push_back(read_command(span));
  CO_TRY(auto replies, co_await all(commands));
  for (std::size_t i = 0; i < spans.size(); ++i) {
    if (replies[i].at(0).integer() >= 0) continue;
    CO_CHECK(co_await refill({spans[i].conversation}));
    CO_TRY(replies[i], co_await client_.run(commands[i]));
    if (replies[i].at(0).integer() < 0) co_return lost_meanwhile();
  }
  std::vector<Slice> slices;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < spans.size(); ++i) slices.push_back(slice_of(spans[i], replies[i], bytes));
  co_return slices;
}

}  // namespace godwit::redis
