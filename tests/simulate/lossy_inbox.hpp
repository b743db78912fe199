#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "engine/memory/applied_positions.hpp"
#include "engine/memory/inbox.hpp"
#include "offline/refill_store.hpp"
#include "simulate/engine.hpp"

namespace godwit::simulate {

/// What goes wrong with a cache: it is emptied, and goes on; it loses one of its parts, as a cluster a shard; or it
/// begins anew with what its file has.
enum class Loss : char { everything, part, last_second };

/// What a cache holds of the inbox: entries, rows and cursors, which of it is whole, and what was applied to it.
struct InboxCache {
  static constexpr std::size_t kParts = 3;

  engine::memory::MessagesDisk disk;
  engine::memory::MemoryInbox inbox{disk};
  std::optional<memory::AppliedPositions> applied{std::in_place};
  /// How far a user's or a conversation's filling is. It lies beside what is filled, and is lost with it.
  struct Mark {
    std::uint64_t run = 0;      ///< of the cache, in which it began
    std::uint64_t filling = 0;  ///< its name; 0: whole
    friend bool operator==(const Mark&, const Mark&) = default;
  };
  struct Marks {
    std::map<UserKey, Mark> users;
    std::map<Conversation, Mark> conversations;
    Mark& of(const UserKey& user) { return users[user]; }
    Mark& of(const Conversation& conversation) { return conversations[conversation]; }
  } marks;
  std::uint64_t run = 1;       ///< another one after each new beginning
  std::uint64_t fillings = 0;  ///< how many have got a name: none is given twice

  [[nodiscard]] bool whole(const Mark& mark) const { return mark == Mark{.run = run}; }
  [[nodiscard]] bool whole(const UserKey& user) const { return whole(engine::memory::value_at(marks.users, user)); }
  [[nodiscard]] bool whole(const Conversation& conversation) const {
    return whole(engine::memory::value_at(marks.conversations, conversation));
  }
  Mark begin(Mark& mark) {
    if (mark.run != run) mark = {.run = run, .filling = ++fillings};
    return mark;
  }
  /// Whether all that was there when the filling of this name began still is.
  [[nodiscard]] bool ends(const Mark& mark, const Mark& name) const {
    return whole(mark) || (mark == name && name.run == run);
  }

  /// What its file has: a copy a second.
  struct Saved {
    engine::memory::MessagesDisk::Inbox rows;
    Marks marks;
    std::vector<Position> applied;
  } saved;
  Task<void> save() { saved = co_await all_of_it(); }
  Task<void> lose(Loss loss, std::size_t part = 0) {
    auto back = loss == Loss::last_second ? saved : loss == Loss::part ? co_await all_of_it() : Saved();
    if (loss == Loss::part) forget(back, part);
    if (loss == Loss::last_second) ++run;
    disk.sync();
    disk.inbox = std::move(back.rows);
    marks = std::move(back.marks);
    applied.emplace();
    std::vector<bus::AppliedRange> ranges;
    for (std::size_t shard = 0; shard < back.applied.size(); ++shard)
      if (back.applied[shard] > 0)
        ranges.push_back({.shard = static_cast<Shard>(shard), .first = 1, .last = back.applied[shard]});
    (void)co_await applied->add(dispatch::Topic::offline, std::move(ranges));
  }

 private:
  Task<Saved> all_of_it() {
    co_return Saved{
        .rows = disk.inbox, .marks = marks, .applied = *co_await applied->contiguous(dispatch::Topic::offline)};
  }
  static void forget(Saved& saved, std::size_t part);
};

/// The inbox as one process has it that serves it from a cache which may lose it: by the rules of engine/redis, step by
/// step. Each user and each conversation says by itself that it is whole; what does not is filled again first.
class LossyInbox final : public offline::Timeline, public offline::CursorStore {
 public:
  LossyInbox(Way way, InboxCache& cache, offline::RefillStore& refill)
      : way_(way), cache_(cache), inner_(cache.inbox), refill_(refill) {}

  Task<Result<std::string>> epoch() override { return refill_.epoch("first"); }
  Task<Result<void>> put(std::span<const MessagePtr> messages) override;
  Task<Result<std::vector<offline::Slice>>> read(std::vector<offline::Span> spans) override;
  Task<Result<offline::Head>> head(const Conversation& conversation) override;
  Task<Result<offline::OpenReaders>> readers(const Conversation& conversation) override;
  Task<Result<Sweep>> expire(Millis before, std::size_t conversations) override;

  Task<Result<offline::UserRows>> rows(const UserKey& user, const DeviceId& device) override;
  Task<Result<std::optional<offline::Row>>> row(const UserKey& user, const Conversation& conversation) override;
  Task<Result<std::vector<Seq>>> read_positions(Readers readers) override;
  Task<Result<Moved>> set_read(const UserKey& user, const Conversation& conversation, Seq seq) override;
  Task<Result<void>> adopt_device(const UserKey& user, const DeviceId& device) override;
  Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) override;
  Task<Result<std::vector<Result<Standing>>>> standings(const std::vector<offline::Acknowledged>& devices) override;
  Task<Result<void>> advance(std::vector<offline::Acknowledged> devices) override;

 private:
  struct Missing {
    std::set<UserKey> users;
    std::set<Conversation> conversations;
    [[nodiscard]] bool any() const { return !users.empty() || !conversations.empty(); }
  };
  template <class R>
  struct Looked {
    Missing missing;
    std::optional<R> answer;
  };
  using Needs = std::function<Missing(const InboxCache&)>;

  static Missing users_of(const InboxCache& cache, const std::vector<UserKey>& users);
  static void add_of(const InboxCache& cache, const UserKey& user, const Conversation& conversation, Missing& missing);

  /// `work` in the same moment in which nothing that it needs is missing.
  template <class R, class Work>
  Task<R> whole(Needs needs, Work work) {
    for (int round = 0; round < 4; ++round) {
      auto looked = co_await call_engine<Result<Looked<R>>>(way_, [this, needs, work] { return look<R>(needs, work); });
      if (!looked) co_return std::unexpected(looked.error());
      if (looked->answer) co_return std::move(*looked->answer);
      CO_CHECK(co_await refill(std::move(looked->missing)));
    }
    co_return fail(Code::unavailable, "the inbox was lost meanwhile");
  }
  template <class R, class Work>
  Task<Result<Looked<R>>> look(Needs needs, Work work) {
    Looked<R> looked{.missing = needs(cache_), .answer = std::nullopt};
    if (!looked.missing.any()) looked.answer = co_await work();
    co_return looked;
  }

  Task<Result<void>> refill(Missing missing);
  Task<Result<void>> load(UserKey user);
  Task<Result<void>> put_again(offline::RefillStore::OfConversation kept, InboxCache::Mark name);
  /// The first step of a filling, before anything is read: gives it a name.
  template <class Whose>
  Task<Result<InboxCache::Mark>> first_step(Whose whose);
  /// One step in the cache.
  Task<Result<void>> step(std::function<void()> change);
  /// The last one: from now on it is whole. Not where the filling's name is not there any more.
  template <class Whose>
  Task<Result<void>> last_step(Whose whose, InboxCache::Mark name, std::function<void()> change);
  void merge(const UserKey& user, const offline::RefillStore::OfUser& kept);
  void merge(const offline::RefillStore::OfConversation& kept, offline::Head head);

  Way way_;
  InboxCache& cache_;
  engine::memory::MemoryInbox& inner_;
  offline::RefillStore& refill_;
};

}  // namespace godwit::simulate
