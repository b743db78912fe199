#pragma once
#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace godwit::live {

/// Stops the process, and comes back when none of its threads runs any more: the signal alone comes back before that.
inline void stand_still(pid_t pid) {
  REQUIRE(pid > 1);
  REQUIRE(::kill(pid, SIGSTOP) == 0);
  const auto stopped = [](const std::filesystem::directory_entry& thread) {
    std::ifstream file(thread.path() / "stat");
    const std::string stat(std::istreambuf_iterator<char>(file), {});
    const auto name_ends = stat.rfind(')');  // the state comes after it: proc(5)
    return name_ends == std::string::npos || stat.compare(name_ends, 3, ") T") == 0;
  };
  const auto tasks = std::filesystem::path("/proc") / std::to_string(pid) / "task";
  for (int waited = 0; !std::ranges::all_of(std::filesystem::directory_iterator(tasks), stopped); ++waited) {
    REQUIRE(waited < 5000);
    ::usleep(1000);
  }
}

}  // namespace godwit::live
