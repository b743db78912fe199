#pragma once
#include <atomic>
#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>

namespace godwit {

enum class Level : std::uint8_t { debug, info, warn, error };

/// One named value of a log line. Never a message text, a token or a password.
struct LogField {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double, bool> value;

  LogField(std::string_view n, std::string_view v) : name(n), value(v) {}
  LogField(std::string_view n, const std::string& v) : name(n), value(std::string_view(v)) {}
  LogField(std::string_view n, const char* v) : name(n), value(std::string_view(v)) {}
  LogField(std::string_view n, bool v) : name(n), value(v) {}
  LogField(std::string_view n, double v) : name(n), value(v) {}
  template <std::integral I>
    requires(!std::same_as<I, bool>)
  LogField(std::string_view n, I v) : name(n), value(static_cast<std::int64_t>(v)) {}
};

/// JSON lines on a file descriptor: {"time":…,"level":…,"event":…,fields…}. `event` is a stable snake_case name.
/// Thread-safe; a line is one write(2). Nobody who logs waits for a reader: what a full pipe does not take is dropped
/// and counted, and the next line that goes out says how many were. One fault cannot fill a disk either: of an event of
/// level warn or error at most `kPerSecond` lines a second are written, and `log_lines_held` says later how many more
/// there were.
class Log {
 public:
  static constexpr std::uint32_t kPerSecond = 20;

  explicit Log(int fd = 2, Level threshold = Level::info) : fd_(fd), threshold_(threshold) {}

  void write(Level level, std::string_view event, std::initializer_list<LogField> fields = {});
  void debug(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(Level::debug, event, fields);
  }
  void info(std::string_view event, std::initializer_list<LogField> fields = {}) { write(Level::info, event, fields); }
  void warn(std::string_view event, std::initializer_list<LogField> fields = {}) { write(Level::warn, event, fields); }
  void error(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(Level::error, event, fields);
  }

  void set_threshold(Level level) { threshold_.store(level, std::memory_order_relaxed); }
  [[nodiscard]] bool wants(Level level) const { return level >= threshold_.load(std::memory_order_relaxed); }
  /// Lines that nobody will see.
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }

 private:
  struct Pace {  // of one event
    std::int64_t second = 0;
    std::uint32_t written = 0;
    std::uint64_t held = 0;
  };
  /// Whether one more line of the event may be written now.
  [[nodiscard]] bool may_write(std::string_view event, std::int64_t second);
  void tell_held(std::int64_t second);
  void put(const std::string& line);
  [[nodiscard]] bool write_now(std::string_view line) const;

  int fd_;
  std::atomic<Level> threshold_;
  std::atomic<std::uint64_t> dropped_{0};
  std::mutex mutex_;
  std::uint64_t told_ = 0;  ///< of the dropped ones
  std::map<std::string, Pace, std::less<>> paces_;  ///< events have fixed names: there are few
};

/// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 are passed on as they are: callers hold
/// validated text.
void append_json_string(std::string& out, std::string_view text);

}  // namespace godwit
