#pragma once
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "archive/archive_store_suite.hpp"
#include "engine/memory/archive.hpp"
#include "service/bus.hpp"
#include "service/fake_offline.hpp"
#include "service/fake_users.hpp"
#include "service/user.hpp"

/// For the role's own tests: its port on the engine in memory, and peers, of which each test sets what it needs.
namespace godwit::archive::suite {

inline std::vector<MessagePtr> within(std::vector<MessagePtr> all, const Conversation& conversation,
                                      const Window& window) {
  std::erase_if(all, [&](const MessagePtr& message) {
    return message->conversation != conversation || message->seq <= window.after ||
           (window.before != 0 && message->seq >= window.before);
  });
  std::ranges::sort(all, {}, [](const MessagePtr& message) { return message->seq; });
  const auto over = all.size() > window.limit ? static_cast<std::ptrdiff_t>(all.size() - window.limit) : 0;
  window.newest ? all.erase(all.begin(), all.begin() + over) : all.erase(all.end() - over, all.end());
  return all;
}

/// The archive in memory, which may be broken, counts pages, and remembers what was sought.
class Store final : public engine::memory::MemoryArchive {
 public:
  using MemoryArchive::MemoryArchive;
  SearchQuery asked;
  bool broken = false;
  int pages = 0;

  Task<Result<void>> put(std::span<const MessagePtr> batch) override {
    CO_CHECK(works());
    co_return co_await MemoryArchive::put(batch);
  }
  Task<Result<MessagePtr>> find(const MessageId& id) override {
    CO_CHECK(works());
    co_return co_await MemoryArchive::find(id);
  }
  Task<Result<std::vector<MessagePtr>>> page(const Conversation& conversation, Window window) override {
    CO_CHECK(works());
    ++pages;
    co_return co_await MemoryArchive::page(conversation, window);
  }
  Task<Result<MessagePtr>> last_up_to(const Conversation& conversation, Seq seq) override {
    CO_CHECK(works());
    co_return co_await MemoryArchive::last_up_to(conversation, seq);
  }
  Task<Result<std::uint64_t>> count_chat(const Conversation& conversation, const UserKey& user, Seq after,
                                         Seq up_to) override {
    CO_CHECK(works());
    co_return co_await MemoryArchive::count_chat(conversation, user, after, up_to);
  }
  Task<Result<Hits>> search(SearchQuery query) override {
    CO_CHECK(works());
    asked = query;
    co_return co_await MemoryArchive::search(std::move(query));
  }

 private:
  [[nodiscard]] Result<void> works() const {
    if (broken) return fail(Code::unavailable);
    return {};
  }
};

/// Delivers when somebody waits for it.
struct FakeBus final : dispatch::Bus {
  Handler handler;
  std::vector<MessagePtr> waiting;
  bool has_log = false;  ///< the ledger's own may be asked for what waits

  void consume(dispatch::Topic, Handler taker) override { handler = std::move(taker); }
  void start() override {}
  void stop() override {}
  Task<Result<void>> settled(dispatch::Topic) override {
    if (!waiting.empty()) CO_CHECK(co_await handler(waiting));
    waiting.clear();
    co_return Result<void>{};
  }
  Task<Result<std::vector<MessagePtr>>> tail(dispatch::Stretch stretch) override {
    if (!has_log) co_return fail(Code::unavailable);
    co_return within(
        waiting, stretch.conversation,
        {.after = stretch.after, .before = stretch.before, .limit = stretch.limit, .newest = stretch.newest});
  }
  [[nodiscard]] std::uint64_t lag(dispatch::Topic) const override { return waiting.size(); }
};

struct FakeOffline final : offline::FakeOffline {
  std::vector<MessagePtr> kept;
  std::vector<ReadRange> stays;
  bool away = false;

  Task<Result<ReadRanges>> ranges(const UserKey&, const Conversation&) override {
    if (away) co_return fail(Code::unavailable);
    co_return ReadRanges(stays);
  }
  Task<Result<std::vector<MessagePtr>>> tail(const Conversation& conversation, Seq after, Seq before, std::size_t limit,
                                             bool newest) override {
    if (away) co_return fail(Code::unavailable);
    co_return within(kept, conversation, {.after = after, .before = before, .limit = limit, .newest = newest});
  }
};

struct FakeUsers final : user::FakeUsers {
  std::set<std::string> friends;

  Task<Result<DirectRelation>> relation(const UserKey&, const UserKey& to) override {
    co_return DirectRelation{.exists = true, .friends = friends.contains(to.str()), .blocked = false};
  }
};

}  // namespace godwit::archive::suite
