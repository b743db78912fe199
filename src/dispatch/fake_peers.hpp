#pragma once
#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/executor.hpp"
#include "dispatch/dispatch_role.hpp"
#include "dispatch/node_links_suite.hpp"
#include "service/fake_archive.hpp"
#include "service/fake_offline.hpp"
#include "service/fake_users.hpp"

/// For the role's own tests: a ledger, an inbox and the other roles, all of one thread, which do at once what they are
/// asked, or when the test says so.
namespace godwit::dispatch::testing {

/// Something that is asked for, and answered when the test says so.
template <class T>
class Gate {
 public:
  bool shut = false;

  Task<T> pass(T answer) {
    if (shut) co_await completion<bool>([this](auto done) { waiting_.push_back(std::move(done)); });
    co_return answer;
  }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  void open() {
    shut = false;
    for (const auto& done : std::exchange(waiting_, {})) done(true);
  }

 private:
  std::vector<std::function<void(bool)>> waiting_;
};

/// Rights of what was committed, at once.
class FakeOffline final : public offline::FakeOffline {
 public:
  void take(const Message& message) {
    heads_[message.conversation] = message.seq;
    for (const auto& user : message.joined) rights_[message.conversation][user].add(StayEvent::join(message.seq));
    for (const auto& user : message.left) rights_[message.conversation][user].add(StayEvent::leave(message.seq, 1));
  }
  Task<Result<ReadRanges>> ranges(const UserKey& user, const Conversation& conversation) override {
    co_return rights_[conversation][user].ranges();
  }
  Task<Result<offline::OpenReaders>> readers(const Conversation& conversation) override {
    ++loads;
    if (broken) co_return fail(Code::unavailable);
    co_await gate.pass(true);
    offline::OpenReaders readers{.users = {}, .seq = heads_[conversation]};
    for (const auto& [user, rights] : rights_[conversation])
      if (rights.open()) readers.users.push_back(user);
    co_return readers;
  }

  Gate<bool> gate;
  int loads = 0;
  bool broken = false;

 private:
  std::map<Conversation, std::map<UserKey, ReadingRights>> rights_;
  std::map<Conversation, Seq> heads_;
};

class FakeLedger final : public Ledger, public OrderedCommits {
 public:
  explicit FakeLedger(FakeOffline& offline) : offline_(offline) {}
  Task<Result<Published>> append(Draft draft) override {
    auto message = std::make_shared<Message>(std::move(draft.message));
    message->seq = ++heads_[message->conversation];
    message->time = 1;
    messages.push_back(message);
    listener_(std::span(&messages.back(), 1));
    offline_.take(*message);
    co_return Published{.id = message->id, .seq = message->seq, .time = message->time};
  }
  Task<Result<std::optional<Published>>> find(const std::string&) override { co_return std::nullopt; }
  void on_commit(Listener listener) override { listener_ = std::move(listener); }

  std::vector<MessagePtr> messages;

 private:
  FakeOffline& offline_;
  Listener listener_;
  std::map<Conversation, Seq> heads_;
};

class FakeBus final : public Bus {
 public:
  void consume(Topic, Handler) override {}
  void start() override {}
  void stop() override {}
  Task<Result<void>> settled(Topic) override { co_return Result<void>{}; }
  [[nodiscard]] std::uint64_t lag(Topic) const override { return 0; }
};

/// Looks into the ledger; a look-up may be held up.
class FakeArchive final : public archive::FakeArchive {
 public:
  explicit FakeArchive(const FakeLedger& ledger) : ledger_(ledger) {}
  Task<Result<MessagePtr>> find(const MessageId& id) override {
    const auto found = std::ranges::find(ledger_.messages, id, &Message::id);
    Result<MessagePtr> answer = fail(Code::not_found);
    if (found != ledger_.messages.end()) answer = *found;
    co_return co_await gate.pass(std::move(answer));
  }
  Gate<Result<MessagePtr>> gate;

 private:
  const FakeLedger& ledger_;
};

/// A link's far end: notes what comes down.
class FakeLink final : public link::Link, public suite::NodeNotes {
 public:
  explicit FakeLink(std::string node = "node-1", std::string dispatcher = "dispatch-1")
      : node_(std::move(node)), dispatcher_(std::move(dispatcher)) {}
  [[nodiscard]] const std::string& node() const noexcept override { return node_; }
  [[nodiscard]] const std::string& dispatcher() const noexcept override { return dispatcher_; }
  void send(link::Down message) override { note(message); }
  void send(link::Up) override {}
  void cut() override {}

  std::vector<std::string> take() { return std::exchange(pushed, {}); }

 private:
  const std::string node_, dispatcher_;
};

/// One group, whose roster the test sets: as the accounts' store has it, which is ahead of the messages.
class FakeUsers final : public user::FakeUsers {
 public:
  void set_roster(const GroupKey& group, const std::vector<UserKey>& members) {
    auto roster = std::make_shared<Roster>();
    roster->group.key = group;
    roster->audience = audience_of(members);
    for (const auto& member : members) roster->members.emplace(member, Member{.user = member});
    roster_ = std::move(roster);
  }
  Task<Result<std::shared_ptr<const Roster>>> roster(const GroupKey&) override { co_return roster_; }
  Task<Result<DirectRelation>> relation(const UserKey&, const UserKey&) override {
    co_return DirectRelation{.exists = true, .friends = true};
  }
  Task<Result<std::shared_ptr<const std::vector<UserKey>>>> awake_friends(const UserKey&) override {
    co_return std::make_shared<const std::vector<UserKey>>();
  }

 private:
  std::shared_ptr<const Roster> roster_;
};

}  // namespace godwit::dispatch::testing
