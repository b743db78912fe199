#pragma once
#include <fcntl.h>

#include <algorithm>
#include <set>
#include <string>

#include "engine/memory/inbox.hpp"
#include "offline/role.hpp"
#include "service/fake_archive.hpp"
#include "service/fake_call.hpp"
#include "service/fake_dispatch.hpp"
#include "service/fake_users.hpp"

/// For the role's tests: its ports on the engine in memory, and the roles that it asks.
namespace godwit::offline::testing {

/// The inbox in memory, which counts how often positions are written, and may take no writes.
class Inbox final : public engine::memory::MemoryInbox {
 public:
  using MemoryInbox::MemoryInbox;
  Task<Result<void>> advance(std::vector<Acknowledged> devices) override {
    if (!writable) co_return fail(Code::unavailable);
    advanced += std::ranges::any_of(devices, [](const auto& one) { return !one.positions.empty(); }) ? 1 : 0;
    co_return co_await MemoryInbox::advance(std::move(devices));
  }
  int advanced = 0;
  bool writable = true;
};

class Bus final : public dispatch::Bus {
 public:
  void consume(dispatch::Topic, Handler given) override { handler = std::move(given); }
  void start() override {}
  void stop() override {}
  Task<Result<void>> settled(dispatch::Topic) override {
    if (!settles) co_return fail(Code::unavailable);
    co_return Result<void>();
  }
  [[nodiscard]] std::uint64_t lag(dispatch::Topic) const override { return 0; }
  Handler handler;
  bool settles = true;
};

class Users final : public user::FakeUsers {
 public:
  Task<Result<DirectRelation>> relation(const UserKey&, const UserKey& to) override {
    co_return DirectRelation{.exists = true, .friends = friends.contains(to.str()), .blocked = false};
  }
  Task<Result<std::shared_ptr<const std::vector<UserKey>>>> awake_friends(const UserKey&) override {
    auto awake = std::make_shared<std::vector<UserKey>>();
    for (const auto& key : friends) awake->emplace_back(key);
    co_return awake;
  }
  std::set<std::string> friends;
};

class Archive final : public archive::FakeArchive {
 public:
  Task<Result<std::uint64_t>> count_chat(const Conversation&, const UserKey&, Seq after, Seq up_to) override {
    asked.emplace_back(after, up_to);
    co_return chat_count;
  }
  std::uint64_t chat_count = 0;
  std::vector<std::pair<Seq, Seq>> asked;
};

class Dispatch final : public dispatch::FakeDispatch {
 public:
  Task<void> announce_read(Identity, Conversation, Seq) override {
    ++announced;
    co_return;
  }
  int announced = 0;
};

inline std::vector<Acknowledged> acked(const UserKey& user, const DeviceId& device, const Conversation& conversation,
                                       Seq seq) {
  std::vector<Acknowledged> one;
  one.push_back({.user = user, .device = device, .positions = {{conversation, seq}}});
  return one;
}

/// The value of "next" in a page; empty for null.
inline std::string next_of(const std::string& body) {
  const auto at = body.find(R"("next":")");
  if (at == std::string::npos) return {};
  return body.substr(at + 8, body.find('"', at + 8) - at - 8);
}

class World {
 public:
  World() { role.consume(); }

  template <class... M>
  void put(M... messages) {
    std::vector<MessagePtr> batch{std::make_shared<const Message>(std::move(messages))...};
    (void)sync_wait(bus.handler(batch));
  }

  /// `target`: a path, or for PUT the conversation whose read position is meant.
  gateway::Answer call(const std::string& method, const std::string& target, const UserKey& user,
                       const DeviceId& device, const std::string& query = "", const std::string& body = "") {
    return gateway::make_call(role.calls(), method, method == "PUT" ? "/v1/conversations/{id}/read" : target,
                              {.who = {.user = user, .session = SessionId("s"), .device = device},
                               .params = {target},
                               .query = query,
                               .body = body});
  }

  struct Pulled {
    std::vector<std::string> places;  ///< conversation#seq
    std::string next;
    bool complete = false;
  };
  Pulled pull(const UserKey& user, const DeviceId& device, std::size_t limit = 1000, const std::string& cursor = "") {
    const auto answer =
        call("GET", "/v1/offline", user, device, "limit=" + std::to_string(limit) + "&cursor=" + cursor);
    if (!answer) return {.places = {"failed: " + answer.error().detail}, .next = {}};
    Pulled pulled{
        .places = {}, .next = next_of(answer->body), .complete = answer->body.ends_with(R"("complete":true})")};
    const std::string mark = R"("conversation":")", mark_seq = R"("seq":)";
    for (auto at = answer->body.find(mark); at != std::string::npos; at = answer->body.find(mark, at + 1)) {
      const auto begin = at + mark.size(), seq = answer->body.find(mark_seq, begin) + mark_seq.size();
      pulled.places.push_back(answer->body.substr(begin, answer->body.find('"', begin) - begin) + "#" +
                              answer->body.substr(seq, answer->body.find(',', seq) - seq));
    }
    return pulled;
  }

  ManualClock clock{1'000'000};
  engine::memory::MessagesDisk disk;
  Inbox inbox{disk};
  Bus bus;
  Users users;
  Archive archive;
  Dispatch dispatch;

 private:
  int null_ = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  Log log_{null_};
  Metrics metrics_;

 public:
  OfflineRole role{inbox, inbox, bus, users, archive, dispatch, Settings{}, clock, log_, metrics_};
};

}  // namespace godwit::offline::testing
