#include "clients/terminal/prompt.hpp"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "clients/terminal/columns.hpp"

namespace godwit::chat {
namespace {

/// One byte at a time: what is typed ahead belongs to whoever reads next.
std::optional<std::string> read_line(Signals& signals) {
  std::string line;
  for (;;) {
    std::array<pollfd, 2> ready{{{STDIN_FILENO, POLLIN, 0}, {signals.fd(), POLLIN, 0}}};
    ::poll(ready.data(), ready.size(), -1);
    while (const int signal = signals.next()) {
      if (signal == SIGTSTP)
        std::raise(SIGSTOP);
      else if (signal != SIGWINCH)
        return std::nullopt;
    }
    if (ready[0].revents == 0) continue;
    char c = 0;
    if (::read(STDIN_FILENO, &c, 1) != 1) return line.empty() ? std::nullopt : std::optional(line);
    if (c == '\n' && line.ends_with('\r')) line.pop_back();
    if (c == '\n') return line;
    if (line.size() < 4096) line += c;
  }
}
}  // namespace

void set_echo(bool on) {
  termios mode{};
  if (::tcgetattr(STDIN_FILENO, &mode) != 0) return;
  if (on)
    mode.c_lflag |= ECHO;
  else
    mode.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &mode);
}

void tell(const std::string& line) {
  const std::string whole = printable(line, true) + '\n';
  [[maybe_unused]] const auto wrote = ::write(STDERR_FILENO, whole.data(), whole.size());
}

std::optional<std::string> ask(const std::string& question, bool secret, Signals& signals) {
  [[maybe_unused]] const auto wrote = ::write(STDERR_FILENO, question.data(), question.size());
  if (secret) set_echo(false);
  auto line = read_line(signals);
  if (secret) {
    set_echo(true);
    tell("");
  }
  return line;
}

std::optional<std::string> given_password(const std::string& file) {
  if (!file.empty()) {
    std::ifstream in(file);
    std::string line;
    if (!in || !std::getline(in, line)) throw std::runtime_error("cannot read the password file " + file);
    if (line.ends_with('\r')) line.pop_back();
    return line;
  }
  const char* from_environment = std::getenv("GODWIT_PASSWORD");
  return from_environment == nullptr ? std::nullopt : std::optional<std::string>(from_environment);
}

}  // namespace godwit::chat
