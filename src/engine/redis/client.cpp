#include "engine/redis/client.hpp"

#include <algorithm>
#include <latch>
#include <utility>

namespace godwit::redis {
namespace {

/// What a pipeline waits for: the answers that came, and how many are still to come.
struct Pipeline {
  std::vector<Reply> replies;
  std::size_t left = 0;
  Error error{};
  bool failed = false;
  std::move_only_function<void(Result<std::vector<Reply>>)> done;

  void take(std::size_t index, Result<Reply> reply) {
    if (reply)
      replies[index] = std::move(*reply);
    else if (!std::exchange(failed, true))
      error = std::move(reply.error());
    if (--left > 0) return;
    if (failed)
      done(std::unexpected(std::move(error)));
    else
      done(std::move(replies));
  }
};

}  // namespace

Client::Client(Settings settings, Log& log)
    : settings_(std::move(settings)), loop_("redis"), router_(loop_, settings_, log), thread_([this] { loop_.run(); }) {
  std::latch running(1);
  loop_.post([&] { running.count_down(); });
  running.wait();
}

Client::~Client() {
  loop_.call([this] { router_.close(); });
  loop_.stop();
  thread_.join();
}

Task<Result<Reply>> Client::run(Command command) {
  std::vector<Command> one;
  one.push_back(std::move(command));
  return ask(request_for(std::move(one), false));
}

Task<Result<Reply>> Client::run_at(Address node, Command command) {
  std::vector<Command> one;
  one.push_back(std::move(command));
  auto request = request_for(std::move(one), false);
  request->at = std::move(node);
  return ask(std::move(request));
}

Task<Result<std::vector<Reply>>> Client::run_atomically(std::vector<Command> commands) {
  const auto count = commands.size();
  CO_TRY(auto reply, co_await ask(request_for(std::move(commands), true)));
  if (reply.size() != count) co_return fail(Code::unavailable, "Redis did not run the transaction");
  co_return std::move(reply.elements);
}

Task<Result<std::vector<Reply>>> Client::run(std::vector<Command> commands) {
  if (commands.empty()) co_return std::vector<Reply>();
  std::vector<RequestPtr> requests;
  std::size_t bytes = 0;
  for (auto& command : commands) {
    std::vector<Command> one;
    one.push_back(std::move(command));
    requests.push_back(request_for(std::move(one), false));
    bytes += requests.back()->wire.size();
  }
  CO_CHECK(admit(requests.size(), bytes));
  co_return co_await completion<Result<std::vector<Reply>>>([&](auto done) {
    const auto pipeline = std::make_shared<Pipeline>();
    pipeline->left = requests.size();
    pipeline->replies.resize(requests.size());
    pipeline->done = std::move(done);
    for (std::size_t i = 0; i < requests.size(); ++i) {
      requests[i]->done = [this, pipeline, i, size = requests[i]->wire.size()](Result<Reply> reply) {
        waiting_ -= 1, waiting_bytes_ -= size;
        pipeline->take(i, std::move(reply));
      };
    }
    submit(std::move(requests));
  });
}

Task<Result<std::vector<Address>>> Client::nodes() {
  if (!settings_.cluster) co_return settings_.servers;
  CO_TRY(const auto reply, co_await run(Command{.words = {"CLUSTER", "SLOTS"}, .key = 0}));
  CO_TRY(const auto ranges, slot_ranges(reply, settings_.servers.front()));
  std::vector<Address> nodes;
  for (const auto& range : ranges) {
    nodes.push_back(range.primary);
    nodes.insert(nodes.end(), range.replicas.begin(), range.replicas.end());
  }
  std::ranges::sort(nodes);
  const auto same = std::ranges::unique(nodes);
  nodes.erase(same.begin(), same.end());
  co_return nodes;
}

RequestPtr Client::request_for(std::vector<Command> commands, bool atomic) const {
  auto request = std::make_unique<Request>();
  if (atomic) append_wire(request->wire, {.words = {"MULTI"}, .key = 0});
  for (const auto& command : commands) append_wire(request->wire, command);
  if (atomic) append_wire(request->wire, {.words = {"EXEC"}, .key = 0});
  const auto& first = commands.front();
  if (first.key != 0 && settings_.cluster) request->slot = slot_of(first.words.at(first.key));
  request->commands = std::move(commands);
  request->atomic = atomic;
  request->deadline = std::chrono::steady_clock::now() + settings_.timeout;
  return request;
}

Result<void> Client::admit(std::size_t commands, std::size_t bytes) {
  const auto count = waiting_ += commands, size = waiting_bytes_ += bytes;
  // A single call that is larger than the bound goes through where nothing else waits.
  const bool fits = count <= settings_.most_waiting && size <= settings_.most_waiting_bytes;
  if (fits || count == commands) return {};
  waiting_ -= commands, waiting_bytes_ -= bytes;
  return std::unexpected(
      Error{.code = Code::unavailable, .detail = "too much waits for Redis", .fields = {}, .retry_after_s = 1});
}

Task<Result<Reply>> Client::ask(RequestPtr request) {
  const auto commands = request->commands.size(), bytes = request->wire.size();
  CO_CHECK(admit(commands, bytes));
  co_return co_await completion<Result<Reply>>([&](auto done) {
    request->done = [this, commands, bytes, done = std::move(done)](Result<Reply> reply) mutable {
      waiting_ -= commands, waiting_bytes_ -= bytes;
      done(std::move(reply));
    };
    std::vector<RequestPtr> one;
    one.push_back(std::move(request));
    submit(std::move(one));
  });
}

void Client::submit(std::vector<RequestPtr> requests) {
  loop_.post([this, requests = std::move(requests)]() mutable {
    for (auto& request : requests) router_.submit(std::move(request));
  });
}

}  // namespace godwit::redis
