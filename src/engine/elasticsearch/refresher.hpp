#pragma once
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "engine/elasticsearch/http_client.hpp"

namespace godwit::engine::elasticsearch {

/// Makes searches see what was written, when somebody reads: one refresh for all who wait for one, one at a time. Where
/// nothing was written since the last one Elasticsearch finds nothing to do (a few ms); that is for it to know, as
/// other processes write, too. Any thread; must outlive what it started, which HttpClient::stop ends.
class Refresher {
 public:
  Refresher(HttpClient& http, const std::string& index, std::chrono::milliseconds limit)
      : http_(http), path_("/" + index + "/_refresh"), limit_(limit) {}

  /// Comes back when a refresh that began after the call has ended.
  Task<Result<void>> refreshed();

  /// Refreshes asked for since the start.
  [[nodiscard]] std::uint64_t count() const noexcept { return count_.load(std::memory_order_relaxed); }

 private:
  using Done = std::move_only_function<void(Result<void>)>;
  void wait(Done done);
  void refresh(std::vector<Done> served);
  void ended(std::vector<Done> served, const Result<HttpReply>& reply);

  HttpClient& http_;
  const std::string path_;
  const std::chrono::milliseconds limit_;
  std::atomic<std::uint64_t> count_ = 0;
  std::mutex mutex_;
  bool running_ = false;
  std::vector<Done> waiting_;  // for the next one, as the present one may have begun before them
};

}  // namespace godwit::engine::elasticsearch
