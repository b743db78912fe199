#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <thread>

#include "sockets.hpp"

namespace bench {
namespace {

class Sink final : public Client {
 public:
  using Client::Client;

 private:
  std::size_t take(std::string_view in) override { return in.size(); }
};

/// A child process that reads `count` sockets connected to `port` until it is told to stop by their end.
pid_t drain_in_child(const Options& options, int port, int count) {
  const pid_t child = fork();
  if (child != 0) return child;
  cpu_set_t cores;  // where bench/run puts the driver
  CPU_ZERO(&cores);
  CPU_SET(1, &cores);
  sched_setaffinity(0, sizeof cores, &cores);
  Options to = options;
  to.port = port;
  Driver driver;
  std::vector<std::unique_ptr<Sink>> sinks;
  for (int i = 0; i < count; ++i) driver.add(*sinks.emplace_back(std::make_unique<Sink>(connect_to(to))));
  try {
    for (;;) driver.step(1000);
  } catch (const std::exception&) {
    _exit(0);
  }
}

}  // namespace

/// The limit of a fan-out: send() of a ready frame to every one of N loopback sockets, over and over.
int measure_raw_send(const Options& options) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  inet_pton(AF_INET, options.address.c_str(), &at.sin_addr);
  socklen_t size = sizeof at;
  if (bind(listener, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 || listen(listener, 4096) != 0)
    throw std::runtime_error("cannot listen");
  getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size);
  const pid_t child = drain_in_child(options, ntohs(at.sin_port), options.connections);
  std::vector<int> sockets;
  const int on = 1;  // as the server has it: without it small frames would wait for each other and share packets
  setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  for (int i = 0; i < options.connections; ++i) sockets.push_back(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
  const std::string frame(static_cast<std::size_t>(options.text_bytes) + 150, 'x');
  std::uint64_t sent = 0;
  const double cpu = cpu_seconds({getpid()}), start = now();
  while (now() < start + options.seconds) {
    for (const int fd : sockets) sent += send(fd, frame.data(), frame.size(), MSG_NOSIGNAL) > 0;
  }
  const double took = now() - start, used = cpu_seconds({getpid()}) - cpu;
  for (const int fd : sockets) close(fd);
  close(listener);
  waitpid(child, nullptr, 0);
  std::printf("raw_send sockets=%d per_second=%.0f per_cpu_second=%.0f\n", options.connections,
              static_cast<double>(sent) / took, static_cast<double>(sent) / used);
  return 0;
}

/// The limit of a durable send: append a record, fdatasync.
int measure_sync(const Options& options) {
  const std::string path = options.data + "/sync.bench";
  const int fd = open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0) throw std::runtime_error("cannot write " + path);
  const std::string record(static_cast<std::size_t>(options.text_bytes) + 300, 'x');
  std::vector<double> took;
  const double end = now() + options.seconds;
  while (now() < end) {
    const double start = now();
    if (write(fd, record.data(), record.size()) < 0 || fdatasync(fd) != 0) throw std::runtime_error("cannot sync");
    took.push_back((now() - start) * 1e6);
  }
  close(fd);
  unlink(path.c_str());
  const double p50 = percentile(took, 0.5), p99 = percentile(took, 0.99);
  std::printf("fdatasync n=%zu p50_us=%.0f p99_us=%.0f\n", took.size(), p50, p99);
  return 0;
}

}  // namespace bench
