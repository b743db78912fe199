#include "base/log.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string>

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
