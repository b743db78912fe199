#include "engine/mysql/connections.hpp"

namespace godwit::mysql {

namespace {
constexpr std::chrono::milliseconds kPause{250};  // after an attempt to connect that failed
}

Connections::Connections(std::string_view name, std::size_t threads, std::size_t capacity, Settings settings, Log& log)
    : settings_(std::move(settings)), log_(log), pool_(name, threads, capacity) {}

Answer<Connection> Connections::take() {
  if (auto ready = idle()) return std::move(*ready);
  {
    std::lock_guard lock(mutex_);
    if (away_ && std::chrono::steady_clock::now() < next_attempt_) return std::unexpected(*away_);
  }
  auto opened = Connection::open(settings_);
  std::lock_guard lock(mutex_);
  if (opened) {
    away_.reset();
  } else {
    away_ = opened.error();
    next_attempt_ = std::chrono::steady_clock::now() + kPause;
  }
  return opened;
}

std::optional<Connection> Connections::idle() {
  std::lock_guard lock(mutex_);
  while (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection.quiet()) return connection;
  }
  return std::nullopt;
}

void Connections::give_back(Connection connection) {
  std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
}

Error Connections::failed(const Failure& failure) {
  // The server repeats parts of statements in some of its words: those are kept from the log.
  const bool plain = failure.number == 0 || failure.trouble != Trouble::refused;
  log_.warn("database_failed", {{"trouble", name_of(failure.trouble)},
                                {"number", failure.number},
                                {"reason", plain ? failure.words : std::string()}});
  return as_error(failure);
}

Error Connections::waited_too_long() {
  return {.code = Code::unavailable, .detail = "the database does not answer", .retry_after_s = 1};
}

}  // namespace godwit::mysql
