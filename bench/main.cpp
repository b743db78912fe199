#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>

#include "measure.hpp"

namespace {

constexpr const char* kUsage =
    "usage: godwit_bench idle|fanout|send|pull|comeback|raw-send|sync [--address A] [--port N] [--other-port N]\n"
    "                    [--pid N[,N...]] [--victim N] [--data DIR] [--connections N] [--window N] [--rate N]\n"
    "                    [--seconds S] [--text-bytes N]\n";

std::vector<int> numbers(const std::string& list) {
  std::vector<int> all;
  std::istringstream in(list);
  for (std::string one; std::getline(in, one, ',');) all.push_back(std::stoi(one));
  return all;
}

bench::Options parse(int argc, char** argv) {
  bench::Options options;
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string name = argv[i], value = argv[i + 1];
    if (name == "--address")
      options.address = value;
    else if (name == "--port")
      options.port = std::stoi(value);
    else if (name == "--pid")
      options.pids = numbers(value);
    else if (name == "--victim")
      options.victim = std::stoi(value);
    else if (name == "--other-port")
      options.other_port = std::stoi(value);
    else if (name == "--data")
      options.data = value;
    else if (name == "--connections")
      options.connections = std::stoi(value);
    else if (name == "--window")
      options.window = std::stoi(value);
    else if (name == "--rate")
      options.rate = std::stod(value);
    else if (name == "--seconds")
      options.seconds = std::stod(value);
    else if (name == "--text-bytes")
      options.text_bytes = std::stoi(value);
    else if (name == "--wait-ms")
      options.wait_ms = std::stoi(value);
    else
      throw std::runtime_error("unknown option " + name);
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) try {
  const std::map<std::string, int (*)(const bench::Options&)> measures{
      {"idle", bench::measure_idle}, {"fanout", bench::measure_fanout},     {"send", bench::measure_send},
      {"pull", bench::measure_pull}, {"comeback", bench::measure_comeback}, {"raw-send", bench::measure_raw_send},
      {"sync", bench::measure_sync}};
  const auto measure = argc > 1 ? measures.find(argv[1]) : measures.end();
  if (measure == measures.end() || argc % 2 != 0) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  return measure->second(parse(argc, argv));
} catch (const std::exception& error) {
  std::fprintf(stderr, "godwit_bench: %s\n", error.what());
  return 1;
}
