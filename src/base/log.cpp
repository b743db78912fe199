#include "base/log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace godwit {
namespace {
std::string_view name(Level level) {
  switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warn: return "warn";
    case Level::error: return "error";
  }
  return "info";
}

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool takes_colours() {
  const char* terminal = std::getenv("TERM");
  return !is_set("NO_COLOR") && (terminal == nullptr || std::string_view(terminal) != "dumb");
}

std::string_view colour_of(Level level) {
  switch (level) {
    case Level::debug: return "\x1b[2m";
    case Level::info: return "\x1b[32m";
    case Level::warn: return "\x1b[33m";
    case Level::error: return "\x1b[31m";
  }
  return "";
}

void append_value(std::string& line, const LogField& field) {
  auto out = std::back_inserter(line);
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    append_json_string(line, *text);
  } else if (const auto* integer = std::get_if<std::int64_t>(&field.value)) {
    fmt::format_to(out, "{}", *integer);
  } else if (const auto* real = std::get_if<double>(&field.value)) {
    if (std::isfinite(*real))
      fmt::format_to(out, "{:.6g}", *real);
    else
      line += "null";
  } else {
    line += std::get<bool>(field.value) ? "true" : "false";
  }
}
}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, start, i - start);
    start = i + 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        out += "\\u00";
        out += kHex[c >> 4];
        out += kHex[c & 15];
    }
  }
  out.append(text, start);
  out += '"';
}

namespace {
std::string json_line(Level level, std::string_view event, std::initializer_list<LogField> fields) {
  using namespace std::chrono;
  const auto now = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  std::string line = fmt::format(R"({{"time":{},"level":"{}","event":)", now, name(level));
  append_json_string(line, event);
  for (const auto& field : fields) {
    line += ',';
    append_json_string(line, field.name);
    line += ':';
    append_value(line, field);
  }
  return line + "}\n";
}

/// As in JSON, and the controls that a terminal obeys behind ASCII (C1) spelled out, too.
void append_for_terminal(std::string& line, const LogField& field) {
  std::string value;
  append_value(value, field);
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto at = [&](std::size_t k) { return k < value.size() ? static_cast<unsigned char>(value[k]) : 0U; };
    if (at(i) == 0x7F || (at(i) == 0xC2 && at(i + 1) >= 0x80 && at(i + 1) < 0xA0))
      line += fmt::format("\\u{:04x}", at(i) == 0x7F ? 0x7FU : at(++i));
    else
      line += value[i];
  }
}

std::string readable_line(Level level, std::string_view event, std::initializer_list<LogField> fields, bool coloured) {
  const auto now = std::chrono::system_clock::now();
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::string line = fmt::format("{:%Y-%m-%d %H:%M:%S}.{:03} {}{:<5}{} {}",
                                 fmt::localtime(std::chrono::system_clock::to_time_t(now)), millis,
                                 coloured ? colour_of(level) : "", name(level), coloured ? "\x1b[0m" : "", event);
  for (const auto& field : fields) {
    line += fmt::format(" {}=", field.name);
    append_for_terminal(line, field);
  }
  return line + "\n";
}
}  // namespace

void Log::write(Level level, std::string_view event, std::initializer_list<LogField> fields) {
  if (!wants(level)) return;
  // On a terminal lines that people read: local time, level, event, name=value. Elsewhere JSON.
  const auto line =
      ::isatty(fd_) == 0 ? json_line(level, event, fields) : readable_line(level, event, fields, takes_colours());
  using namespace std::chrono;
  const auto second = duration_cast<seconds>(steady_clock::now().time_since_epoch()).count();
  std::lock_guard lock(mutex_);  // one at a time, so that what poll says holds until the write
  tell_held(second);
  if (level < Level::warn || may_write(event, second)) put(line);
}

bool Log::may_write(std::string_view event, std::int64_t second) {
  auto found = paces_.find(event);
  if (found == paces_.end()) found = paces_.emplace(std::string(event), Pace{}).first;
  auto& pace = found->second;
  if (pace.second != second) pace.second = second, pace.written = 0;
  if (pace.written == kPerSecond) return ++pace.held, false;
  ++pace.written;
  return true;
}

/// What was held in an earlier second, before the next line of whatever event.
void Log::tell_held(std::int64_t second) {
  for (auto& [event, pace] : paces_) {
    if (pace.held == 0 || pace.second == second) continue;
    put(json_line(Level::warn, "log_lines_held",
                  {{"of", event}, {"count", static_cast<std::int64_t>(std::exchange(pace.held, std::uint64_t{0}))}}));
  }
}

void Log::put(const std::string& line) {
  if (const auto lost = dropped() - told_; lost > 0) {
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now().time_since_epoch()).count();
    if (!write_now(fmt::format(R"({{"time":{},"level":"warn","event":"log_lines_dropped","count":{}}})", now, lost) +
                   "\n")) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    told_ += lost;
  }
  if (!write_now(line)) dropped_.fetch_add(1, std::memory_order_relaxed);
}

/// A pipe that is writable takes a page at once (pipe(7)), and a line is shorter.
bool Log::write_now(std::string_view line) const {
  pollfd ready{.fd = fd_, .events = POLLOUT, .revents = 0};
  if (::poll(&ready, 1, 0) <= 0 || (ready.revents & POLLOUT) == 0) return false;
  return ::write(fd_, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

}  // namespace godwit
