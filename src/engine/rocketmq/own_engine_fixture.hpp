#pragma once
#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "net/client/blocking_socket.hpp"

namespace godwit::rocketmq::testing {

/// A RocketMQ of the test's own, which it may kill: name server, broker and proxy, a process each. Gone with it.
class OwnEngine {
 public:
  OwnEngine() {
    std::string path = (std::filesystem::temp_directory_path() / "godwit-rocketmq-XXXXXX").string();
    REQUIRE(::mkdtemp(path.data()) != nullptr);
    data_ = path;
    REQUIRE(run("start"));
  }
  OwnEngine(const OwnEngine&) = delete;
  OwnEngine& operator=(const OwnEngine&) = delete;
  ~OwnEngine() {
    (void)run("stop");
    std::filesystem::remove_all(data_);
  }

  [[nodiscard]] std::string proxy() const { return at(6); }
  [[nodiscard]] std::string broker() const { return at(4); }
  [[nodiscard]] std::string name_server() const { return at(1); }

  /// `name`: broker, proxy, namesrv. Started, it is not ready yet.
  void kill(const std::string& name) { REQUIRE(run("process " + name + " kill")); }
  void start(const std::string& name) { REQUIRE(run("process " + name + " start")); }
  /// It stands still: its connections stay, and nothing answers.
  void halt(const std::string& name) { REQUIRE(run("process " + name + " halt")); }
  void resume(const std::string& name) { REQUIRE(run("process " + name + " resume")); }

 private:
  [[nodiscard]] std::string at(int offset) const { return "127.0.0.1:" + std::to_string(first_port_ + offset); }

  /// Above this program, or above where it was called.
  static std::filesystem::path scripts() {
    for (auto folder : {std::filesystem::read_symlink("/proc/self/exe"), std::filesystem::current_path() / "x"})
      while (folder.has_relative_path()) {
        folder = folder.parent_path();
        if (exists(folder / "deploy/engines/rocketmq/start")) return folder / "deploy/engines/rocketmq";
      }
    FAIL("deploy/engines/rocketmq is not found above this program");
    return {};
  }
  [[nodiscard]] bool run(const std::string& script) const {
    const auto port = [&](int offset) { return std::to_string(first_port_ + offset); };
    const auto command = "ROCKETMQ_MODE=cluster ROCKETMQ_STOP_WAIT=2 ROCKETMQ_DATA=" + data_.string() +
                         " ROCKETMQ_NAMESRV_PORT=" + port(1) + " ROCKETMQ_BROKER_PORT=" + port(4) +
                         " ROCKETMQ_PROXY_PORT=" + port(6) + " ROCKETMQ_REMOTING_PORT=" + port(7) + " " +
                         scripts().string() + "/" + script + " >&2";
    return std::system(command.c_str()) == 0;
  }

  /// Ten ports at which nobody listens, other ones in another process where it can be.
  static int free_ports() {
    for (int tried = 0; tried < 90; ++tried) {
      const int first = 15'000 + (::getpid() + tried) % 90 * 10;
      bool free = true;
      for (int port = first; port < first + 10; ++port) {
        net::BlockingSocket socket;
        const auto soon = std::chrono::steady_clock::now() + std::chrono::seconds(1);
        free = free && !socket.connect("127.0.0.1", std::to_string(port), soon).empty();
      }
      if (free) return first;
    }
    FAIL("no ten ports are free");
    return 0;
  }

  std::filesystem::path data_;
  const int first_port_ = free_ports();
};

}  // namespace godwit::rocketmq::testing
