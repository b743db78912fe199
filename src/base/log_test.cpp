#include "base/log.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>
#include <thread>

using namespace godwit;

TEST_CASE("log: a full pipe loses lines, blocks nobody, and the loss is told when somebody reads again") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  Log log(ends[1]);
  for (int i = 0; i < 10'000; ++i) log.info("hello", {{"number", i}});
  const auto lost = log.dropped();
  CHECK(lost > 5'000);
  CHECK(lost < 10'000);
  std::string text(1 << 20, '\0');
  const auto size = ::read(ends[0], text.data(), text.size());
  REQUIRE(size > 0);
  text.resize(static_cast<std::size_t>(size));
  CHECK(text.back() == '\n');  // whole lines only
  log.info("again");
  std::string more(1 << 16, '\0');
  more.resize(static_cast<std::size_t>(::read(ends[0], more.data(), more.size())));
  CHECK(more.find(R"("event":"log_lines_dropped","count":)" + std::to_string(lost)) != std::string::npos);
  CHECK(more.find("again") != std::string::npos);
  CHECK(log.dropped() == lost);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("log: of one event that repeats itself some lines a second are written, and how many more there were") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  Log log(ends[1]);
  constexpr int kAll = 1'000;
  for (int i = 0; i < kAll; ++i) log.error("disk_full");
  log.warn("another");
  log.info("third");
  std::this_thread::sleep_for(std::chrono::milliseconds(1'100));
  log.info("later");
  std::string text(1 << 20, '\0');
  text.resize(static_cast<std::size_t>(::read(ends[0], text.data(), text.size())));
  std::uint32_t written = 0;
  for (auto at = text.find("\"disk_full\"}"); at != std::string::npos; at = text.find("\"disk_full\"}", at + 1))
    ++written;
  CHECK(written >= Log::kPerSecond);
  CHECK(written <= 3 * Log::kPerSecond);  // a second may end meanwhile
  CHECK(text.find("\"another\"") != std::string::npos);
  CHECK(text.find("\"third\"") != std::string::npos);
  std::uint64_t told = 0;
  const std::string_view count = R"("of":"disk_full","count":)";
  for (auto at = text.find(count); at != std::string::npos; at = text.find(count, at + 1))
    told += std::stoull(text.substr(at + count.size()));
  CHECK(told + written == kAll);
  ::close(ends[0]);
  ::close(ends[1]);
}
