#pragma once
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "archive/archive_store.hpp"
#include "dispatch/ledger.hpp"
#include "offline/cursor_store.hpp"
#include "offline/timeline.hpp"
#include "service/bus.hpp"
#include "service/changes.hpp"
#include "service/dead_letters.hpp"
#include "service/process_registry.hpp"
#include "service/registry.hpp"
#include "service/sequencer.hpp"
#include "user/store/bulk_loader.hpp"
#include "user/store/counts.hpp"
#include "user/store/store.hpp"

namespace godwit::app {

/// What roles stand on, whichever engines give it. Null: no role of this process needs it.
struct Ports {
  changes::ChangeLog* changes = nullptr;          // of every process
  registry::Registry* registry = nullptr;         // of user and node
  processes::Registry* processes = nullptr;       // of every process, where there are others
  user::Store* accounts = nullptr;                // of user
  user::Counts* counts = nullptr;                 // of user
  user::BulkLoader* loader = nullptr;             // of load tests, beside accounts
  dispatch::Ledger* ledger = nullptr;             // of dispatch
  dispatch::OrderedCommits* commits = nullptr;    // of dispatch
  sequencer::Service* sequencer = nullptr;        // of dispatch, where there are others
  dispatch::Bus* bus = nullptr;                   // of dispatch, archive and offline
  dispatch::DeadLetters* dead_letters = nullptr;  // of whoever consumes, and of operators
  archive::ArchiveStore* archive = nullptr;       // of archive
  offline::Timeline* timeline = nullptr;          // of offline
  offline::CursorStore* cursors = nullptr;        // of offline
  offline::Timeline* late_timeline = nullptr;     // of offline, while the bus does not settle; may be none
  offline::CursorStore* late_cursors = nullptr;   // the same
};

/// One store or server that the process stands on: whether it can be used now, or what is wrong with it.
struct EngineState {
  std::string name;
  std::optional<std::string> trouble;
};

/// What operators see of the stores: about what the inbox holds; durable messages that the archive has not taken yet;
/// messages that a search index that is made anew lacks.
struct EngineFigures {
  std::uint64_t inbox_entries = 0, inbox_bytes = 0, archive_lag = 0, unindexed = 0;
};

/// The engines of a process: open from when they are made. One thread starts and stops them, any asks.
class Engines {
 public:
  virtual ~Engines() = default;

  [[nodiscard]] virtual const Ports& ports() const noexcept = 0;
  /// Messages are carried to their consumers from now on: call it when those have their handlers.
  virtual void start() = 0;
  /// What waits is unavailable, what runs is waited for; nothing of the engines runs any more when it comes back.
  virtual void stop() = 0;

  [[nodiscard]] virtual Task<std::vector<EngineState>> states() = 0;
  [[nodiscard]] virtual Task<Result<EngineFigures>> figures() = 0;
  /// Of the ledger, that the dispatcher here numbers; none where it is one whole. Any thread.
  [[nodiscard]] virtual std::vector<Shard> shards() const { return {}; }

  /// A copy of everything that was answered before the call, while all of it is in use, into a directory that is
  /// missing or empty. Blocks; where it fails or `cancelled` turns true, nothing is left of it. bad_parameter: these
  /// engines are backed up by their own means.
  [[nodiscard]] virtual Result<void> backup(const std::string& directory, const std::atomic<bool>& cancelled) = 0;
};

}  // namespace godwit::app
