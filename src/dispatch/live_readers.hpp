#pragma once
#include <array>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/metrics.hpp"
#include "service/dispatch.hpp"
#include "service/offline.hpp"

namespace godwit::dispatch {

/// A committed message of a group, and who may read it.
struct Readable {
  MessagePtr message;
  Audience readers;
};

/// Who may read what is committed next, by group: taken from the inbox once, and from then on changed by the joins and
/// leaves of every message, in the order of the commits. So whom a message is pushed to is decided by what its number
/// is, as it is in inbox and history, and not by who was a member when somebody asked.
///   - bounded: groups that were not used for longest are forgotten when `names` are kept, but none that is held.
///   - what is committed where the set is not known, or does not end with the message before (another process numbered
///     meanwhile; commits are told again), waits while it is loaded, and goes to `late`, in order.
/// Thread-safe; `fold` is called by one thread at a time.
class LiveReaders {
  struct Entry;

 public:
  /// On any thread, in the order of the commits of each group.
  using Late = std::function<void(std::span<const Readable>)>;
  /// Of one group: while one lives, the group's set is kept.
  using Held = std::shared_ptr<const Entry>;

  /// On any thread: messages are pushed to nobody, because it cannot be loaded who may read them, or because too many
  /// wait for it.
  using Dropped = std::function<void()>;

  LiveReaders(offline::Service& offline, std::size_t names, Late late, Dropped dropped, Metrics& metrics);

  /// nullptr: it is not loaded.
  [[nodiscard]] Held find(const Conversation& group);
  /// Loads it where it is not; never nullptr. Hold it until the ledger has answered: then what it commits is pushed
  /// before the answer. unavailable.
  Task<Result<Held>> load(Conversation group);

  /// Takes in a message that was committed: who may read it, ascending. nullptr: it goes to `late`.
  [[nodiscard]] Audience fold(const MessagePtr& message);

 private:
  struct Entry {
    explicit Entry(const Conversation& group) : group(group) {}
    [[nodiscard]] Audience take(const Message& message);
    [[nodiscard]] std::vector<Readable> take_waiting();
    [[nodiscard]] std::size_t weight() const { return kEntryWeight + (open ? open->size() : 0); }

    const Conversation group;
    // guarded by the shard's mutex
    Audience open;  // whose rights are open after `seq`; nullptr: not known
    Seq seq = 0;
    bool loading = false;
    bool overflowed = false;          // more than may were committed meanwhile
    std::vector<MessagePtr> waiting;  // committed while it is being loaded, in order
    std::vector<std::function<void(Result<Held>)>> asked;
    std::size_t counted = 0;  // of the shard's weight
    std::list<std::shared_ptr<Entry>>::iterator place;
  };
  struct alignas(64) Shard {
    std::mutex mutex;
    std::unordered_map<Conversation, std::shared_ptr<Entry>> entries;
    std::list<std::shared_ptr<Entry>> by_use;  // the latest first
    std::size_t weight = 0;
  };
  static constexpr std::size_t kShards = 16, kEntryWeight = 8;
  static constexpr std::size_t kMostWaiting = 4'096;  // messages, and callers, of one group

  [[nodiscard]] Shard& shard_of(const Conversation& group);
  // under the shard's mutex
  [[nodiscard]] std::shared_ptr<Entry> entry_of(Shard& shard, const Conversation& group);
  void count(Shard& shard, Entry& entry);

  Task<void> read(std::shared_ptr<Entry> entry);
  void wait(const std::shared_ptr<Entry>& entry, std::function<void(Result<Held>)> done);
  void land(const std::shared_ptr<Entry>& entry, Result<offline::OpenReaders> loaded);

  offline::Service& offline_;
  const std::size_t shard_weight_;
  const Late late_;
  const Dropped drop_;
  Counter& dropped_;
  std::array<Shard, kShards> shards_;
};

}  // namespace godwit::dispatch
