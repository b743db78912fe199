#pragma once
#include <atomic>
#include <thread>

#include "base/log.hpp"
#include "base/task.hpp"
#include "engine/redis/router.hpp"

namespace godwit::redis {

/// One Redis, or one Redis Cluster, on a thread of its own. Thread-safe; whoever waits goes on on the executor that it
/// waited on, on the client's thread where it was on none. What several callers ask at a time goes out in one write.
///   - a call ends within `Settings::timeout`, with `unavailable` where Redis could not be asked, did not answer in
///   time or refuses for now. A write that ended so was done or not: every use must be one that can be done again.
///   - beyond `most_waiting` commands, or their bytes, a call is `unavailable` at once and was not done.
///   - slots that move, a primary that changes: calls wait for it within their time-out, and are done once.
/// Construct, use and destroy it on any thread but its own; what still waits then is told `unavailable`.
class Client {
 public:
  Client(Settings settings, Log& log);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// An answer that is an error is the call's error.
  Task<Result<Reply>> run(Command command);
  /// Each for itself, whatever becomes of the others; keys may lie anywhere. The answers in the order of the commands,
  /// or an error, where some may be done. Commands of one slot are done in their order unless the slot moves meanwhile.
  Task<Result<std::vector<Reply>>> run(std::vector<Command> commands);
  /// Between MULTI and EXEC: all or none, nothing in between. Keys of one slot; no scripts.
  Task<Result<std::vector<Reply>>> run_atomically(std::vector<Command> commands);
  /// At this node, whatever its slots.
  Task<Result<Reply>> run_at(Address node, Command command);
  /// All nodes, replicas too: the one server, or as the cluster says.
  Task<Result<std::vector<Address>>> nodes();

  /// The key of this name. A part in braces decides the slot.
  [[nodiscard]] std::string key(std::string_view name) const { return settings_.prefix + std::string(name); }
  [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
  [[nodiscard]] const Redirects& redirects() const noexcept { return router_.redirects(); }
  /// The client's thread.
  [[nodiscard]] Executor& executor() noexcept { return loop_; }

 private:
  [[nodiscard]] RequestPtr request_for(std::vector<Command> commands, bool atomic) const;
  [[nodiscard]] Result<void> admit(std::size_t commands, std::size_t bytes);
  Task<Result<Reply>> ask(RequestPtr request);
  void submit(std::vector<RequestPtr> requests);

  const Settings settings_;
  net::EventLoop loop_;
  Router router_;
  std::atomic<std::size_t> waiting_{0}, waiting_bytes_{0};
  std::thread thread_;
};

}  // namespace godwit::redis
