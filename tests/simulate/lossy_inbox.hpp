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

/// What a cache holds of the inbox: entries, rows and cursors, which of it is whole, and what was applied to it.
struct InboxCache {
  engine::memory::MessagesDisk disk;
  engine::memory::MemoryInbox inbox{disk};
  std::optional<memory::AppliedPositions> applied{std::in_place};
  struct Marks {  ///< in which life it was made whole
    std::map<UserKey, std::uint64_t> users;
    std::map<Conversation, std::uint64_t> conversations;
  } marks;
  std::uint64_t life = 1;  ///< another one after each loss
  [[nodiscard]] bool whole(const UserKey& user) const { return engine::memory::value_at(marks.users, user) == life; }
  [[nodiscard]] bool whole(const Conversation& conversation) const {
    return engine::memory::value_at(marks.conversations, conversation) == life;
  }

  /// What its file has: a copy a second.
  struct Saved {
    engine::memory::MessagesDisk::Inbox rows;
    Marks marks;
    std::vector<Position> applied;
  } saved;
  Task<void> save() {
    saved = {.rows = disk.inbox, .marks = marks, .applied = *co_await applied->contiguous(dispatch::Topic::offline)};
  }
  /// It comes back with what was saved, or with nothing.
  Task<void> lose(bool everything) {
    ++life;
    const auto back = everything ? Saved{} : saved;
    disk.sync();
    disk.inbox = back.rows;
    marks = back.marks;
    applied.emplace();
    std::vector<bus::AppliedRange> ranges;
    for (std::size_t shard = 0; shard < back.applied.size(); ++shard)
      if (back.applied[shard] > 0)
        ranges.push_back({.shard = static_cast<Shard>(shard), .first = 1, .last = back.applied[shard]});
    (void)co_await applied->add(dispatch::Topic::offline, std::move(ranges));
  }
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
      auto looked = co_await call_engine<Result<Looked<R>>>(
          way_, [this, needs, work] { return look<R>(needs, work); });
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
  Task<Result<void>> put_again(offline::RefillStore::OfConversation kept);
  Task<Result<std::uint64_t>> life();
  /// One step in the cache.
  Task<Result<void>> step(std::function<void()> change);
  /// The last one of a filling that began in this life: then nothing of it was lost.
  Task<Result<void>> last_step(std::uint64_t life, std::function<void()> change);
  void merge(const UserKey& user, const offline::RefillStore::OfUser& kept);
  void merge(const offline::RefillStore::OfConversation& kept, offline::Head head);

  Way way_;
  InboxCache& cache_;
  engine::memory::MemoryInbox& inner_;
  offline::RefillStore& refill_;
};

}  // namespace godwit::simulate
