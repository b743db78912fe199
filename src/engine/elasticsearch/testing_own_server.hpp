#pragma once
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "live/free_port.hpp"
#include "live/stand_still.hpp"

namespace godwit::engine::elasticsearch {

/// An Elasticsearch of the test's own, which it may kill, pause and start again; stopped and removed at the end. The
/// test runs in the root of the project.
class OwnServer {
 public:
  OwnServer() {
    std::string place = std::filesystem::temp_directory_path() / "godwit-elasticsearch-XXXXXX";
    REQUIRE(::mkdtemp(place.data()) != nullptr);
    data_ = place;
    REQUIRE(::chmod(data_.c_str(), 0755) == 0);  // the server is another user
    port_ = live::free_port(), transport_ = live::free_port();
    start();
  }
  OwnServer(const OwnServer&) = delete;
  OwnServer& operator=(const OwnServer&) = delete;
  ~OwnServer() {
    if (server_ > 0) resume();
    (void)recipe("stop");
    std::filesystem::remove_all(data_);
  }

  /// Comes back when it answers.
  void start() {
    REQUIRE(recipe("start") == 0);
    server_ = child_of(launcher());
    REQUIRE(server_ > 0);
  }
  void kill() {
    REQUIRE(::kill(server_, SIGKILL) == 0);
    while (::kill(server_, 0) == 0 || ::kill(launcher(), 0) == 0) ::usleep(1000);
    server_ = 0;
  }
  void pause() { live::stand_still(server_); }
  void resume() { (void)::kill(server_, SIGCONT); }

  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  /// The process of the recipe: it starts the server and ends with it.
  [[nodiscard]] pid_t launcher() const {
    pid_t pid = 0;
    std::ifstream(data_ / "run/server.pid") >> pid;
    REQUIRE(pid > 1);
    return pid;
  }
  static pid_t child_of(pid_t parent) {
    pid_t pid = 0;
    const auto name = std::to_string(parent);
    std::ifstream("/proc/" + name + "/task/" + name + "/children") >> pid;
    if (pid > 0) return pid;
    // The thread that started it need not be the first one.
    for (const auto& thread : std::filesystem::directory_iterator("/proc/" + name + "/task"))
      if (std::ifstream(thread.path() / "children") >> pid && pid > 0) return pid;
    return 0;
  }
  [[nodiscard]] int recipe(const std::string& verb) const {
    const auto command = "ELASTICSEARCH_DATA=" + data_.string() + " ELASTICSEARCH_PORT=" + std::to_string(port_) +
                         " ELASTICSEARCH_TRANSPORT_PORT=" + std::to_string(transport_) +
                         " deploy/engines/elasticsearch/" + verb + " > " + data_.string() + "/recipe.out 2>&1";
    return std::system(command.c_str());
  }

  std::filesystem::path data_;
  int port_ = 0, transport_ = 0;
  pid_t server_ = 0;
};

}  // namespace godwit::engine::elasticsearch
