#pragma once
#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>

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

  std::filesystem::path data_;
  const int first_port_ = 14'000 + (::getpid() % 90) * 10;
};

}  // namespace godwit::rocketmq::testing
