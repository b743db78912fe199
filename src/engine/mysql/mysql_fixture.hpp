#pragma once
#include <doctest/doctest.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <utility>

#include "engine/mysql/connection.hpp"
#include "live/endpoint.hpp"

/// For live tests: a database of the test's own on the server that runs, dropped at the end.
namespace godwit::mysql::testing {

inline Settings server() {
  return {.address = live::endpoint("MYSQL"),
          .user = live::endpoint("MYSQL_USER"),
          .password = live::endpoint("MYSQL_PASSWORD"),
          .database = ""};
}

template <class T>
T good(Answer<T> answer) {
  REQUIRE_MESSAGE(answer.has_value(), answer.error().words);
  return std::move(*answer);
}

class ScratchDatabase {
 public:
  explicit ScratchDatabase(Settings settings = server()) : settings_(std::move(settings)), admin_(open(settings_)) {
    static std::atomic<unsigned> next{0};
    settings_.database = "godwit_test_" + std::to_string(::getpid()) + "_" + std::to_string(++next);
    good(admin_.run("CREATE DATABASE " + settings_.database));
  }
  ScratchDatabase(const ScratchDatabase&) = delete;
  ScratchDatabase& operator=(const ScratchDatabase&) = delete;
  // Nothing is asserted: there are some of these for as long as the process lives, and then no test any more.
  ~ScratchDatabase() {
    const auto drop = "DROP DATABASE " + settings_.database;
    if (admin_.quiet())
      (void)admin_.run(drop);
    else if (auto again = Connection::open(without_database()))  // idle for a minute, or its server was started again
      (void)again->run(drop);
  }

  [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
  [[nodiscard]] Connection connect() const { return open(settings_); }
  /// The server as its administrator sees it.
  Connection& admin() { return admin_; }
  /// After the server was stopped and started, or a minute without a word.
  void reopen_admin() { admin_ = open(without_database()); }

 private:
  [[nodiscard]] Settings without_database() const {
    auto settings = settings_;
    settings.database.clear();
    return settings;
  }
  static Connection open(const Settings& settings) { return good(Connection::open(settings)); }

  Settings settings_;
  Connection admin_;
};

}  // namespace godwit::mysql::testing
