#include "measure.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace bench {

namespace {

double cpu_of(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  const auto rest = text.substr(text.rfind(')') + 2);
  unsigned long user = 0, system = 0;
  if (std::sscanf(rest.c_str(), "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2)
    throw std::runtime_error("no such process");
  return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double memory_of(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("RssAnon:")) return std::strtod(line.c_str() + 8, nullptr) * 1024;
  }
  throw std::runtime_error("no such process");
}

}  // namespace

double cpu_seconds(const std::vector<int>& pids) {
  double sum = 0;
  for (const int pid : pids) sum += cpu_of(pid);
  return sum;
}

double anonymous_memory(const std::vector<int>& pids) {
  double sum = 0;
  for (const int pid : pids) sum += memory_of(pid);
  return sum;
}

std::vector<std::string> lines_of(const std::string& directory, const std::string& name) {
  std::ifstream file(directory + "/" + name);
  if (!file) throw std::runtime_error("cannot read " + directory + "/" + name);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

double percentile(std::vector<double>& values, double p) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(p * static_cast<double>(values.size() - 1))];
}

}  // namespace bench
