#pragma once
#include <algorithm>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "base/executor.hpp"
#include "node/node_role.hpp"
#include "node/socket.hpp"

/// What a node's tests stand on: an executor that is stepped, sockets that note what they are sent, other roles that do
/// nothing.
namespace godwit::node::testing {

/// Runs jobs when told to; time is what the test says.
class Steps final : public Executor {
 public:
  void post(Job job) override { jobs_.push_back(std::move(job)); }
  void post_after(std::chrono::milliseconds delay, Job job) override {
    later_.emplace_back(now_ + delay, std::move(job));
  }
  /// `job` as one of its own.
  void run(Job job) {
    set_current(this);
    job();
    set_current(nullptr);
  }
  void drain() {
    while (!jobs_.empty()) {
      auto job = std::move(jobs_.front());
      jobs_.pop_front();
      run(std::move(job));
    }
  }
  void advance(std::chrono::milliseconds by) {
    now_ += by;
    for (auto& [at, job] : std::exchange(later_, {})) {
      if (at <= now_) post(std::move(job));
      else later_.emplace_back(at, std::move(job));
    }
    drain();
  }

 private:
  std::deque<Job> jobs_;
  std::vector<std::pair<std::chrono::milliseconds, Job>> later_;
  std::chrono::milliseconds now_{};
};

class FakeSocket;

/// What became of a socket.
struct Seen {
  std::vector<std::string> frames;
  int closed = 0;  ///< by the node, with this code
  FakeSocket* socket = nullptr;

  /// Frames that begin so, since the last call of it.
  [[nodiscard]] std::vector<std::string> take(const std::string& beginning) {
    std::vector<std::string> taken;
    for (auto& frame : std::exchange(frames, {}))
      if (frame.starts_with(beginning)) taken.push_back(std::move(frame));
    return taken;
  }
  [[nodiscard]] std::size_t count(const std::string& beginning) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(frames, [&](const std::string& frame) { return frame.starts_with(beginning); }));
  }
};

class FakeSocket final : public Socket {
 public:
  FakeSocket(Identity who, Seen& seen) : Socket(std::move(who)), seen_(seen) { seen_.socket = this; }
  void send(const net::SharedFrame& frame) override {
    const std::size_t head = (static_cast<unsigned char>(frame.data()[1]) & 0x7FU) < 126 ? 2 : 4;
    seen_.frames.emplace_back(frame.data() + head, frame.size() - head);
  }
  void close(std::uint16_t code, std::string_view) override {
    if (seen_.closed == 0) seen_.closed = code;
    leave();
  }
  /// The client hangs up.
  void hang_up() {
    seen_.socket = nullptr;
    gone(1000);
  }

 private:
  Seen& seen_;
};

class FakeDispatch final : public dispatch::Service {
 public:
  Task<Result<dispatch::Published>> publish(Message, std::string) override {
    co_return fail(Code::internal);
  }
  Task<void> announce_read(Identity, Conversation, Seq) override { co_return; }
  Task<void> announce_typing(Identity, Conversation) override { co_return; }
};

class FakeOffline final : public offline::Service {
 public:
  Task<Result<void>> adopt_device(const UserKey&, const DeviceId&) override { co_return Result<void>(); }
  Task<Result<bool>> knows_device(const UserKey&, const DeviceId&) override { co_return false; }
  Task<Result<void>> acknowledge(std::vector<offline::Acknowledged>) override { co_return Result<void>(); }
  Task<Result<ReadRanges>> ranges(const UserKey&, const Conversation&) override { co_return ReadRanges(); }
  Task<Result<offline::OpenReaders>> readers(const Conversation&) override { co_return offline::OpenReaders(); }
  Task<Result<std::vector<MessagePtr>>> tail(const Conversation&, Seq, Seq, std::size_t, bool) override {
    co_return std::vector<MessagePtr>();
  }
};

}  // namespace godwit::node::testing
