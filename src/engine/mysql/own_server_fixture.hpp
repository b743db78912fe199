#pragma once
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "engine/mysql/settings.hpp"
#include "live/free_port.hpp"
#include "live/stand_still.hpp"

namespace godwit::mysql::testing {

/// A MariaDB of the test's own, which it may kill, pause and start again; stopped and removed at the end. The test runs
/// in the root of the project.
class OwnServer {
 public:
  explicit OwnServer(std::string options = {}) : options_(std::move(options)) {
    std::string place = std::filesystem::temp_directory_path() / "godwit-mariadb-XXXXXX";
    REQUIRE(::mkdtemp(place.data()) != nullptr);
    data_ = place;
    REQUIRE(::chmod(data_.c_str(), 0755) == 0);  // the server is another user
    port_ = live::free_port();
    start();
  }
  OwnServer(const OwnServer&) = delete;
  OwnServer& operator=(const OwnServer&) = delete;
  ~OwnServer() {
    resume();
    (void)recipe("stop");
    std::filesystem::remove_all(data_);
  }

  /// Comes back when it answers.
  void start() { REQUIRE(recipe("start") == 0); }
  void kill() {
    REQUIRE(::kill(server(), SIGKILL) == 0);
    while (::kill(pid(), 0) == 0) ::usleep(1000);
  }
  void pause() { live::stand_still(server()); }
  void resume() { (void)::kill(pid(), SIGCONT); }

  [[nodiscard]] Settings settings() const {
    return {.address = "127.0.0.1:" + std::to_string(port_), .user = "im", .password = "godwit", .database = ""};
  }

 private:
  [[nodiscard]] pid_t pid() const {
    pid_t pid = 0;
    std::ifstream(data_ / "run/server.pid") >> pid;
    return pid > 0 ? pid : ::getpid();
  }
  /// Its process, which must be there.
  [[nodiscard]] pid_t server() const {
    const auto found = pid();
    REQUIRE(found != ::getpid());
    return found;
  }
  [[nodiscard]] int recipe(const std::string& verb) const {
    const auto command = "MARIADB_OPTIONS='" + options_ + "' MARIADB_DATA=" + data_.string() +
                         " MARIADB_PORT=" + std::to_string(port_) + " MARIADB_PASSWORD=godwit deploy/engines/mariadb/" +
                         verb + " > " + data_.string() + "/recipe.out 2>&1";
    return std::system(command.c_str());
  }

  const std::string options_;
  std::filesystem::path data_;
  int port_ = 0;
};

}  // namespace godwit::mysql::testing
