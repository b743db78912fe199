#include "dispatch/dispatch_role.hpp"

#include <doctest/doctest.h>

#include <map>

#include "base/testing_executor.hpp"
#include "dispatch/fake_peers.hpp"
#include "engine/memory/archive.hpp"
#include "engine/memory/bus.hpp"
#include "engine/memory/inbox.hpp"
#include "engine/memory/ledger.hpp"

namespace godwit::dispatch {
namespace {

using std::chrono::milliseconds;
using Events = std::vector<std::string>;

const UserKey ann("ann"), bob("bob"), cas("cas");
const DeviceId phone("phone"), desk("desk");

/// Who may write to whom, as the test says.
class People final : public user::FakeUsers {
 public:
  Task<Result<DirectRelation>> relation(const UserKey& from, const UserKey& to) override {
    co_return DirectRelation{
        .exists = to != UserKey("nobody"), .friends = friends.contains({from, to}), .blocked = blocked};
  }
  std::set<std::pair<UserKey, UserKey>> friends{{ann, bob}, {bob, ann}};
  bool blocked = false;
};

/// What the role asks the inbox's and the archive's keepers, answered from their stores.
class Inbox final : public offline::FakeOffline {
 public:
  explicit Inbox(engine::memory::MemoryInbox& store) : store_(store) {}
  Task<Result<ReadRanges>> ranges(const UserKey& user, const Conversation& conversation) override {
    CO_TRY(const auto row, co_await store_.row(user, conversation));
    co_return row ? row->ranges : ReadRanges();
  }
  Task<Result<offline::OpenReaders>> readers(const Conversation& conversation) override {
    return store_.readers(conversation);
  }

 private:
  engine::memory::MemoryInbox& store_;
};

class Archive final : public archive::FakeArchive {
 public:
  Archive(engine::memory::MemoryArchive& store, Bus& bus) : store_(store), bus_(bus) {}
  Task<Result<MessagePtr>> find(const MessageId& id) override {
    CO_CHECK(co_await bus_.settled(Topic::store));
    CO_TRY(auto found, co_await store_.find(id));
    if (!found) co_return fail(Code::not_found);
    co_return found;
  }

 private:
  engine::memory::MemoryArchive& store_;
  Bus& bus_;
};

/// Says when an append came back, after all that it led to.
class Witness final : public Ledger {
 public:
  Witness(Ledger& ledger, Events& events) : ledger_(ledger), events_(events) {}
  Task<Result<Published>> append(Draft draft) override {
    const auto text = draft.message.text;
    auto published = co_await ledger_.append(std::move(draft));
    events_.push_back(text + (published ? " is durable" : " is not"));
    co_return published;
  }
  Task<Result<std::optional<Published>>> find(const std::string& once) override { return ledger_.find(once); }

 private:
  Ledger& ledger_;
  Events& events_;
};

/// Notes into `events` what it is pushed.
class NotingLink final : public link::Link {
 public:
  explicit NotingLink(Events& events) : events_(events) {}
  [[nodiscard]] const std::string& node() const noexcept override { return node_; }
  [[nodiscard]] const std::string& dispatcher() const noexcept override { return dispatcher_; }
  void send(link::Down message) override {
    const auto* pushed = std::get_if<link::Pushed>(&message);
    for (std::size_t i = 0; pushed != nullptr && i < pushed->batch->size(); ++i) {
      const auto& push = (*pushed->batch)[i];
      const std::string frame(push.frame.data(), push.frame.size());
      const auto value = [&](const std::string& name) {
        const auto at = frame.find('"' + name + "\":");
        return at == std::string::npos
                   ? std::string()
                   : frame.substr(at + name.size() + 3, frame.find_first_of(",}", at) - at - name.size() - 3);
      };
      auto to = push.user.str();
      if (push.user == push.skip_user) to += " but " + push.skip_device.str();
      events_.push_back(to + ": " + value("type") + " " + value("seq") + " " + value("msg"));
    }
  }
  void send(link::Up) override {}
  void cut() override {}

 private:
  Events& events_;
  const std::string node_ = "node-1", dispatcher_ = "dispatch-1";
};

/// The role on the engine in memory, one thread, one clock.
class House {
 public:
  House() {
    role.links().heard(link_, link::Snapshot{.users = {ann, bob, cas}});
    bus.consume(Topic::store, [this](std::span<const MessagePtr> batch) -> Task<Result<void>> {
      if (archive_away) co_return fail(Code::unavailable);
      co_return co_await archive_store.put(batch);
    });
    bus.consume(Topic::offline, [this](std::span<const MessagePtr> batch) { return inbox_store.put(batch); });
    bus.start();
  }
  ~House() { bus.stop(); }

  /// What a call answered, in a word, after everything that it led to at this time.
  template <class Call>
  std::string ask(Call call) {
    const auto answer = start(std::move(call));
    executor.run();
    return *answer;
  }
  /// The same, on its way: empty until it is answered.
  template <class Call>
  std::shared_ptr<std::string> start(Call call) {
    auto answer = std::make_shared<std::string>();
    executor.post([call = std::move(call), answer]() mutable { spawn(note(std::move(call), answer)); });
    executor.run();
    return answer;
  }
  auto send(const UserKey& from, const std::string& text, const std::string& client_id = {}, const UserKey& to = bob) {
    return [this, from, text, client_id, to]() -> Task<Result<Published>> {
      return role.send_message({.user = from, .session = SessionId("s"), .device = phone},
                               {.type = Type::direct, .receiver = to.str(), .text = text, .client_id = client_id});
    };
  }
  auto recall(const UserKey& who, const MessageId& id) {
    return [this, who, id]() -> Task<Result<MessagePtr>> {
      return role.recall_message({.user = who, .session = SessionId("s"), .device = phone}, id);
    };
  }
  Events take() { return std::exchange(events, {}); }
  /// The text that inbox and archive have of the message; "-": it is recalled.
  std::string texts_of(Seq seq) {
    const auto conversation = Conversation::direct(ann, bob);
    const auto slice =
        sync_wait(inbox_store.read({{.conversation = conversation, .after = seq - 1, .limit = 1}}))->at(0);
    const auto archived = *sync_wait(archive_store.last_up_to(conversation, seq));
    const auto text = [](const MessagePtr& message) { return message->recalled ? "-" + message->text : message->text; };
    return text(slice.items.at(0)) + " " + text(archived);
  }
  MessageId id_of(Seq seq) {
    return (*sync_wait(
                inbox_store.read({{.conversation = Conversation::direct(ann, bob), .after = seq - 1, .limit = 1}})))
        .at(0)
        .items.at(0)
        ->id;
  }

  ManualClock clock;
  SteppedExecutor executor{clock};
  engine::memory::MessagesDisk disk;
  engine::memory::ArchiveDisk archive_disk;
  engine::memory::MemoryLedger ledger{disk, clock};
  engine::memory::MemoryBus bus{disk, ledger, {executor, executor, executor}, clock};
  engine::memory::MemoryInbox inbox_store{disk};
  engine::memory::MemoryArchive archive_store{archive_disk};
  bool archive_away = false;
  Events events;
  People people;

 private:
  static std::string word_of(const Result<Published>& published) {
    if (!published) return std::string(info(published.error().code).name);
    return (published->repeated ? "again " : "") + std::to_string(published->seq);
  }
  static std::string word_of(const Result<MessagePtr>& message) {
    return message ? "recalled" + (*message)->text : std::string(info(message.error().code).name);
  }
  template <class Call>
  static Task<void> note(Call call, std::shared_ptr<std::string> answer) {
    *answer = word_of(co_await call());
  }

  SystemRandom random_;
  Metrics metrics_;
  Witness witness_{ledger, events};
  Inbox inbox_{inbox_store};
  Archive archive_{archive_store, bus};
  std::shared_ptr<NotingLink> link_ = std::make_shared<NotingLink>(events);

 public:
  DispatchRole role{{.ledger = witness_, .commits = ledger, .bus = bus},
                    {.users = people, .archive = archive_, .offline = inbox_},
                    {.recall_window_ms = 120'000}, clock, random_, metrics_};
};

}  // namespace

TEST_CASE("dispatch: what may not be sent gets no number and is pushed to nobody") {
  House house;
  CHECK(house.ask(house.send(ann, "to a stranger", "", cas)) == "not_friends");
  CHECK(house.ask(house.send(ann, "to nobody", "", UserKey("nobody"))) == "not_found");
  CHECK(house.ask(house.send(ann, "to myself", "", ann)) == "invalid_fields");
  house.people.blocked = true;
  CHECK(house.ask(house.send(ann, "blocked")) == "blocked");
  CHECK(house.take().empty());
  CHECK(house.disk.log.empty());
  house.people.blocked = false;
  CHECK(house.ask(house.send(ann, "hello")) == "1");
}

TEST_CASE("dispatch: a message is durable, then pushed, then answered; pushes leave in the order of the numbers") {
  House house;
  for (const auto* text : {"one", "two", "three"}) CHECK_FALSE(house.ask(house.send(ann, text)).empty());
  CHECK(house.take() == Events{R"(bob: 101 1 "one")", R"(ann but phone: 101 1 "one")", "one is durable",  //
                               R"(bob: 101 2 "two")", R"(ann but phone: 101 2 "two")", "two is durable",
                               R"(bob: 101 3 "three")", R"(ann but phone: 101 3 "three")", "three is durable"});
}

TEST_CASE("dispatch: a repeat answers the first result and is pushed to nobody, also to whom one may write no more") {
  House house;
  CHECK(house.ask(house.send(ann, "hello", "c1")) == "1");
  CHECK(house.ask(house.send(ann, "other", "c2")) == "2");
  house.take();
  CHECK(house.ask(house.send(ann, "hello", "c1")) == "again 1");
  CHECK(house.ask(house.send(bob, "hello", "c1", ann)) == "3");  // another person's
  CHECK(house.ask(house.send(ann, "something else", "c1")) == "client_id_reused");
  CHECK(house.take() == Events{"hello is durable", R"(ann: 101 3 "hello")", R"(bob but phone: 101 3 "hello")",
                               "hello is durable", "something else is not"});
  house.people.friends.clear();
  CHECK(house.ask(house.send(ann, "hello", "c1")) == "again 1");
  CHECK(house.ask(house.send(ann, "something else", "c1")) == "not_friends");
  CHECK(house.ask(house.send(ann, "hello", "c3")) == "not_friends");
  CHECK(house.take().empty());
}

TEST_CASE("dispatch: when a recall is answered the text is nowhere; whoever may not, does not") {
  House house;
  CHECK(house.ask(house.send(ann, "a secret")) == "1");
  CHECK(house.texts_of(1) == "a secret a secret");
  const auto id = house.id_of(1);
  house.take();
  CHECK(house.ask(house.recall(bob, id)) == "forbidden");
  CHECK(house.ask(house.recall(cas, id)) == "not_found");
  CHECK(house.ask(house.recall(ann, MessageId("none"))) == "not_found");
  CHECK(house.take().empty());
  CHECK(house.ask(house.recall(ann, id)) == "recalled");
  CHECK(house.texts_of(1) == "- -");
  CHECK(house.take() == Events{"ann: 208 2 \"\"", "bob: 208 2 \"\"", " is durable"});
  CHECK(house.ask(house.recall(ann, id)) == "recalled");  // as often as one likes, and told once
  CHECK(house.take().empty());

  CHECK(house.ask(house.send(ann, "an old one")) == "3");
  house.clock.advance(120'001);
  CHECK(house.ask(house.recall(ann, house.id_of(3))) == "recall_too_late");
  house.role.set_recall_window(130'000);
  CHECK(house.ask(house.recall(ann, house.id_of(3))) == "recalled");
}

TEST_CASE("dispatch: a recall that the archive has not taken is not answered as done, and is done once") {
  House house;
  CHECK(house.ask(house.send(ann, "a secret")) == "1");
  const auto id = house.id_of(1);
  house.archive_away = true;
  CHECK(house.ask(house.send(ann, "the archive is away")) == "2");
  const auto recalled = house.start(house.recall(ann, id));
  house.executor.run_for(milliseconds(5000));
  CHECK(*recalled == "unavailable");
  house.archive_away = false;
  house.executor.run_for(milliseconds(2000));
  const auto again = house.start(house.recall(ann, id));
  house.executor.run_for(milliseconds(100));
  CHECK(*again == "recalled");
  CHECK(house.texts_of(1) == "- -");
  CHECK(house.ask(house.send(ann, "next")) == "4");  // one 208, however often it was asked for
}

}  // namespace godwit::dispatch
