#include "net/grpc/batches.hpp"

#include <grpcpp/alarm.h>
#include <grpcpp/support/client_callback.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/executor.hpp"
#include "godwit/batch/v1/batch.pb.h"
#include "net/grpc/metadata.hpp"

namespace godwit::net {

using google::protobuf::MessageLite;
using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr milliseconds kLeastPause{10};  // between two looks for what is late

struct Waiting {
  MessageLite* response = nullptr;
  GrpcBatches::Done done;
  steady_clock::time_point until;
};

void finish(Waiting waiting, batch::v1::Answer& answer) {
  GrpcEnd end{.status = static_cast<int>(answer.status()), .message = std::move(*answer.mutable_message())};
  end.trailers = taken_from(*answer.mutable_trailers());
  if (end.status == 0 && !waiting.response->ParseFromString(answer.body())) end.status = ::grpc::StatusCode::INTERNAL;
  waiting.done(std::move(end));
}

}  // namespace

/// gRPC calls `On…` on its own threads. It is kept open by a hold of ours until nothing more begins: then, when nothing
/// is under way, comes `OnDone`, which ends whatever still waits.
class GrpcBatches::Stream final : public ::grpc::ClientBidiReactor<MessageLite, MessageLite>,
                                  public GrpcCalls::Call,
                                  public std::enable_shared_from_this<Stream> {
 public:
  explicit Stream(std::shared_ptr<GrpcCalls> calls) : calls_(std::move(calls)) {}

  /// False: as many calls are under way as there may be, or the channel is at its end.
  bool open(const GrpcMetadata& metadata) {
    calls_->prepare(context_, {.metadata = metadata});
    if (!calls_->enter(*this)) return false;  // not under our lock: the channel's end takes ours under its own
    std::lock_guard lock(mutex_);
    self_ = shared_from_this();
    calls_->stub().PrepareBidiStreamingCall(&context_, std::string(kCarryPath), {}, this);
    AddHold();
    StartCall();
    StartRead(&answers_);
    if (released_) RemoveHold();  // cancelled before it began
    return true;
  }

  /// False: it is at its end, and nothing was taken.
  bool take(batch::v1::Call& call, Waiting& waiting) {
    std::unique_lock lock(mutex_);
    if (released_) return false;
    const auto id = ++last_id_;
    call.set_id(id);
    look_at(waiting.until);
    gathered_.push_back(std::move(call));
    waiting_.emplace(id, std::move(waiting));
    if (writing_ || std::exchange(flushing_, true)) return true;
    lock.unlock();
    if (auto* const home = Executor::current(); home != nullptr)
      home->post([self = shared_from_this()] { self->flush(); });  // what else begins in this turn goes along
    else
      flush();
    return true;
  }

  void cancel() override {
    context_.TryCancel();
    let_go();
  }

 private:
  void flush() {
    std::unique_lock lock(mutex_);
    flushing_ = false;
    if (released_ || writing_ || gathered_.empty()) return;
    writing_ = true;
    batch_.Clear();
    for (std::size_t bytes = 0; !gathered_.empty() && bytes < kBatchBytes; gathered_.pop_front()) {
      bytes += gathered_.front().ByteSizeLong();
      batch_.add_calls()->Swap(&gathered_.front());
    }
    AddHold();  // OnDone comes behind this write
    lock.unlock();
    StartWrite(&batch_);
    RemoveHold();
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return let_go();
    {
      std::lock_guard lock(mutex_);
      writing_ = false;
    }
    flush();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return let_go();
    batch::v1::Answers came;
    came.Swap(&answers_);
    StartRead(&answers_);
    std::vector<std::pair<Waiting, batch::v1::Answer*>> ended;
    {
      std::lock_guard lock(mutex_);
      for (auto& answer : *came.mutable_answers())
        if (auto found = waiting_.extract(answer.id()); !found.empty())  // else it came too late
          ended.emplace_back(std::move(found.mapped()), &answer);
    }
    for (auto& [waiting, answer] : ended) finish(std::move(waiting), *answer);
  }

  void OnDone(const ::grpc::Status& status) override {
    const auto self = std::exchange(self_, nullptr);
    auto end = end_of(status, context_);
    if (status.ok()) end.status = ::grpc::StatusCode::UNAVAILABLE;
    std::unordered_map<std::uint64_t, Waiting> written, others;
    {
      std::lock_guard lock(mutex_);
      released_ = true;
      alarm_ = nullptr;
      for (const auto& call : gathered_) others.insert(waiting_.extract(call.id()));
      gathered_.clear();
      written.swap(waiting_);
    }
    calls_->leave(*this);
    auto unsent = end;
    unsent.sent = false;
    for (auto& [id, waiting] : others) waiting.done(unsent);
    for (auto& [id, waiting] : written) waiting.done(end);  // last: a peer that broke off is what its caller remembers
  }

  void let_go() {
    std::lock_guard lock(mutex_);
    if (!std::exchange(released_, true) && self_ != nullptr) RemoveHold();
  }

  /// Under the lock. Wakes up at `until`, unless it does so before.
  void look_at(steady_clock::time_point until) {
    if (until == steady_clock::time_point::max() || (alarm_ != nullptr && alarm_at_ <= until)) return;
    alarm_at_ = until;
    alarm_ = std::make_unique<::grpc::Alarm>();
    const auto rest = duration_cast<std::chrono::microseconds>(until - steady_clock::now());
    alarm_->Set(std::chrono::system_clock::now() + rest, [weak = weak_from_this()](bool rang) {
      const auto stream = rang ? weak.lock() : nullptr;
      if (stream != nullptr) stream->give_up_late_ones();
    });
  }

  /// What was not written yet never is.
  void give_up_late_ones() {
    std::vector<Waiting> late;
    {
      std::lock_guard lock(mutex_);
      const auto now = steady_clock::now();
      auto next = steady_clock::time_point::max();
      for (auto at = waiting_.begin(); at != waiting_.end();) {
        if (at->second.until > now) {
          next = std::min(next, (at++)->second.until);
        } else {
          late.push_back(std::move(at->second));
          at = waiting_.erase(at);
        }
      }
      std::erase_if(gathered_, [this](const auto& call) { return !waiting_.contains(call.id()); });
      alarm_ = nullptr;
      if (!released_ && !waiting_.empty()) look_at(std::max(next, now + kLeastPause));
    }
    for (auto& waiting : late)
      waiting.done({.status = ::grpc::StatusCode::DEADLINE_EXCEEDED, .message = "no answer in time"});
  }

  const std::shared_ptr<GrpcCalls> calls_;
  ::grpc::ClientContext context_;
  batch::v1::Calls batch_;      // being written
  batch::v1::Answers answers_;  // being read

  std::mutex mutex_;
  std::shared_ptr<Stream> self_;  // until OnDone
  std::uint64_t last_id_ = 0;
  std::unordered_map<std::uint64_t, Waiting> waiting_;  // as many as the channel's calls may be
  std::deque<batch::v1::Call> gathered_;                // of these, what is not written yet
  bool writing_ = false, flushing_ = false;
  bool released_ = false;  // nothing more begins
  std::unique_ptr<::grpc::Alarm> alarm_;
  steady_clock::time_point alarm_at_;
};

void GrpcBatches::begin(const std::shared_ptr<GrpcCalls>& calls, const std::string& method, const MessageLite& request,
                        MessageLite& response, const GrpcCall& options, Done done) {
  batch::v1::Call call;
  call.set_method(method);
  request.SerializeToString(call.mutable_body());
  add(options.metadata, *call.mutable_metadata());
  Waiting waiting{.response = &response, .done = std::move(done), .until = steady_clock::time_point::max()};
  if (options.timeout.count() > 0) {
    call.set_timeout_ms(static_cast<std::uint32_t>(options.timeout.count()));
    waiting.until = steady_clock::now() + options.timeout;
  }
  for (bool opened = false;;) {
    std::unique_lock lock(mutex_);
    if (stream_ == nullptr) {
      opened = true;
      auto made = std::make_shared<Stream>(calls);
      if (made->open(options.metadata)) stream_ = std::move(made);
    }
    const auto stream = stream_;
    lock.unlock();
    if (stream != nullptr && stream->take(call, waiting)) return;
    lock.lock();
    if (stream_ == stream) stream_ = nullptr;  // at its end
    lock.unlock();
    if (opened) return waiting.done({.sent = false, .status = ::grpc::StatusCode::UNAVAILABLE});
  }
}

}  // namespace godwit::net
