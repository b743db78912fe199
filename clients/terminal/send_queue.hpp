#pragma once
#include <deque>
#include <optional>
#include <string>

#include "clients/terminal/frame.hpp"

namespace godwit::chat {

/// A message of mine that the server did not answer yet, or refused.
struct Outgoing {
  std::string client_id, conversation, text, reply_to;
  Millis written_at = 0;  ///< sent along as sentAt: a repeat is the same message
  enum class State { waiting, sending, failed } state = State::waiting;
  std::string why;  ///< failed: in words
};

/// What is to be sent, in the order it was written: one at a time, each with the clientId it got when it was written,
/// however often it is tried and whatever happens to the connection. A refusal marks that one and lets the next go.
/// Pure.
class SendQueue {
 public:
  static constexpr std::size_t kMost = 500;

  /// False at the bound: nothing was taken.
  [[nodiscard]] bool add(Outgoing message);
  /// The next to send, now marked as sending; none while one is on its way or before `retry_at`.
  [[nodiscard]] std::optional<Outgoing> next(Millis now);

  /// The three ends of an attempt. Each ignores a clientId that it does not know.
  void sent(const std::string& client_id);
  void refused(const std::string& client_id, std::string why);
  void try_again(const std::string& client_id, Millis retry_at);

  /// The way is clear again: no reason to wait longer.
  void wake() noexcept { retry_at_ = 0; }
  /// Puts everything that failed back in line; how many those were.
  std::size_t retry_failed();
  /// Forgets what failed; how many those were.
  std::size_t drop_failed();

  [[nodiscard]] const std::deque<Outgoing>& all() const noexcept { return queue_; }
  [[nodiscard]] std::size_t unsent() const noexcept;  ///< waiting or on the way
  [[nodiscard]] Millis retry_at() const noexcept { return retry_at_; }
  [[nodiscard]] unsigned attempts() const noexcept { return attempts_; }  ///< in a row that came to nothing

 private:
  [[nodiscard]] std::deque<Outgoing>::iterator find(const std::string& client_id);
  std::deque<Outgoing> queue_;
  Millis retry_at_ = 0;
  unsigned attempts_ = 0;
};

}  // namespace godwit::chat
