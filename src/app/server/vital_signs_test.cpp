#include "app/server/vital_signs.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <string>

namespace godwit::app {
namespace {

/// A log whose lines can be counted.
class Lines {
 public:
  Lines() { REQUIRE(::pipe(ends_) == 0); }
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;
  ~Lines() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  [[nodiscard]] int fd() const { return ends_[1]; }
  /// Since the last call.
  std::size_t count() {
    const std::string mark = "end\n";
    REQUIRE(::write(ends_[1], mark.data(), mark.size()) == 4);
    std::string text(65536, '\0');
    text.resize(static_cast<std::size_t>(::read(ends_[0], text.data(), text.size())));
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) - 1;
  }

 private:
  int ends_[2]{};
};

}  // namespace

TEST_CASE("little room on the disk is warned of at once, then once an hour, and anew when it comes back") {
  Lines lines;
  Log log(lines.fd());
  DiskWatch watch("/data", log);
  constexpr auto kLow = DiskWatch::kLittle - 1;
  watch.look(DiskWatch::kLittle);
  CHECK(lines.count() == 0);
  for (int minute = 0; minute < 60; ++minute) watch.look(kLow);
  CHECK(lines.count() == 1);
  watch.look(kLow);
  CHECK(lines.count() == 1);
  watch.look(DiskWatch::kLittle);
  watch.look(kLow);
  CHECK(lines.count() == 1);
}

TEST_CASE("the room on a disk that there is, and on none") {
  CHECK(free_bytes("/") > 0);
  CHECK(free_bytes("/no/such/place") == 0);
}

}  // namespace godwit::app
