#include "clients/terminal/chat.hpp"

#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <string_view>

#include "clients/terminal/columns.hpp"
#include "clients/terminal/login.hpp"
#include "clients/terminal/plain.hpp"
#include "clients/terminal/prompt.hpp"
#include "clients/terminal/screen.hpp"

namespace godwit::chat {
namespace {

/// Whether it can place its cursor; else lines are printed.
bool can_be_drawn_on() {
  const char* name = std::getenv("TERM");
  const std::string_view kind = name == nullptr ? "" : name;
  return !kind.empty() && kind != "dumb" && ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0;
}

template <class View>
int talk(Client& client, Signals& signals) {
  View view(client, signals);
  client.start(view);
  return view.run();
}

int run(const ChatOptions& options) {
  use_utf8();
  auto server = net::parse_url(options.url);
  if (!server) {
    tell(options.program + ": " + options.url + " is no address of a server; like this: http://127.0.0.1:8080");
    return 2;
  }
  Signals signals;
  // A call that hangs is left behind when the program ends, with what it refers to.
  static SystemClock clock;
  static SystemRandom random;
  LoginDialogue dialogue(options, std::move(*server), signals, random);
  auto in = dialogue.run();
  if (!in) return dialogue.exit_status();
  Client client(std::move(in->account), clock, random);
  const bool whole = !options.plain && can_be_drawn_on();
  const int status = whole ? talk<Screen>(client, signals) : talk<Plain>(client, signals);
  if (whole && client.status().state == Status::State::ended) tell(options.program + ": " + client.status().why);
  return status;
}
}  // namespace

int main(const ChatOptions& options) {
  try {
    return run(options);
  } catch (const std::exception& error) {
    tell(options.program + ": " + error.what());
    return 1;
  }
}

}  // namespace godwit::chat
