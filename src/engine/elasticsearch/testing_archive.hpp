#pragma once
#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>

#include "engine/elasticsearch/archive.hpp"

namespace godwit::engine::elasticsearch {

/// An index's name that nobody else uses, and an end to it.
class ScratchIndex {
 public:
  explicit ScratchIndex(const std::string& address) {
    static std::atomic<int> count = 0;
    settings_.http.addresses = {"http://" + address};
    settings_.index = "godwit-test-" + std::to_string(::getpid()) + "-" + std::to_string(count.fetch_add(1));
    settings_.replicas = 0;
    settings_.write_limit = std::chrono::seconds(60);  // of a machine that does other things, too
    settings_.read_limit = std::chrono::seconds(20);
  }
  ~ScratchIndex() {
    for (const auto* const generation : {"-1", "-2", "-3"}) (void)ask("DELETE", "/" + settings_.index + generation);
  }
  ScratchIndex(const ScratchIndex&) = delete;
  ScratchIndex& operator=(const ScratchIndex&) = delete;

  [[nodiscard]] Settings& settings() noexcept { return settings_; }
  /// A call of the test's own.
  Result<Answer> ask(std::string method, std::string path, std::string body = {}) {
    return sync_wait(
        Cluster(settings_).ask(std::move(method), std::move(path), std::move(body), settings_.write_limit));
  }

 private:
  Settings settings_;
};

/// An archive in an index of its own.
class ScratchArchive {
 public:
  explicit ScratchArchive(const std::string& address) : index_(std::make_unique<ScratchIndex>(address)) {}
  archive::ArchiveStore& operator*() { return *archive_; }
  ElasticArchive* operator->() { return archive_.get(); }
  ScratchIndex& index() { return *index_; }

 private:
  std::unique_ptr<ScratchIndex> index_;
  std::unique_ptr<Log> log_ = std::make_unique<Log>(-1);
  std::unique_ptr<ElasticArchive> archive_ = std::make_unique<ElasticArchive>(index_->settings(), *log_);
};

}  // namespace godwit::engine::elasticsearch
