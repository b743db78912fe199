#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "base/executor.hpp"
#include "engine/elasticsearch/settings.hpp"

namespace godwit::engine::elasticsearch {

struct HttpRequest {
  std::string method;  ///< GET, POST, PUT
  std::string path;    ///< with its query
  std::string body{};
  bool lines = false;  ///< the body is a JSON value a line
};

struct HttpReply {
  int status = 0;
  std::string body{};
};

/// HTTP requests on one thread of its own (libcurl), over kept connections. A node that takes no connection is passed
/// over for the next one; nothing else is repeated. Any thread.
class HttpClient {
 public:
  using Done = std::move_only_function<void(Result<HttpReply>)>;

  explicit HttpClient(HttpSettings settings);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();

  /// Calls `done` once: with any answer of a node, or `unavailable` where there was none within `limit` (waiting for a
  /// connection included), or where too many wait. On the client's thread, or at once on this one.
  void start(HttpRequest request, std::chrono::milliseconds limit, Done done);
  /// The same, going on on the executor that it was awaited on.
  Task<Result<HttpReply>> call(HttpRequest request, std::chrono::milliseconds limit);

  /// Ends the thread; whoever waits is answered unavailable, and so is who asks later. Not on the client's thread.
  void stop();

  /// Requests that are not answered yet.
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.load(std::memory_order_relaxed); }

 private:
  struct Transfer;
  struct Handles;
  using Transfers = std::vector<std::unique_ptr<Transfer>>;

  void run();
  [[nodiscard]] bool take_new();
  void begin(std::unique_ptr<Transfer> transfer);
  void prepare(Transfer& transfer);
  void finish_ended();
  void finish(std::unique_ptr<Transfer> transfer, int result);
  void answer(Transfer& transfer, Result<HttpReply> result);

  const HttpSettings settings_;
  std::atomic<std::size_t> waiting_ = 0;
  std::unique_ptr<Handles> handles_;
  std::mutex mutex_;
  Transfers new_;  // under mutex_
  bool stopping_ = false;
  std::unordered_map<void*, std::unique_ptr<Transfer>> running_;  // by curl's handle; of the thread alone
  std::size_t node_ = 0;                                          // the one that answered last; of the thread alone
  std::thread thread_;
};

}  // namespace godwit::engine::elasticsearch
