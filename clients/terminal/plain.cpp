#include "clients/terminal/plain.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "clients/terminal/columns.hpp"
#include "clients/terminal/describe.hpp"
#include "clients/terminal/prompt.hpp"
#include "base/utf8.hpp"

namespace godwit::chat {
namespace {
constexpr std::size_t kMostLines = 1000;  // read ahead of what was carried out; then the input waits
constexpr std::size_t kMostLine = 65'536;
}  // namespace

int Plain::run() {
  started_ = client_.now();
  while (!over()) {
    const bool wants_input = !end_of_input_ && lines_.size() < kMostLines;
    std::array<pollfd, 3> ready{
        {{wants_input ? STDIN_FILENO : -1, POLLIN, 0}, {client_.fd(), POLLIN, 0}, {signals_.fd(), POLLIN, 0}}};
    ::poll(ready.data(), ready.size(),
           lines_.empty() && !end_of_input_ ? client_.wait_ms() : std::min(client_.wait_ms(), 50));
    while (const int signal = signals_.next()) {
      if (signal == SIGTSTP)
        std::raise(SIGSTOP);
      else if (signal != SIGWINCH)
        signal_ = signal;
    }
    if (ready[0].revents != 0) read_input();
    client_.run();
    carry_out_lines();
    client_.tick();
  }
  if (signal_ != 0) return 128 + signal_;
  const auto unsent = client_.model().queue().unsent();
  if (end_of_input_ && unsent != 0) complain(std::to_string(unsent) + " not sent");
  const bool failed = failed_ && ::isatty(STDIN_FILENO) == 0;
  return client_.status().state == Status::State::ended || (end_of_input_ && unsent != 0) || failed ? 1 : 0;
}

bool Plain::over() {
  if (client_.left() || signal_ != 0 || broken_ || client_.status().state == Status::State::ended) return true;
  if (!end_of_input_ || !lines_.empty() || client_.busy())
    return end_of_input_ && ended_ != 0 && client_.now() - ended_ > kLastWait;
  if (ended_ == 0) ended_ = client_.now();
  return (was_ready_ && client_.model().queue().unsent() == 0) || client_.now() - ended_ > kLastWait;
}

bool Plain::ready() const {
  if (client_.busy()) return false;
  return was_ready_ || client_.synced() || client_.now() - started_ > kFirstWait;
}

void Plain::carry_out_lines() {
  if (ready()) was_ready_ = true;
  while (!lines_.empty() && was_ready_ && ready() && !client_.left()) {
    const std::string line = std::move(lines_.front());
    lines_.pop_front();
    carry_out(line);
  }
  if (end_of_input_ && lines_.empty() && secret_) std::exchange(secret_, nullptr)(std::nullopt);
}

void Plain::carry_out(const std::string& line) {
  if (!is_utf8(line)) return complain("a line is not UTF-8; nothing was done with it");
  if (!secret_) return interpreter_.line(line);
  if (::isatty(STDIN_FILENO) != 0) set_echo(true), print("");
  std::exchange(secret_, nullptr)(line.empty() ? std::nullopt : std::optional(line));
}

/// Files of other systems end their lines with CR LF, and begin with a byte order mark.
void Plain::take_line(std::string line) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (std::exchange(first_line_, false) && line.starts_with(kByteOrderMark)) line.erase(0, kByteOrderMark.size());
  if (line.ends_with('\r')) line.pop_back();
  if (!std::exchange(too_long_, false)) lines_.push_back(std::move(line));
}

void Plain::read_input() {
  std::array<char, 4096> bytes{};
  const auto got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
  if (got <= 0) {
    end_of_input_ = true;
    if (!input_.empty()) take_line(std::exchange(input_, {}));
    ended_ = client_.now();
    return;
  }
  input_.append(bytes.data(), static_cast<std::size_t>(got));
  for (auto end = input_.find('\n'); end != std::string::npos; end = input_.find('\n')) {
    take_line(input_.substr(0, end));
    input_.erase(0, end + 1);
  }
  if (input_.size() <= kMostLine) return;
  if (!std::exchange(too_long_, true)) complain("a line is too long; nothing was done with it");
  input_.clear();
}

void Plain::complain(const std::string& line) {
  failed_ = true;
  write_out(STDERR_FILENO, "! " + line);
}

/// What a script says next was meant for somebody else than whoever is open.
void Plain::not_opened() {
  if (::isatty(STDIN_FILENO) == 0) client_.model().leave();
}

void Plain::print(const std::string& line) { write_out(STDOUT_FILENO, line); }

void Plain::write_out(int file, const std::string& line) {
  const std::string whole = printable(line) + '\n';
  std::size_t done = 0;
  while (done < whole.size()) {
    const auto wrote = ::write(file, whole.data() + done, whole.size() - done);
    if (wrote > 0)
      done += static_cast<std::size_t>(wrote);
    else if (errno != EINTR)
      return void(broken_ = broken_ || file == STDOUT_FILENO);
  }
}

void Plain::show(const std::string& title, const std::vector<std::string>& lines) {
  print("* " + title);
  for (const auto& line : lines) print("  " + line);
}

/// Keys, not names: a script must know who it was, and nobody can call themselves somebody else.
std::string Plain::line_of(const Frame& frame) const {
  const auto& model = client_.model();
  const Talk* talk = model.find(frame.conversation);
  const std::string head = clock_time(frame.time) + " [" + std::to_string(frame.seq) + "] ";
  const std::string where = talk != nullptr && talk->group() ? model.title(*talk) : "";
  if (frame.type == Type::recalled) {
    return head + where + (where.empty() ? "* " : " * ") + frame.sender + " took back message " +
           std::to_string(frame.target_seq);
  }
  if (!is_chat(frame.type)) return head + where + (where.empty() ? "* " : " * ") + describe(frame, model);
  const std::string quote = talk == nullptr || frame.recalled || frame.reply_to.empty()
                                ? ""
                                : "(" + cut(quoted(frame, *talk, model), 60) + ") ";
  const std::string text = frame.recalled ? "(taken back)" : frame.text;
  if (frame.sender == model.me())
    return head + "you → " + (where.empty() ? frame.conversation.substr(2) : where) + ": " + quote + text;
  return head + where + (where.empty() ? "" : " ") + frame.sender + ": " + quote + text;
}

void Plain::arrived(const Frame& frame) {
  print(line_of(frame));
  if (frame.conversation == client_.model().open()) client_.saw(frame.seq);
}

void Plain::changed() {
  const auto& status = client_.status();
  if (status.state == shown_) return;
  shown_ = status.state;
  if (shown_ == Status::State::online) say("connected");
  if (shown_ == Status::State::waiting)
    say(status.why + "; trying again in " + std::to_string((status.until - client_.now() + 999) / 1000) + " s");
}

void Plain::show_history(std::size_t count) {
  const Talk* talk = client_.model().find(client_.model().open());
  if (talk == nullptr) return;
  std::vector<std::string> lines;
  const auto& frames = talk->timeline.frames();
  for (auto at = frames.rbegin(); at != frames.rend() && lines.size() < count; ++at) {
    if (at->second.type != Type::recalled) lines.push_back(line_of(at->second));
  }
  std::ranges::reverse(lines);
  if (lines.empty()) return say("nothing was said here yet");
  show("History of " + client_.model().title(*talk), lines);
  client_.saw(talk->timeline.highest());
}

void Plain::ask_secret(const std::string& prompt, std::function<void(std::optional<std::string>)> then) {
  if (::isatty(STDIN_FILENO) != 0) set_echo(false);
  print("? " + prompt);
  secret_ = std::move(then);
}

}  // namespace godwit::chat
