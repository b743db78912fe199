#pragma once
#include <grpcpp/generic/async_generic_service.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <unordered_set>
#include <utility>

#include "godwit/batch/v1/batch.pb.h"
#include "net/grpc/metadata.hpp"
#include "net/grpc/server.hpp"

// Inside of GrpcServer: what calls that came by themselves have in common with those that came in batches.
namespace godwit::net {

[[nodiscard]] std::string text_of(const ::grpc::ByteBuffer& bytes);
/// Takes the string along instead of copying it.
[[nodiscard]] ::grpc::ByteBuffer bytes_of(std::string text);

/// What gRPC has of a call before its body.
[[nodiscard]] inline GrpcIncoming incoming_of(const ::grpc::GenericCallbackServerContext& context) {
  return {.method = context.method(),
          .body = {},
          .metadata = metadata_of(context.client_metadata()),
          .deadline = context.deadline()};
}

/// A call's end, which may be asked for by its handler and by `stop`: the first one is it.
class GrpcServer::Ticket {
 public:
  using End = std::move_only_function<void(GrpcOutgoing)>;
  /// `cancelled`: nobody waits for the answer any more. Of one call, or of all of a stream.
  Ticket(std::shared_ptr<const std::atomic<bool>> cancelled, End end)
      : end_(std::move(end)), cancelled_(std::move(cancelled)) {}

  void end(GrpcOutgoing with) {
    std::unique_lock lock(mutex_);
    auto end = std::exchange(end_, nullptr);
    lock.unlock();
    if (end) end(std::move(with));
  }
  [[nodiscard]] bool cancelled() const noexcept { return *cancelled_; }

 private:
  std::mutex mutex_;
  End end_;
  const std::shared_ptr<const std::atomic<bool>> cancelled_;
};

/// Outlives the server where handlers do.
struct GrpcServer::State {
  Settings settings;
  std::vector<Executor*> executors;
  Handler handler;
  std::atomic<std::size_t> turn{0};

  mutable std::mutex mutex;
  std::condition_variable idle;
  std::unordered_set<std::shared_ptr<Ticket>> running;   // until they are answered
  std::unordered_set<std::shared_ptr<Batches>> streams;  // that carry calls; as many as there are callers
  std::size_t busy = 0;                                  // of those that run, whose handlers have not ended
  bool leaving = false;

  /// Why the call cannot be carried out; nullopt: it is noted as running.
  std::optional<GrpcOutgoing> enter(const std::shared_ptr<Ticket>& ticket) {
    std::lock_guard lock(mutex);
    if (leaving) return settings.leaving;
    if (busy >= settings.most_calls) return settings.busy;
    ++busy;
    running.insert(ticket);
    return std::nullopt;
  }
  /// Its place is free before its caller hears the answer, and calls again.
  void handled() {
    std::lock_guard lock(mutex);
    --busy;
  }
  void leave(const std::shared_ptr<Ticket>& ticket) {
    std::lock_guard lock(mutex);
    running.erase(ticket);
    if (leaving && running.empty()) idle.notify_all();
  }
  Executor& next() { return *executors[turn.fetch_add(1, std::memory_order_relaxed) % executors.size()]; }

  /// Of a call that has entered; on one of the executors.
  static Task<void> carry_out(std::shared_ptr<State> state, std::shared_ptr<Ticket> ticket, GrpcIncoming incoming);
};

/// A stream whose messages are many calls each, and whose answers go back in such messages, too (ADR 0045). gRPC calls
/// `On…` on its own threads; `OnDone` is the last. Outlives the stream where handlers of its calls do.
class GrpcServer::Batches final : public ::grpc::ServerGenericBidiReactor,
                                  public std::enable_shared_from_this<Batches> {
 public:
  /// gRPC's from then on.
  static ::grpc::ServerGenericBidiReactor* begin(const std::shared_ptr<State>& state,
                                                 ::grpc::GenericCallbackServerContext& context);
  Batches(std::shared_ptr<State> state, ::grpc::GenericCallbackServerContext& context)
      : state_(std::move(state)), context_(context) {}

  /// Ends the stream when what its calls were answered has gone out.
  void end();

 private:
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  void admit();
  void carry_out(batch::v1::Calls calls);
  void read_on();
  void answer(std::uint64_t id, GrpcOutgoing with);
  void flush();
  void finish_where_done();

  const std::shared_ptr<State> state_;
  ::grpc::GenericCallbackServerContext& context_;  // until OnDone
  const std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
  ::grpc::ByteBuffer in_, out_;

  std::mutex mutex_;
  std::shared_ptr<Batches> self_;  // until OnDone
  std::size_t under_way_ = 0;
  std::deque<batch::v1::Answer> gathered_;
  std::size_t waiting_bytes_ = 0, writing_bytes_ = 0;  // of answers: all, and of the message being written
  bool writing_ = false, flushing_ = false, paused_ = false;
  bool last_ = false;  // no calls come any more
  bool finished_ = false;
};

}  // namespace godwit::net
