#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/metrics.hpp"
#include "base/pool.hpp"
#include "engine/soci/accounts.hpp"
#include "engine/soci/admins.hpp"
#include "engine/soci/changes.hpp"
#include "engine/soci/friends.hpp"
#include "engine/soci/groups.hpp"
#include "engine/soci/locks.hpp"
#include "engine/soci/outbox.hpp"
#include "engine/soci/requests.hpp"
#include "engine/soci/secrets.hpp"
#include "engine/soci/sessions.hpp"
#include "engine/soci/tidy.hpp"
#include "user/store/store.hpp"

namespace godwit::engine::soci {

/// One connection with the ports that work on it.
class SociTables {
 public:
  SociTables(std::unique_ptr<Backend> backend, Log& log);

  SociConnection connection;
  user::Tables& tables() { return tables_; }
  /// Says where what comes is to be synced or not, where that is another than before.
  void set_durability(user::Durability durability);

 private:
  SociAccounts accounts_;
  SociSessions sessions_;
  SociFriends friends_;
  SociBlocks blocks_;
  SociFriendRequests friend_requests_;
  SociGroupRequests group_requests_;
  SociGroups groups_;
  SociMembers members_;
  SociServiceKeys service_keys_;
  SociOutbox outbox_;
  SociAdmins admins_;
  SociAuditLog audit_;
  SociTidy tidy_;
  SociInvites invites_;
  SociChanges changes_;
  SociLocks locks_;
  user::Tables tables_;
  user::Durability durability_ = user::Durability::synced;
};

struct SociStoreSettings {
  std::size_t readers = 2;        ///< threads, each with a connection
  std::size_t writers = 1;        ///< the same
  std::size_t read_queue = 8192;  ///< reads waiting at most; then unavailable
  std::size_t write_queue = 2048;
};

/// user::Store by SOCI: threads that read and threads that write, each on a connection of its own. A connection that is
/// lost is made anew for the next work; work that a conflict or a lost connection ended before its commit runs again,
/// up to kRuns times within kRunsFor.
class SociStore final : public user::Store {
 public:
  /// All connections stand when it comes back. Throws StoreFailure.
  SociStore(Connect connect, const SociStoreSettings& settings, Log& log, Metrics& metrics);

  void stop();  ///< nothing runs any more when it comes back; what waited is unavailable

  Task<Result<void>> run_read(const Work& work, std::string lane) override;
  Task<Result<void>> run_write(const Work& work, user::Durability durability) override;

  static constexpr int kRuns = 20;
  static constexpr std::chrono::seconds kRunsFor{10};

 private:
  using Idle = std::vector<std::unique_ptr<SociTables>>;  // as many as the pool has threads; nullptr: lost
  class Lease;
  class Runs;
  Result<void> read_now(const Work& work);
  Result<void> write_now(const Work& work, user::Durability durability);
  /// Leases a connection and runs `work` in a transaction, again where that is right.
  Result<void> transact(SociConnection::Mode mode, const Work& work, user::Durability durability);
  /// Once. Throws StoreFailure where the transaction was ended before it was to be committed.
  Result<void> transact_once(SociTables& tables, std::string_view begin, const Work& work);

  const Connect connect_;
  Log& log_;
  Histogram& read_took_;
  Histogram& write_took_;
  Counter& run_again_;
  std::mutex mutex_;
  Idle idle_readers_, idle_writers_;
  Pool write_pool_;
  Pool read_pool_;
};

}  // namespace godwit::engine::soci
