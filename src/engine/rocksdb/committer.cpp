#include "engine/rocksdb/committer.hpp"

#include <pthread.h>

#include <algorithm>

namespace godwit::rocks {

using std::chrono::seconds;
using std::chrono::steady_clock;

Committer::Committer(Store& store, const Settings& settings, Log& log, Metrics& metrics)
    : store_(store),
      settings_(settings),
      log_(log),
      seconds_(metrics.histogram("godwit_commit_seconds", "Time of one write to the message store, sync included.")),
      jobs_(metrics.counter("godwit_commit_jobs_total", "Writes taken by the message store.")),
      batches_(metrics.counter("godwit_commit_batches_total", "Batches that the writes were put into.")) {
  metrics.queue({.name = "messages-write",
                 .metric = "godwit_commit_waiting",
                 .help = "Writes that wait for the message store.",
                 .bound = settings_.waiting_jobs,
                 .depth = [this] {
                   std::lock_guard lock(mutex_);
                   return waiting_.size();
                 }});
}

Committer::~Committer() { stop(); }

void Committer::start() {
  thread_ = std::thread([this] { run(); });
}

void Committer::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Committer::submit(WriteJob& job) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= settings_.waiting_jobs) return false;
    const bool eighth = job.share == Share::eighth;
    if (eighth && waiting_eighths_ >= std::max<std::size_t>(1, settings_.waiting_jobs / 8)) return false;
    if (!waiting_.empty() && waiting_bytes_ + job.bytes > settings_.waiting_bytes) return false;
    waiting_.push_back(&job);
    waiting_bytes_ += job.bytes;
    waiting_eighths_ += eighth ? 1 : 0;
    if (waiting_.size() > 1) return true;  // the thread was woken by the first, or will look before it waits
  }
  ready_.notify_one();
  return true;
}

void Committer::run() {
  pthread_setname_np(pthread_self(), "committer");
  while (take()) {
    if (failing_) recover();
    failing_ ? refuse() : commit();
  }
}

bool Committer::take() {
  taken_.clear();
  std::unique_lock lock(mutex_);
  const auto something = [this] { return stopping_ || !waiting_.empty(); };
  if (!failing_)
    ready_.wait(lock, something);
  else if (!ready_.wait_until(lock, next_attempt_, something))
    return true;
  std::size_t bytes = 0;
  while (!waiting_.empty() && taken_.size() < settings_.batch_jobs) {
    auto* job = waiting_.front();
    if (!taken_.empty() && bytes + job->bytes > settings_.batch_bytes) break;
    bytes += job->bytes;
    waiting_bytes_ -= job->bytes;
    waiting_eighths_ -= job->share == Share::eighth ? 1 : 0;
    waiting_.pop_front();
    taken_.push_back({job, {}});
  }
  return !taken_.empty();
}

void Committer::refuse() {
  for (auto& [job, staged] : taken_) {
    job->finish(fail(Code::unavailable, "the message store takes no writes right now"));
  }
}

void Committer::commit() {
  if (taken_.empty()) return;
  batch_.Clear();
  for (auto& [job, staged] : taken_) staged = job->stage(batch_);
  for (auto* participant : participants_) participant->seal(batch_);
  const auto status = write();
  note(status);
  const auto written = store_.check(status);
  for (auto* participant : participants_) status.ok() ? participant->written() : participant->failed();
  for (auto& [job, staged] : taken_) job->finish(staged ? written : std::move(staged));
  for (auto* participant : participants_) participant->answered();
  jobs_.add(taken_.size());
  batches_.add();
}

::rocksdb::Status Committer::write() {
  if (batch_.Count() == 0) return ::rocksdb::Status::OK();
  ::rocksdb::WriteOptions options;
  for (const auto& [job, staged] : taken_) options.sync = options.sync || (job->sync && staged);
  const auto begin = std::chrono::steady_clock::now();
  auto status = store_.db().Write(options, &batch_);
  seconds_.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  return status;
}

/// RocksDB gives up for good after a failed sync, and for most other errors: only opening it anew brings it back.
void Committer::recover() {
  if (steady_clock::now() < next_attempt_) return;
  const auto before = store_.generation();
  auto status = store_.reopen();
  const bool anew = store_.generation() != before;
  for (auto* participant : participants_) {
    if (!anew) break;
    if (const auto good = participant->reopened(); !good) status = ::rocksdb::Status::Corruption(good.error().detail);
  }
  // Each attempt that got as far as closing the store costs readers a moment.
  pause_ = anew ? std::min(2 * pause_, seconds(4)) : seconds(1);
  note(status);
}

void Committer::note(const ::rocksdb::Status& status) {
  next_attempt_ = steady_clock::now() + pause_;
  if (status.ok() && !failing_) return;
  if (status.ok()) {
    log_.info("store_writable_again");
    pause_ = seconds(1);
  } else if (!failing_) {
    log_.error("store_not_writable", {{"reason", status.ToString()}});
  }
  failing_ = !status.ok();
  std::lock_guard lock(mutex_);
  trouble_ = status.ok() ? std::string() : status.ToString();
}

std::optional<std::string> Committer::trouble() const {
  std::lock_guard lock(mutex_);
  return trouble_.empty() ? std::nullopt : std::optional(trouble_);
}

}  // namespace godwit::rocks
