#pragma once
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/redis/testing_redis.hpp"
#include "live/stand_still.hpp"

/// For live tests that kill, stop or empty a Redis: one of their own.
namespace godwit::redis::testing {

/// A Redis that deploy/engines/redis starts in a directory of its own, and stops and removes at the end.
class OwnRedis {
 public:
  explicit OwnRedis(Form form) : form_(form) {
    std::string pattern = std::filesystem::temp_directory_path() / "godwit-redis-XXXXXX";
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    directory_ = pattern;
    static std::atomic<int> made{0};
    auto own = static_cast<int>(::getpid()) * 13 + made.fetch_add(1);
    do port_ = static_cast<std::uint16_t>(20'000 + own++ % 270 * 10);
    while (!free(port_));
    up();
  }
  ~OwnRedis() {
    for (const auto port : paused_) (void)signal(port, SIGCONT);
    (void)run("stop");
    std::filesystem::remove_all(directory_);
  }
  OwnRedis(const OwnRedis&) = delete;
  OwnRedis& operator=(const OwnRedis&) = delete;

  /// Starts whatever does not run.
  void up() {
    if (run("start") == 0) return;
    std::ifstream log(directory_ / "script.log");
    const std::string reason(std::istreambuf_iterator<char>(log), {});
    (void)run("stop");  // what did start: a constructor that fails has no destructor
    FAIL(reason);
  }
  void kill(std::uint16_t port) { REQUIRE(signal(port, SIGKILL)); }
  void pause(std::uint16_t port) {
    live::stand_still(pid_of(port));
    paused_.push_back(port);
  }
  void resume(std::uint16_t port) {
    REQUIRE(signal(port, SIGCONT));
    std::erase(paused_, port);
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] Settings settings() const {
    return {.servers = {{.host = "127.0.0.1", .port = port_},
                        {.host = "127.0.0.1", .port = static_cast<std::uint16_t>(port_ + 1)}},
            .cluster = form_ == Form::cluster,
            .user = {},
            .password = {},
            .prefix = "own:",
            .timeout = 2000ms};
  }

 private:
  /// Whether six nodes can listen from there on. Below the ports that the kernel gives to clients; the cluster's bus
  /// has its own 10,000 above.
  [[nodiscard]] static bool free(std::uint16_t port) {
    for (int offset = 0; offset < 6; ++offset)
      for (const int at : {port + offset, port + 10'000 + offset}) {
        const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(at));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const bool bound = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        ::close(fd);
        if (!bound) return false;
      }
    return true;
  }
  [[nodiscard]] int run(const std::string& verb) const {
    auto root = std::filesystem::read_symlink("/proc/self/exe");
    while (!std::filesystem::exists(root / "deploy/engines/redis/start")) {
      REQUIRE(root.has_relative_path());
      root = root.parent_path();
    }
    const auto command = "REDIS_DATA=" + directory_.string() + " REDIS_PORT=" + std::to_string(port_) + " " +
                         (root / "deploy/engines/redis" / verb).string() + " " + name_of(form_) + " >" +
                         (directory_ / "script.log").string() + " 2>&1";
    return std::system(command.c_str());
  }
  /// 0: none runs there.
  [[nodiscard]] pid_t pid_of(std::uint16_t port) const {
    pid_t pid = 0;
    std::ifstream(directory_ / "run" / (std::to_string(port) + ".pid")) >> pid;
    return pid;
  }
  [[nodiscard]] bool signal(std::uint16_t port, int number) const {
    const auto pid = pid_of(port);
    return pid > 1 && ::kill(pid, number) == 0;
  }

  const Form form_;
  std::filesystem::path directory_;
  std::uint16_t port_ = 0;
  std::vector<std::uint16_t> paused_;
};

}  // namespace godwit::redis::testing
