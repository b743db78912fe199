#include "engine/soci/store.hpp"

#include <chrono>
#include <random>
#include <thread>

namespace godwit::engine::soci {
namespace {
using Mode = SociConnection::Mode;

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

SociTables::SociTables(std::unique_ptr<Backend> backend, Log& log)
    : connection(std::move(backend)),
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
      locks_(connection, log),
      tables_{accounts_, sessions_, friends_,      blocks_, friend_requests_, group_requests_,
              groups_,   members_,  service_keys_, outbox_, admins_,          audit_,
              tidy_,     invites_,  changes_,      locks_} {}

void SociTables::set_durability(user::Durability durability) {
  if (durability == durability_) return;
  connection.backend().set_synced(durability == user::Durability::synced);
  durability_ = durability;
}

/// A connection for the time of one work. One that is lost is made anew when it is needed.
class SociStore::Lease {
 public:
  Lease(SociStore& store, Mode mode)
      : store_(store), mode_(mode), idle_(mode == Mode::reader ? store.idle_readers_ : store.idle_writers_) {
    std::lock_guard lock(store_.mutex_);
    held_ = std::move(idle_.back());
    idle_.pop_back();
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() {
    std::lock_guard lock(store_.mutex_);
    idle_.push_back(std::move(held_));
  }
  /// Throws StoreFailure.
  SociTables& tables() {
    if (held_ == nullptr) held_ = std::make_unique<SociTables>(store_.connect_(mode_), store_.log_);
    return *held_;
  }
  void lose() { held_.reset(); }

 private:
  SociStore& store_;
  const Mode mode_;
  Idle& idle_;
  std::unique_ptr<SociTables> held_;
};

/// How often work ran, and whether it may once more.
class SociStore::Runs {
 public:
  /// Waits a moment, longer each time, and by chance: who were in each other's way are so no more. False: given up.
  [[nodiscard]] bool once_more(const StoreFailure& failure) {
    if (!failure.ends_transaction() || ++done_ >= kRuns || std::chrono::steady_clock::now() - began_ > kRunsFor)
      return false;
    if (failure.kind == FailureKind::lost) return true;
    thread_local std::minstd_rand chance(std::random_device{}());
    std::this_thread::sleep_for(std::chrono::microseconds(chance() % (2000U * static_cast<unsigned>(done_))));
    return true;
  }

 private:
  int done_ = 0;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

SociStore::SociStore(Connect connect, const SociStoreSettings& settings, Log& log, Metrics& metrics)
    : connect_(std::move(connect)),
      log_(log),
      read_took_(metrics.histogram("godwit_accounts_read_seconds",
                                   "Time of one read of the accounts store, waiting not included")),
      write_took_(metrics.histogram("godwit_accounts_write_seconds",
                                    "Time of one write to the accounts store, waiting not included")),
      run_again_(metrics.counter("godwit_accounts_run_again_total",
                                 "Work that ran again after a conflict or a lost connection")),
      write_pool_("accounts-write", settings.writers, settings.write_queue),
      read_pool_("accounts-read", settings.readers, settings.read_queue) {
  for (std::size_t i = 0; i < settings.writers; ++i)
    idle_writers_.push_back(std::make_unique<SociTables>(connect_(Mode::writer), log));
  for (std::size_t i = 0; i < settings.readers; ++i)
    idle_readers_.push_back(std::make_unique<SociTables>(connect_(Mode::reader), log));
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
  return transact(Mode::reader, work, user::Durability::synced);
}

Result<void> SociStore::write_now(const Work& work, user::Durability durability) {
  const Stopwatch watch(write_took_);
  return transact(Mode::writer, work, durability);
}

Result<void> SociStore::transact(Mode mode, const Work& work, user::Durability durability) {
  Lease lease(*this, mode);
  Runs runs;
  for (;;) {
    try {
      auto& tables = lease.tables();
      const auto& dialect = tables.connection.dialect();
      tables.set_durability(durability);
      return transact_once(tables, mode == Mode::reader ? dialect.begin_read : dialect.begin_write, work);
    } catch (StoreFailure& failure) {
      if (failure.kind == FailureKind::lost || failure.kind == FailureKind::unknown) lease.lose();
      if (mode == Mode::reader && failure.kind == FailureKind::unknown) failure.kind = FailureKind::lost;  // no matter
      if (!runs.once_more(failure)) return refused(failure, log_);
      run_again_.add();
    }
  }
}

Result<void> SociStore::transact_once(SociTables& tables, std::string_view begin, const Work& work) {
  auto& connection = tables.connection;
  connection.begin(begin);
  try {
    auto done = work(tables.tables());
    if (const auto* ended = connection.ended()) throw StoreFailure(*ended);
    if (done)
      connection.commit();
    else
      connection.roll_back();
    return done;
  } catch (...) {
    connection.roll_back();
    throw;
  }
}

}  // namespace godwit::engine::soci
