#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "service/archive.hpp"
#include "service/dispatch.hpp"
#include "service/gateway.hpp"
#include "service/offline.hpp"
#include "service/routes.hpp"
#include "service/sequencer.hpp"
#include "service/user.hpp"

/// For tests of this room: roles whose answers are made of what they were asked, so that a field that got lost shows.
namespace godwit::rpc::testing {

/// Every field set, each to another value.
inline Message full_message() {
  return {.type = Type::group_changed,
          .conversation = Conversation::of_group(GroupKey("g-1")),
          .id = MessageId("0123456789abcdef0123456789abcdef"),
          .seq = 41,
          .time = 1'800'000'000'123,
          .sender = "ann",
          .receiver = "g-1",
          .text = "\xE6\xB6\x88\xE6\x81\xAF \xF0\x9F\x90\xA6",
          .client_id = "c-1",
          .sender_device = DeviceId("phone"),
          .reply_to = "fedcba9876543210fedcba9876543210",
          .title = "a title",
          .request = "r-1",
          .group = "g-2",
          .change = "created",
          .target = "bob",
          .target_seq = 17,
          .detail = "a detail",
          .recalled = true,
          .joined = {UserKey("ann"), UserKey("bob")},
          .left = {UserKey("cid")}};
}
inline Identity identity() {
  return {.user = UserKey("ann"), .session = SessionId("s-1"), .device = DeviceId("phone"), .expires_at = 99};
}

class EchoArchive final : public archive::Service {
 public:
  Task<Result<MessagePtr>> find(const MessageId& id) override {
    if (id.str() == "absent") co_return fail(Code::not_found, "no " + id.str());
    auto message = full_message();
    message.id = id;
    co_return std::make_shared<const Message>(std::move(message));
  }
  Task<Result<MessagePtr>> last_up_to(const Conversation& conversation, Seq seq) override {
    if (seq == 0) co_return MessagePtr();
    auto message = full_message();
    message.conversation = conversation;
    message.seq = seq;
    co_return std::make_shared<const Message>(std::move(message));
  }
  Task<Result<std::uint64_t>> count_chat(const Conversation& conversation, const UserKey& user, Seq after,
                                         Seq up_to) override {
    co_return conversation.name().size() * 1000 + user.str().size() * 100 + (up_to - after);
  }
};

class EchoOffline final : public offline::Service {
 public:
  Task<Result<void>> adopt_device(const UserKey& user, const DeviceId& device) override {
    adopted = user.str() + "/" + device.str();
    co_return Result<void>();
  }
  Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) override {
    co_return adopted == user.str() + "/" + device.str();
  }
  Task<Result<void>> acknowledge(std::vector<offline::Acknowledged> devices) override {
    acknowledged = std::move(devices);
    co_return Result<void>();
  }
  Task<Result<ReadRanges>> ranges(const UserKey& user, const Conversation& conversation) override {
    co_return ReadRanges({{.from = user.str().size(), .to = conversation.name().size() + 10}, {.from = 100, .to = 0}});
  }
  Task<Result<offline::OpenReaders>> readers(const Conversation& conversation) override {
    co_return offline::OpenReaders{.users = {UserKey("ann"), UserKey("bob")}, .seq = conversation.name().size()};
  }
  Task<Result<std::vector<MessagePtr>>> tail(const Conversation& conversation, Seq after, Seq before, std::size_t limit,
                                             bool newest) override {
    auto message = full_message();
    message.conversation = conversation;
    message.text =
        std::to_string(after) + " " + std::to_string(before) + " " + std::to_string(limit) + (newest ? " newest" : "");
    co_return std::vector<MessagePtr>(2, std::make_shared<const Message>(std::move(message)));
  }

  std::string adopted;
  std::vector<offline::Acknowledged> acknowledged;
};

class EchoDispatch final : public dispatch::Service {
 public:
  Task<Result<dispatch::Published>> publish(Message frame, std::string once) override {
    published = std::move(frame);
    co_return dispatch::Published{.id = MessageId(once), .seq = 5, .time = 6, .repeated = true};
  }
  Task<void> announce_read(Identity who, Conversation conversation, Seq seq) override {
    announced = "read " + who.user.str() + who.session.str() + who.device.str() + std::to_string(who.expires_at) + " " +
                conversation.name() + " " + std::to_string(seq);
    co_return;
  }
  Task<void> announce_typing(Identity who, Conversation conversation) override {
    announced = "typing " + who.user.str() + " " + conversation.name();
    co_return;
  }

  Message published;
  std::string announced;
};

class EchoSequencer final : public sequencer::Service {
 public:
  Task<Result<sequencer::Numbered>> number(dispatch::Draft draft) override {
    if (draft.once == "elsewhere") co_return dispatch::Dispatcher{.name = "d-2", .address = "host:7"};
    drafted = std::move(draft);
    co_return dispatch::Published{.id = MessageId("m-1"), .seq = 8, .time = 9, .repeated = false};
  }
  Task<Result<std::vector<Position>>> committed() override {
    std::vector<Position> out(kShards);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = i * 1'000'000'007;
    co_return out;
  }
  Task<Result<std::vector<MessagePtr>>> tail(dispatch::Stretch stretch) override {
    auto message = full_message();
    message.conversation = stretch.conversation;
    message.text = std::to_string(stretch.after) + " " + std::to_string(stretch.before) + " " +
                   std::to_string(stretch.limit) + (stretch.newest ? " newest" : "");
    co_return std::vector<MessagePtr>{std::make_shared<const Message>(std::move(message))};
  }

  dispatch::Draft drafted;
};

class EchoUsers final : public user::Service {
 public:
  Task<Result<user::Proven>> authenticate(std::string_view token) override {
    if (token != "good\xff") co_return fail(Code::unauthenticated);
    co_return user::Proven{.who = identity(), .as_of = {.epoch = 3, .number = 4}, .node = "node-1"};
  }
  Task<Result<user::Proven>> prove_again(Identity who) override {
    co_return user::Proven{.who = std::move(who), .as_of = {.epoch = 5, .number = 6}};
  }
  Task<Result<user::ServiceIdentity>> authenticate_service(std::string_view key) override {
    co_return user::ServiceIdentity{.name = std::string(key), .scopes = {"push", "read"}};
  }
  Task<Result<bool>> is_admin(const UserKey& user) override { co_return user == UserKey("root"); }
  Task<Result<void>> record_deed(const UserKey& admin, user::Deed deed) override {
    if (admin == UserKey("nobody")) co_return fail(Code::forbidden);
    recorded = admin.str() + " " + deed.action + " " + deed.target + " " + deed.detail;
    co_return Result<void>();
  }
  void seen(const SessionId& session) override {
    std::lock_guard lock(mutex);
    seen_sessions.push_back(session.str());
  }
  Task<Result<DirectRelation>> relation(const UserKey& from, const UserKey& to) override {
    ++asked;
    co_return DirectRelation{.exists = to.str() != "absent", .friends = to.str() != "absent", .blocked = from == to};
  }
  Task<Result<std::shared_ptr<const std::vector<UserKey>>>> awake_friends(const UserKey& user) override {
    ++asked;
    co_return std::make_shared<const std::vector<UserKey>>(std::vector{user, UserKey("zoe")});
  }
  Task<Result<std::shared_ptr<const Roster>>> roster(const GroupKey& group) override {
    ++asked;
    if (group.str() == "absent") co_return fail(Code::not_found, "no such group");
    auto roster = std::make_shared<Roster>();
    roster->group = {.key = group,
                     .name = "name",
                     .notice = "notice",
                     .avatar = "avatar",
                     .policy = JoinPolicy::closed,
                     .owner = UserKey("u000000"),
                     .member_count = static_cast<std::uint32_t>(members),
                     .created_at = 12};
    std::vector<UserKey> audience;
    for (int i = 0; i < members; ++i) {
      const auto digits = std::to_string(i);
      const UserKey key("u" + std::string(6 - digits.size(), '0') + digits);
      audience.push_back(key);
      roster->members[key] = {.user = key,
                              .role = i == 0  ? godwit::Role::owner
                                      : i % 2 ? godwit::Role::admin
                                              : godwit::Role::member,
                              .muted_until = i,
                              .joined_at = i + 1};
    }
    roster->audience = std::make_shared<const std::vector<UserKey>>(std::move(audience));
    co_return roster;
  }
  Task<Result<std::vector<Card>>> user_cards(const std::vector<UserKey>& keys) override {
    ++asked;
    std::vector<Card> out;
    for (const auto& key : keys)
      out.push_back(key.str() == "absent" ? Card() : Card{.key = key.str(), .name = "n", .avatar = "a"});
    co_return out;
  }
  Task<Result<std::vector<Card>>> group_cards(const std::vector<GroupKey>& keys) override {
    ++asked;
    std::vector<Card> out;
    for (const auto& key : keys) out.push_back({.key = key.str(), .name = "group", .avatar = "b"});
    co_return out;
  }
  Task<Result<std::vector<UserKey>>> users_after(const UserKey& after, std::size_t limit) override {
    co_return std::vector<UserKey>{UserKey(after.str() + "-"), UserKey(std::to_string(limit))};
  }

  int members = 3;
  std::atomic<int> asked{0};
  std::string recorded;
  std::mutex mutex;
  std::vector<std::string> seen_sessions;
};

}  // namespace godwit::rpc::testing
