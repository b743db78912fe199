#pragma once
#include <deque>
#include <functional>
#include <string>

#include "clients/terminal/client.hpp"
#include "clients/terminal/interpreter.hpp"
#include "clients/terminal/signals.hpp"

namespace godwit::chat {

/// The client for scripts and simple terminals: commands are read as lines, events are printed as lines, each written
/// out at once.
///   12:04 [17] bob: hello          a message, its number in the conversation in brackets
///   12:04 [3] #Tea bob: hello      in a group          12:04 [4] you → bob: hello    mine
///   * connected                    what happens        ! not sent: …                 what went wrong (on standard
///   error)
/// A line is carried out when the one before it was answered, so a script needs no waiting. The end of the input ends
/// the program when everything was answered and sent, after kLastWait at the latest.
class Plain final : public Front {
 public:
  static constexpr Millis kLastWait = 10'000;
  static constexpr Millis kFirstWait =
      10'000;  ///< lines are not carried out before the first inbox was pulled, or this long

  Plain(Client& client, Signals& signals) : client_(client), signals_(signals), interpreter_(client, *this) {}
  /// Until the person leaves; the exit status of chat::main. For a script (standard input is no terminal) it is 1 where
  /// anything could not be done.
  int run();

  void say(const std::string& line) override { print("* " + line); }
  void complain(const std::string& line) override;
  void not_opened() override;
  void show(const std::string& title, const std::vector<std::string>& lines) override;
  void arrived(const Frame& frame) override;
  void changed() override;
  void show_history(std::size_t count) override;
  void ask_secret(const std::string& prompt, std::function<void(std::optional<std::string>)> then) override;

 private:
  void print(const std::string& line);
  void write_out(int file, const std::string& line);
  void carry_out(const std::string& line);
  void take_line(std::string line);
  [[nodiscard]] std::string line_of(const Frame& frame) const;
  void read_input();
  void carry_out_lines();
  [[nodiscard]] bool over();
  [[nodiscard]] bool ready() const;

  Client& client_;
  Signals& signals_;
  Interpreter interpreter_;
  std::string input_;
  std::deque<std::string> lines_;
  std::function<void(std::optional<std::string>)> secret_;
  Status::State shown_ = Status::State::connecting;
  bool end_of_input_ = false, was_ready_ = false, broken_ = false, failed_ = false, too_long_ = false;
  bool first_line_ = true;
  Millis started_ = 0, ended_ = 0;
  int signal_ = 0;
};

}  // namespace godwit::chat
