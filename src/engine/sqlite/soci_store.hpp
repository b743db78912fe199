#pragma once
#include <memory>
#include <mutex>
#include <vector>

#include "base/metrics.hpp"
#include "base/pool.hpp"
#include "engine/sqlite/soci_accounts.hpp"
#include "engine/sqlite/soci_admins.hpp"
#include "engine/sqlite/soci_changes.hpp"
#include "engine/sqlite/soci_friends.hpp"
#include "engine/sqlite/soci_groups.hpp"
#include "engine/sqlite/soci_outbox.hpp"
#include "engine/sqlite/soci_requests.hpp"
#include "engine/sqlite/soci_secrets.hpp"
#include "engine/sqlite/soci_sessions.hpp"
#include "engine/sqlite/soci_tidy.hpp"
#include "user/store/store.hpp"

namespace godwit::engine::sqlite {

/// One connection with the ports that work on it.
class SociTables {
 public:
  SociTables(const std::string& path, SociConnection::Mode mode, Log& log);

  SociConnection connection;
  user::Tables& tables() { return tables_; }

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
  user::NoLocks locks_;
  user::Tables tables_;
};

struct SociStoreSettings {
  std::size_t readers = 2;        ///< threads, each with a connection
  std::size_t read_queue = 8192;  ///< reads waiting at most; then unavailable
  std::size_t write_queue = 2048;
};

/// user::Store on one SQLite file: one writer thread, a few reader threads, WAL, so that readers and the writer do not
/// wait for each other.
class SociStore final : public user::Store {
 public:
  SociStore(const std::string& path, const SociStoreSettings& settings, Log& log, Metrics& metrics);

  void stop();  ///< nothing runs any more when it comes back; what waited is unavailable

  Task<Result<void>> run_read(const Work& work, std::string lane) override;
  Task<Result<void>> run_write(const Work& work, user::Durability durability) override;

 private:
  class Lease;
  Result<void> read_now(const Work& work);
  Result<void> write_now(const Work& work, user::Durability durability);
  Result<void> transact(SociTables& tables, const char* begin, const Work& work);

  Log& log_;
  Histogram& read_took_;
  Histogram& write_took_;
  SociTables writer_;
  user::Durability writer_durability_ = user::Durability::synced;
  std::mutex mutex_;
  std::vector<std::unique_ptr<SociTables>> idle_readers_;  // as many as the pool has threads
  Pool write_pool_;
  Pool read_pool_;
};

}  // namespace godwit::engine::sqlite
