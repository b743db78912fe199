#include "net/grpc/stream.hpp"

#include <grpcpp/support/client_callback.h>

#include <functional>
#include <mutex>
#include <optional>

#include "net/grpc/calls.hpp"

namespace godwit::net {

using google::protobuf::MessageLite;

/// gRPC calls `On…` on its own threads. It keeps the call open for us (a hold) until we say that nothing more begins:
/// then, when nothing is under way, comes `OnDone` with the status, which is what a read or write that failed waits
/// for.
class GrpcStream::Reactor final : public ::grpc::ClientBidiReactor<MessageLite, MessageLite>, public GrpcCalls::Call {
 public:
  using Done = std::move_only_function<void(Result<bool>)>;

  explicit Reactor(std::shared_ptr<GrpcCalls> calls) : calls_(std::move(calls)) {}

  void start(const std::shared_ptr<Reactor>& self, const std::string& method, const GrpcCall& options) {
    calls_->prepare(context_, options);
    const bool entered = calls_->enter(*this);  // not under our lock: the channel's end takes ours under its own
    std::unique_lock lock(mutex_);
    if (!entered || released_) {
      ended_ = fail(Code::unavailable, "too many calls are under way");
      released_ = true;
      lock.unlock();
      if (entered) calls_->leave(*this);
      return;
    }
    self_ = self;
    calls_->stub().PrepareBidiStreamingCall(&context_, method, {}, this);
    AddHold();
    StartCall();
  }

  void read(MessageLite& into, Done done) {
    std::unique_lock lock(mutex_);
    if (ended_) {
      lock.unlock();
      return done(outcome(false));
    }
    reading_ = std::move(done);
    if (!released_) StartRead(&into);
  }
  void write(const MessageLite& message, Done done) {
    std::unique_lock lock(mutex_);
    if (ended_) {
      lock.unlock();
      return done(outcome(true));
    }
    writing_ = std::move(done);
    if (!released_) StartWrite(&message);
  }
  void end_writing(Done done) {
    std::unique_lock lock(mutex_);
    if (ended_) {
      lock.unlock();
      return done(outcome(true));
    }
    writing_ = std::move(done);
    if (!released_) StartWritesDone();
  }
  void cancel() override {
    context_.TryCancel();
    let_go();
  }

 private:
  void OnReadDone(bool ok) override { finish(reading_, ok); }
  void OnWriteDone(bool ok) override { finish(writing_, ok); }
  void OnWritesDoneDone(bool ok) override { finish(writing_, ok); }

  void OnDone(const ::grpc::Status& status) override {
    const auto self = std::exchange(self_, nullptr);
    auto ended = status.ok()
                     ? Result<void>{}
                     : Result<void>(std::unexpected(calls_->error(
                           {static_cast<int>(status.error_code()), status.error_message(), status.error_details()})));
    calls_->leave(*this);
    std::unique_lock lock(mutex_);
    ended_ = std::move(ended);
    auto reading = std::exchange(reading_, nullptr), writing = std::exchange(writing_, nullptr);
    lock.unlock();
    if (reading) reading(outcome(false));
    if (writing) writing(outcome(true));
  }

  void finish(Done& which, bool ok) {
    if (!ok) return let_go();  // OnDone answers, it knows why
    std::unique_lock lock(mutex_);
    auto done = std::exchange(which, nullptr);
    lock.unlock();
    done(true);
  }
  void let_go() {
    std::unique_lock lock(mutex_);
    const bool held = self_ != nullptr;
    if (std::exchange(released_, true) || !held) return;
    lock.unlock();
    RemoveHold();
  }
  /// A call that ended well is the end of what is read, and an error to who still writes. `ended_` stays as it is.
  [[nodiscard]] Result<bool> outcome(bool of_write) const {
    if (!*ended_) return std::unexpected(ended_->error());
    if (of_write) return fail(Code::unavailable, "the other side ended the call");
    return false;
  }

  const std::shared_ptr<GrpcCalls> calls_;
  ::grpc::ClientContext context_;
  std::shared_ptr<Reactor> self_;  // until OnDone
  std::mutex mutex_;
  Done reading_, writing_;
  std::optional<Result<void>> ended_;
  bool released_ = false;  // nothing more begins
};

std::shared_ptr<GrpcStream::Reactor> open_stream(const std::shared_ptr<GrpcCalls>& calls, const std::string& method,
                                                 const GrpcCall& options) {
  auto reactor = std::make_shared<GrpcStream::Reactor>(calls);
  reactor->start(reactor, method, options);
  return reactor;
}

GrpcStream::~GrpcStream() {
  if (reactor_) reactor_->cancel();
}

Task<Result<void>> GrpcStream::write(const MessageLite& message) {
  const auto reactor = reactor_;
  auto wrote = co_await completion<Result<bool>>([&](auto done) { reactor->write(message, std::move(done)); });
  if (!wrote) co_return std::unexpected(std::move(wrote).error());
  co_return Result<void>{};
}

Task<Result<void>> GrpcStream::end_writing() {
  const auto reactor = reactor_;
  auto wrote = co_await completion<Result<bool>>([&](auto done) { reactor->end_writing(std::move(done)); });
  if (!wrote) co_return std::unexpected(std::move(wrote).error());
  co_return Result<void>{};
}

Task<Result<bool>> GrpcStream::read(MessageLite& into) {
  const auto reactor = reactor_;
  co_return co_await completion<Result<bool>>([&](auto done) { reactor->read(into, std::move(done)); });
}

void GrpcStream::cancel() { reactor_->cancel(); }

}  // namespace godwit::net
