#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/planted.hpp"
#include "dispatch/ledger.hpp"
#include "offline/timeline.hpp"
#include "service/dead_letters.hpp"

namespace godwit::engine::memory {

/// What stands at `key`; the type's own nothing where nothing does.
template <class Map, class Key>
[[nodiscard]] typename Map::mapped_type value_at(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? typename Map::mapped_type{} : found->second;
}

/// How to take back what was written and not synced.
class Journal {
 public:
  /// The value at `key`, to be changed.
  template <class Map>
  typename Map::mapped_type& change(Map& map, const typename Map::key_type& key) {
    remember(map, key);
    return map[key];
  }
  template <class Map>
  void erase(Map& map, const typename Map::key_type& key) {
    remember(map, key);
    map.erase(key);
  }

  void sync() { undos_.clear(); }
  void undo() {
    while (!undos_.empty()) {
      undos_.back()();
      undos_.pop_back();
    }
  }
  [[nodiscard]] std::size_t size() const noexcept { return undos_.size(); }

 private:
  template <class Map>
  void remember(Map& map, const typename Map::key_type& key) {
    const auto found = map.find(key);
    undos_.push_back([&map, key, before = found == map.end() ? std::nullopt : std::optional(found->second)] {
      if (before)
        map[key] = *before;
      else
        map.erase(key);
    });
  }

  std::vector<std::function<void()>> undos_;
};

/// What a message store leaves behind: the ledger's numbers, the log, what its readers put aside, and the inbox that
/// was made of it. One disk: how far a consumer has read and what it wrote must be lost together. Outlives the objects
/// on it, of which there is one of a kind at a time; whoever uses it holds `mutex`.
struct MessagesDisk {
  using Offset = std::uint64_t;

  const std::string epoch = new_epoch();

  struct Sent {
    dispatch::Published first;
    std::string fingerprint;
  };

  std::mutex mutex;

  std::map<Conversation, offline::Head> numbered;  ///< the last number given, and its time
  std::map<std::string, Sent> sent;                ///< by `once`
  std::map<Offset, MessagePtr> log;                ///< what a topic has not taken, or had not when it was last synced
  Offset end = 0;                                  ///< of the log
  std::map<dispatch::Topic, Offset> taken;         ///< up to which each topic has
  std::map<dispatch::DeadLetter::Place, dispatch::DeadLetter> letters;

  /// What the inbox keeps. The user before the conversation, so that a user's rows lie together.
  struct Inbox {
    using Reader = std::pair<UserKey, Conversation>;
    using Entry = std::pair<Conversation, Seq>;
    std::map<Conversation, offline::Head> heads;
    std::map<Conversation, Seq> floors;     ///< the last one that expired
    std::map<Entry, MessagePtr> entries;
    std::map<Entry, bool> recalled_early;   ///< by a 208 that came before its message
    std::map<Reader, ReadingRights> rights;
    std::map<Reader, Seq> read;             ///< read positions
    std::map<Reader, Seq> furthest;         ///< what any device has acknowledged, forgotten ones too
    std::map<std::pair<UserKey, DeviceId>, std::uint64_t> devices;  ///< → when it was adopted last, as a count
    std::map<std::tuple<UserKey, DeviceId, Conversation>, Seq> cursors;
    std::uint64_t adoptions = 0;
  } inbox;

  Journal journal;  ///< of what is not synced

  /// Of the process's disks, each has another.
  static std::string new_epoch() {
    static std::atomic<std::uint64_t> disks = 0;
    return std::to_string(++disks);
  }

  /// All of it stays from now on, whatever happens.
  void sync() {
    journal.sync();
    const auto store = taken[dispatch::Topic::store], offline = taken[dispatch::Topic::offline];
    const auto done = planted(Bug::trimmed_too_early) ? std::max(store, offline) : std::min(store, offline);
    while (!log.empty() && log.begin()->first < done) log.erase(log.begin());
  }
  /// A power cut: what was not synced is gone. Nothing uses the disk meanwhile.
  void lose_unsynced() { journal.undo(); }
  /// What is not synced stays in bounds: a system writes it out by itself after a while.
  void written() {
    constexpr std::size_t kUnsynced = 100'000;
    if (journal.size() > kUnsynced) sync();
  }
};

}  // namespace godwit::engine::memory
