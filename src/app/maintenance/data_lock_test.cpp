#include "app/maintenance/data_lock.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace godwit::app {
namespace {

namespace fs = std::filesystem;

struct Scratch {
  fs::path path = fs::temp_directory_path() / ("godwit-lock-" + std::to_string(::getpid()));
  Scratch() { fs::remove_all(path); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { fs::remove_all(path); }
};

}  // namespace

TEST_CASE("one at a time holds a data directory, and whoever comes second is told who does") {
  const Scratch scratch;
  const auto data = (scratch.path / "data").string();
  {
    const auto lock = DataLock::take(data);
    REQUIRE(lock);
    CHECK(fs::status(data).permissions() == fs::perms::owner_all);
    const auto second = DataLock::take(data);
    REQUIRE_FALSE(second);
    CHECK(second.error().code == Code::unavailable);
    CHECK(second.error().detail.find("in use by process " + std::to_string(::getpid())) != std::string::npos);
  }
  CHECK(DataLock::take(data));
}

TEST_CASE("a directory that cannot be made says so") {
  const Scratch scratch;
  fs::create_directories(scratch.path);
  std::ofstream(scratch.path / "file") << "x";
  const auto lock = DataLock::take((scratch.path / "file" / "data").string());
  REQUIRE_FALSE(lock);
  CHECK(lock.error().code == Code::bad_parameter);
}

TEST_CASE("an empty data directory is one that is missing, or has its lock alone") {
  const Scratch scratch;
  const auto data = scratch.path.string();
  CHECK(is_empty_data(data));
  {
    const auto lock = DataLock::take(data);
  }
  CHECK(is_empty_data(data));
  std::ofstream(scratch.path / "accounts.db") << "x";
  CHECK_FALSE(is_empty_data(data));
}

}  // namespace godwit::app
