#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace bench {

/// What the driver is told: where the server is, who its users are (`godwit admin load-test-data --out DIR`), how much
/// to do.
struct Options {
  std::string address = "127.0.0.1";
  int port = 8080;
  int other_port = 0;       ///< comeback: of the other gateway; 0: there is none
  std::vector<int> pids{};  ///< of the server's processes, measured together; none: memory and CPU are not
  int victim = 0;           ///< comeback: the process that is killed
  std::string data;         ///< the --out directory
  int connections = 1000;
  int window = 1;   ///< fan-out: messages in flight; send: requests in flight
  double rate = 0;  ///< send: a second; 0 = as fast as it goes
  double seconds = 5;
  int text_bytes = 128;
  int wait_ms = 0;  ///< how long a step waits for something to do; 0: it spins, which wants a core of its own
};

/// CPU seconds (user and system) that the processes have used.
double cpu_seconds(const std::vector<int>& pids);
/// Resident anonymous memory in bytes (RssAnon): the processes' own, without mapped files.
double anonymous_memory(const std::vector<int>& pids);
/// The lines of DIR/name.
std::vector<std::string> lines_of(const std::string& directory, const std::string& name);
/// The p-th fraction (0…1) of the values; sorts them.
double percentile(std::vector<double>& values, double p);

inline double now() {
  using namespace std::chrono;
  return duration<double>(steady_clock::now().time_since_epoch()).count();
}

int measure_idle(const Options& options);
int measure_fanout(const Options& options);
int measure_send(const Options& options);
int measure_pull(const Options& options);
int measure_comeback(const Options& options);
int measure_raw_send(const Options& options);
int measure_sync(const Options& options);

}  // namespace bench
