#!/usr/bin/env bash
# abseil 20220623.1 as Debian 12 builds it (gRPC 1.51 of Debian 12 locks with it): each nested lock searches a graph for deadlocks.
#
# Valid input: three absl::Mutex, locked and unlocked in the same order again and again, in a program that is compiled with -O2 -DNDEBUG.
# One would expect: the detector is for debug mode (so the header: "possible modes of operation for the deadlock detector in debug mode"), and off here.
# What happens: the default is fixed when the *library* is compiled, and Debian compiles it without NDEBUG. So every program has the search, and
#   everything on top of it: in a profile of a gRPC server absl's GraphCycles::GetId stood at 3 % of all CPU. A lock taken while others are
#   held costs several times what it costs without the search.
# What helps: absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore) once, before the first lock.
# Seen (2026-11-30, clang 19.1.7, a shared machine):
#   three nested locks: 217 to 234 ns by default, 25 to 48 ns after the switch
#   default at least twice as slow: yes
# Needs: Debian 12's apt, clang++-19 or g++. A quarter of a minute.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q libabsl-dev=20220623.1-1+deb12u2 libabsl20220623=20220623.1-1+deb12u2 > download.log 2>&1
for package in ./*.deb; do dpkg -x "$package" tree; done
libraries=$(dirname "$(find tree -name 'libabsl_synchronization.so*' | head -1)")

cat > main.cpp << 'CPP'
#include <absl/synchronization/mutex.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

double nested(int rounds) {
  absl::Mutex a, b, c;
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < rounds; ++i) {
    a.Lock(), b.Lock(), c.Lock();
    c.Unlock(), b.Unlock(), a.Unlock();
  }
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - began).count() / rounds;
}

int main() {
  double with = 1e9, without = 1e9;  // the best of five: the machine may be busy
  for (int i = 0; i < 5; ++i) with = std::min(with, nested(200'000));
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  for (int i = 0; i < 5; ++i) without = std::min(without, nested(200'000));
  std::fprintf(stderr, "three nested locks: %.0f ns by default, %.0f ns after the switch\n", with, without);
  std::printf("default at least twice as slow: %s\n", with > 2 * without ? "yes" : "no");
}
CPP
"$(command -v clang++-19 || command -v g++)" -std=c++20 -O2 -DNDEBUG -Itree/usr/include main.cpp -o main \
  -L"$libraries" "$libraries"/libabsl_*.so -Wl,-rpath,"$PWD/$libraries"
./main | tee seen
diff - seen > /dev/null << 'TEXT' && exit 0
default at least twice as slow: yes
TEXT
echo "CHANGED: this is not what was seen"
exit 1
