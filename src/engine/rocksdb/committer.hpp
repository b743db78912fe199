#pragma once
#include <rocksdb/write_batch.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/executor.hpp"
#include "base/metrics.hpp"
#include "base/task.hpp"
#include "engine/rocksdb/store.hpp"

namespace godwit::rocks {

/// How much of the queue jobs of a kind may fill: what people wait for all of it, what only tidies up or may be
/// repeated (acknowledgements, adoptions, the sweep) an eighth, so that no flood of these makes a send fail.
enum class Share : bool { whole, eighth };

/// One write, alive until `finish` was called. Both are called on the committer's thread, once each and in the order of
/// `submit`.
class WriteJob {
 public:
  WriteJob(std::size_t bytes, bool sync, Share share = Share::whole) : bytes(bytes), sync(sync), share(share) {}
  WriteJob(const WriteJob&) = delete;
  WriteJob& operator=(const WriteJob&) = delete;
  virtual ~WriteJob() = default;

  /// Puts the job's keys into the batch. An error means that nothing was put; the job alone is then finished with it.
  virtual Result<void> stage(::rocksdb::WriteBatch& batch) = 0;
  virtual void finish(Result<void> written) = 0;

  const std::size_t bytes;  ///< about what it will write
  const bool sync;  ///< finished only when it survives a power cut; otherwise the next synced batch carries it along
  const Share share;
};

/// Keeps state over the jobs of a batch. Called on the committer's thread.
class Participant {
 public:
  virtual ~Participant() = default;
  virtual void seal(::rocksdb::WriteBatch& /*batch*/) {}  ///< every job is staged
  virtual void written() {}                               ///< before the jobs are finished
  virtual void failed() {}                                ///< the same; what the store holds now must be read again
  virtual void answered() {}                              ///< after the jobs
  /// The store was opened again after a failure: nothing that is remembered of it holds. An error: it lacks what was
  /// answered, and nothing may be written.
  virtual Result<void> reopened() { return {}; }
};

/// Puts, deletes and range deletes of a job that needs no reading.
struct Change {
  enum class Kind : char { put, remove, remove_range };
  Kind kind = Kind::put;
  Family family = Family::meta;
  std::string key;
  std::string value;  ///< remove_range: the end, exclusive
};

/// The one thread that writes. Takes jobs from any thread, writes what waits as one batch with one sync, finishes in
/// order. After a failed write all jobs are refused until the store was opened again, which is tried each second by
/// itself, as soon as the disk takes a small file.
class Committer {
 public:
  Committer(Store& store, const Settings& settings, Log& log, Metrics& metrics);
  ~Committer();

  void attach(Participant& participant) { participants_.push_back(&participant); }  ///< before `start`
  void start();
  void stop();  ///< finishes what was taken

  /// False when full or stopped; the job is then not taken.
  [[nodiscard]] bool submit(WriteJob& job);
  /// unavailable when full, or when the store was opened again since it had the `generation` from which the changes
  /// were worked out. They are written whole or not at all.
  [[nodiscard]] Task<Result<void>> apply(std::vector<Change> changes, bool sync, std::uint64_t generation,
                                         Share share = Share::whole);

  /// Writes are refused. Any thread.
  [[nodiscard]] bool failing() const noexcept { return failing_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t generation() const noexcept { return store_.generation(); }
  /// Why writes fail; nullopt while all is well. Any thread.
  [[nodiscard]] std::optional<std::string> trouble() const;
  [[nodiscard]] static Error full() {
    return {.code = Code::unavailable, .detail = "too many writes are waiting", .retry_after_s = 1};
  }

 private:
  void run();
  bool take();
  void commit();
  void refuse();
  [[nodiscard]] ::rocksdb::Status write();
  void recover();
  void note(const ::rocksdb::Status& status);

  Store& store_;
  const Settings settings_;
  Log& log_;
  Histogram& seconds_;
  Counter& jobs_;
  Counter& batches_;
  std::vector<Participant*> participants_;

  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<WriteJob*> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::size_t waiting_eighths_ = 0;  ///< of the share `eighth`
  bool stopping_ = false;
  std::string trouble_;
  std::atomic<bool> failing_{false};  // the committer's thread writes it

  // the committer's thread alone
  struct Taken {
    WriteJob* job;
    Result<void> staged;
  };
  std::vector<Taken> taken_;
  ::rocksdb::WriteBatch batch_;
  std::chrono::steady_clock::time_point next_attempt_;
  std::chrono::seconds pause_{1};
  std::thread thread_;
};

}  // namespace godwit::rocks
