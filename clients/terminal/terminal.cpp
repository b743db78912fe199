#include "clients/terminal/terminal.hpp"

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

#define NCURSES_NOMACROS 1
#define NCURSES_WIDECHAR 1
#include <curses.h>

#include "clients/terminal/columns.hpp"
#include "clients/terminal/terminal_keys.hpp"
#include "base/utf8.hpp"

namespace godwit::chat {
namespace {
constexpr std::string_view kPasteOn = "\033[?2004h", kPasteOff = "\033[?2004l";

// A handler has nothing but statics: what the terminal was before, for giving it back when the program crashes.
termios before_us{};

void tell_terminal(std::string_view sequence) {
  [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, sequence.data(), sequence.size());
}

void give_back_and_die(int signal) {
  tell_terminal("\033[?2004l\033[?1049l\033[?25h\033[0m\r\n");
  ::tcsetattr(STDIN_FILENO, TCSANOW, &before_us);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

constexpr std::array<short, 6> kHues{COLOR_CYAN, COLOR_MAGENTA, COLOR_YELLOW, COLOR_BLUE, COLOR_GREEN, COLOR_RED};
enum Pair : short { own_pair = 1, system_pair, problem_pair, unread_pair, online_pair, day_pair, bar_pair, first_hue };

/// https://no-color.org
bool has_colours() {
  const char* unwanted = std::getenv("NO_COLOR");
  return ::has_colors() && (unwanted == nullptr || *unwanted == '\0');
}

void make_colours() {
  if (!has_colours()) return;
  ::start_color();
  ::use_default_colors();
  ::init_pair(own_pair, COLOR_GREEN, -1);
  ::init_pair(system_pair, COLOR_BLUE, -1);
  ::init_pair(problem_pair, COLOR_RED, -1);
  ::init_pair(unread_pair, COLOR_YELLOW, -1);
  ::init_pair(online_pair, COLOR_GREEN, -1);
  ::init_pair(day_pair, COLOR_CYAN, -1);
  ::init_pair(bar_pair, COLOR_WHITE, COLOR_BLUE);
  for (std::size_t i = 0; i < kHues.size(); ++i)
    ::init_pair(static_cast<short>(first_hue + static_cast<short>(i)), kHues[i], -1);
}

attr_t colour(short pair) { return has_colours() ? static_cast<attr_t>(COLOR_PAIR(pair)) : A_NORMAL; }

attr_t attributes(Style style, unsigned hue) {
  switch (style) {
    case Style::normal: return A_NORMAL;
    case Style::dim: return A_DIM;
    case Style::bold: return A_BOLD;
    case Style::own: return colour(own_pair);
    case Style::person: return colour(static_cast<short>(first_hue + static_cast<short>(hue % kHues.size())));
    case Style::system: return has_colours() ? colour(system_pair) : A_DIM;
    case Style::problem: return colour(problem_pair) | A_BOLD;
    case Style::day: return colour(day_pair);
    case Style::selected: return A_REVERSE;
    case Style::unread: return colour(unread_pair) | A_BOLD;
    case Style::online: return colour(online_pair);
    case Style::bar: return has_colours() ? colour(bar_pair) : A_REVERSE;
  }
  return A_NORMAL;
}
}  // namespace

Terminal::Terminal() {
  ::tcgetattr(STDIN_FILENO, &before_us);
  if (std::getenv("TERM") == nullptr || ::newterm(nullptr, stdout, stdin) == nullptr) {
    throw std::runtime_error("this terminal cannot be drawn on; use --plain");
  }
  ::raw();
  ::noecho();
  ::nonl();
  ::keypad(::stdscr, true);
  ::nodelay(::stdscr, true);
  ::set_escdelay(25);
  make_colours();
  define_keys();
  tell_terminal(kPasteOn);
  for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT}) std::signal(signal, give_back_and_die);
}

Terminal::~Terminal() {
  tell_terminal(kPasteOff);
  ::endwin();
  ::tcsetattr(STDIN_FILENO, TCSANOW, &before_us);
  for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT}) std::signal(signal, SIG_DFL);
}

int Terminal::rows() const { return ::getmaxy(::stdscr); }
int Terminal::width() const { return ::getmaxx(::stdscr); }

void Terminal::fit_window() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return;
  ::resizeterm(size.ws_row, size.ws_col);
  redraw();
}

void Terminal::redraw() { ::clearok(::stdscr, true); }

void Terminal::suspend() {
  tell_terminal(kPasteOff);
  ::endwin();
  std::raise(SIGSTOP);
  tell_terminal(kPasteOn);
  fit_window();
  redraw();
}

void Terminal::clear() { ::werase(::stdscr); }

void Terminal::put(int y, int x, const Row& row, int width, Style fill) {
  int used = 0;
  ::wmove(::stdscr, y, x);
  for (const auto& span : row) {
    const std::string text = cut(printable(span.text), width - used);
    std::wstring wide;
    for (const char32_t c : decode_utf8(text)) wide += static_cast<wchar_t>(c);
    ::wattrset(::stdscr, static_cast<int>(attributes(span.style, span.hue)));
    ::waddnwstr(::stdscr, wide.data(), static_cast<int>(wide.size()));
    used += columns(text);
  }
  ::wattrset(::stdscr, static_cast<int>(attributes(fill, 0)));
  for (; used < width; ++used) ::waddnwstr(::stdscr, L" ", 1);
  ::wattrset(::stdscr, A_NORMAL);
}

void Terminal::cursor(int y, int x) { y_ = y, x_ = x; }

void Terminal::flush() {
  ::curs_set(x_ < 0 ? 0 : 1);
  if (x_ >= 0) ::wmove(::stdscr, y_, x_);
  ::wrefresh(::stdscr);
}

}  // namespace godwit::chat
