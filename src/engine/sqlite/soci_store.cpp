#include "engine/sqlite/soci_store.hpp"

#include <chrono>

namespace godwit::engine::sqlite {
namespace {
class Stopwatch {
 public:
  explicit Stopwatch(Histogram& into) : into_(into) {}
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;
  ~Stopwatch() { into_.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count()); }

 private:
  Histogram& into_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};
}  // namespace

SociTables::SociTables(const std::string& path, SociConnection::Mode mode, Log& log)
    : connection(path, mode),
      accounts_(connection, log),
      sessions_(connection, log),
      friends_(connection, log),
      blocks_(connection, log),
      friend_requests_(connection, log),
      group_requests_(connection, log),
      groups_(connection, log),
      members_(connection, log),
      service_keys_(connection, log),
      outbox_(connection, log),
      admins_(connection, log),
      audit_(connection, log),
      tidy_(connection, log),
      invites_(connection, log),
      changes_(connection, log),
      tables_{accounts_, sessions_, friends_,      blocks_, friend_requests_, group_requests_, groups_,  members_,
              service_keys_, outbox_, admins_, audit_, tidy_, invites_, changes_, locks_} {}

/// A reader's connection for the time of one transaction.
class SociStore::Lease {
 public:
  explicit Lease(SociStore& store) : store_(store) {
    std::lock_guard lock(store_.mutex_);
    held_ = std::move(store_.idle_readers_.back());
    store_.idle_readers_.pop_back();
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() {
    std::lock_guard lock(store_.mutex_);
    store_.idle_readers_.push_back(std::move(held_));
  }
  SociTables& operator*() { return *held_; }

 private:
  SociStore& store_;
  std::unique_ptr<SociTables> held_;
};

SociStore::SociStore(const std::string& path, const SociStoreSettings& settings, Log& log, Metrics& metrics)
    : log_(log),
      read_took_(metrics.histogram("godwit_accounts_read_seconds",
                                   "Time of one read of the accounts store, waiting not included")),
      write_took_(metrics.histogram("godwit_accounts_write_seconds",
                                    "Time of one write to the accounts store, waiting not included")),
      writer_(path, SociConnection::Mode::writer, log),
      write_pool_("accounts-write", 1, settings.write_queue),
      read_pool_("accounts-read", settings.readers, settings.read_queue) {
  for (std::size_t i = 0; i < settings.readers; ++i) {
    idle_readers_.push_back(std::make_unique<SociTables>(path, SociConnection::Mode::reader, log));
  }
  constexpr const char* kMetric = "godwit_accounts_waiting";
  constexpr const char* kHelp = "Work waiting for the accounts store";
  metrics.queue({.name = "accounts-read",
                 .metric = kMetric,
                 .help = kHelp,
                 .labels = "kind=\"read\"",
                 .bound = settings.read_queue,
                 .depth = [this] { return read_pool_.waiting(); }});
  metrics.queue({.name = "accounts-write",
                 .metric = kMetric,
                 .help = kHelp,
                 .labels = "kind=\"write\"",
                 .bound = settings.write_queue,
                 .depth = [this] { return write_pool_.waiting(); }});
}

void SociStore::stop() {
  write_pool_.stop();
  read_pool_.stop();
}

Task<Result<void>> SociStore::run_read(const Work& work, std::string lane) {
  co_return co_await read_pool_.run([this, &work] { return read_now(work); }, std::move(lane));
}

Task<Result<void>> SociStore::run_write(const Work& work, user::Durability durability) {
  co_return co_await write_pool_.run([this, &work, durability] { return write_now(work, durability); });
}

Result<void> SociStore::read_now(const Work& work) {
  const Stopwatch watch(read_took_);
  Lease lease(*this);
  return transact(*lease, "BEGIN", work);
}

Result<void> SociStore::write_now(const Work& work, user::Durability durability) {
  const Stopwatch watch(write_took_);
  return guarded(log_, [&]() -> Result<void> {
    if (durability != writer_durability_) {
      writer_.connection.execute(durability == user::Durability::synced ? "PRAGMA synchronous=FULL"
                                                                        : "PRAGMA synchronous=NORMAL");
      writer_durability_ = durability;
    }
    return transact(writer_, "BEGIN IMMEDIATE", work);
  });
}

Result<void> SociStore::transact(SociTables& tables, const char* begin, const Work& work) {
  return guarded(log_, [&]() -> Result<void> {
    tables.connection.execute(begin);
    Result<void> done = fail(Code::internal);
    try {
      done = work(tables.tables());
      if (done) tables.connection.execute("COMMIT");
    } catch (...) {
      tables.connection.roll_back();
      throw;
    }
    if (!done) tables.connection.roll_back();
    return done;
  });
}

}  // namespace godwit::engine::sqlite
