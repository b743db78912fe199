#pragma once
#include <deque>
#include <string>

#include "base/log.hpp"
#include "engine/redis/request.hpp"
#include "net/loop/event_loop.hpp"

namespace godwit::redis {

class Connection;

/// Whom a connection tells. On the loop's thread.
class ConnectionOwner {
 public:
  virtual ~ConnectionOwner() = default;
  /// All answers of the request are there.
  virtual void answered(const Address& from, RequestPtr request) = 0;
  /// It was sent, and whether it was done nobody knows.
  virtual void unknown(RequestPtr request) = 0;
  /// Not a byte of it was sent.
  virtual void not_sent(RequestPtr request) = 0;
  /// The node could not be reached, or the connection broke.
  virtual void broken(const Address& node) = 0;
};

/// The connection to one node, which is opened when somebody wants it and opened again, with back-off, when it broke.
/// Everything that is submitted in one wake-up of the loop goes out in one write; answers come in the same order. A
/// request whose answer is late breaks the connection: those behind it would be late, too. On the loop's thread.
class Connection final : private net::Readiness {
 public:
  enum class Taken : char {
    yes,
    later,  ///< not before `retry_at`
    away,   ///< the node could not be reached for as long as a call may take
  };

  Connection(net::EventLoop& loop, Address address, const Settings& settings, ConnectionOwner& owner, Log& log)
      : loop_(loop), address_(std::move(address)), settings_(settings), owner_(owner), log_(log) {}
  ~Connection() override;

  /// Takes the request, or leaves it where it is.
  [[nodiscard]] Taken submit(RequestPtr& request);
  [[nodiscard]] Time retry_at() const noexcept { return retry_at_; }
  /// Looks for what is late.
  void tick(Time now);
  static constexpr const char* kEnding = "the client ends";  ///< a reason that nobody needs to hear of
  /// Ends it; what was sent is unknown, what was not is not.
  void close(const char* reason);

  [[nodiscard]] bool ready() const noexcept { return state_ == State::ready; }
  [[nodiscard]] bool idle() const noexcept { return sent_.empty() && pending_.empty(); }
  [[nodiscard]] const Address& address() const noexcept { return address_; }

 private:
  enum class State : char { closed, connecting, greeting, ready };

  void on_ready(bool readable, bool writable, bool hung_up) override;
  void open(Time now);
  [[nodiscard]] bool begin_connect();
  void connected();
  void greet();
  void send(RequestPtr request);
  void flush();
  void read();
  void take(Reply reply);
  void greeted(const Reply& reply);
  void fail(std::string_view reason);

  net::EventLoop& loop_;
  const Address address_;
  const Settings& settings_;
  ConnectionOwner& owner_;
  Log& log_;

  State state_ = State::closed;
  int fd_ = -1;
  std::unique_ptr<ReplyReader> reader_;
  std::string out_;
  bool flushing_ = false;           ///< the end of this wake-up will flush
  std::deque<RequestPtr> pending_;  ///< until it is ready
  std::deque<RequestPtr> sent_;
  std::size_t greetings_ = 0;  ///< answers that are still to come before it is ready
  Time open_by_;
  std::size_t tries_ = 0;
  Time retry_at_{};
  std::optional<Time> away_since_;
  std::chrono::milliseconds back_off_{0};
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace godwit::redis
