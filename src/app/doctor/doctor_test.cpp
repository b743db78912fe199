#include "app/doctor/doctor.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "engine/sqlite/archive_database.hpp"

namespace godwit::app {
namespace {

namespace fs = std::filesystem;

/// A directory, mode 0700, that goes with the object.
struct Scratch {
  fs::path path = fs::temp_directory_path() / ("godwit-doctor-" + std::to_string(::getpid()));
  Scratch() {
    fs::remove_all(path);
    fs::create_directories(path);
    fs::permissions(path, fs::perms::owner_all);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { fs::remove_all(path); }
};

/// Somebody who listens on a loopback port.
struct Listener {
  int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  std::uint16_t port = 0;
  Listener() {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof where;
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&where), size) == 0);
    REQUIRE(::listen(fd, 1) == 0);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&where), &size);
    port = ntohs(where.sin_port);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() { ::close(fd); }
};

/// Whether there is one finding that says both.
bool says(const Findings& findings, Severity severity, const std::string& text) {
  return std::ranges::any_of(findings, [&](const Finding& finding) {
    return finding.severity == severity && (finding.where + ": " + finding.what).find(text) != std::string::npos &&
           !finding.todo.empty();
  });
}

}  // namespace

TEST_CASE("wrong settings are findings with the place they came from, and nothing else is looked at") {
  const auto findings = examine({.environment = {{"GODWIT_HTTP_THREADS", "x"}, {"GODWIT_NO", "1"}}});
  CHECK(findings.size() == 2);
  CHECK(says(findings, Severity::error, "environment GODWIT_HTTP_THREADS: http.threads must be"));
  CHECK(says(findings, Severity::error, "environment: unknown variable GODWIT_NO"));
}

TEST_CASE("a good data directory, and one that is not there yet, are silent") {
  const Scratch scratch;
  CHECK(examine_directory(scratch.path.string()).empty());
  CHECK(examine_directory((scratch.path / "new" / "data").string()).empty());
  CHECK(examine_key_files(scratch.path.string()).empty());
  CHECK_FALSE(fs::exists(scratch.path / "new"));
}

TEST_CASE("a data directory that is none, or open to others") {
  const Scratch scratch;
  std::ofstream(scratch.path / "file") << "x";
  CHECK(says(examine_directory((scratch.path / "file").string()), Severity::error, "is not a directory"));
  CHECK(says(examine_directory((scratch.path / "file" / "data").string()), Severity::error, "Not a directory"));
  fs::permissions(scratch.path, fs::perms::owner_all | fs::perms::others_read);
  CHECK(says(examine_directory(scratch.path.string()), Severity::warning, "open to others (mode 0704)"));
  if (::geteuid() == 0) {
    REQUIRE(::chown(scratch.path.c_str(), 12345, 12345) == 0);
    CHECK(says(examine_directory(scratch.path.string()), Severity::warning, "belongs to user 12345"));
  }
}

TEST_CASE("a key file that others can read") {
  const Scratch scratch;
  std::ofstream(scratch.path / "signing.key") << "x";
  fs::permissions(scratch.path / "signing.key", fs::perms::owner_read | fs::perms::owner_write);
  CHECK(examine_key_files(scratch.path.string()).empty());
  fs::permissions(scratch.path / "signing.key", fs::perms::group_read, fs::perm_options::add);
  CHECK(says(examine_key_files(scratch.path.string()), Severity::error,
             "signing.key: holds a secret and is open to others"));
}

TEST_CASE("a search index that is being made anew") {
  const Scratch scratch;
  const auto archive = (scratch.path / "archive.db").string();
  CHECK(examine_search_index(scratch.path.string()).empty());
  REQUIRE(engine::sqlite::open_archive_writer(archive).has_value());
  CHECK(examine_search_index(scratch.path.string()).empty());
  auto connection = engine::sqlite::Connection::open(archive, engine::sqlite::Connection::Mode::write);
  REQUIRE(connection->run("UPDATE search_index SET whole_from = 99, remaining = 1234").has_value());
  CHECK(says(examine_search_index(scratch.path.string()), Severity::warning, "made anew (messages left: 1234)"));
}

TEST_CASE("a port that is taken, and an address that is not here") {
  std::uint16_t port = 0;
  {
    const Listener listener;
    port = listener.port;
    const auto findings = examine_port("http.listen", {"127.0.0.1", port});
    CHECK(says(findings, Severity::error,
               "http.listen (127.0.0.1:" + std::to_string(port) + "): Address already in use"));
  }
  CHECK(examine_port("http.listen", {"127.0.0.1", port}).empty());
  CHECK(says(examine_port("http.listen", {"192.0.2.1", 80}), Severity::error, "Cannot assign requested address"));
}

TEST_CASE("an open-file limit below what sockets may take") {
  CHECK(says(examine_limits({}, 1024), Severity::warning, "open-file limit: is 1024"));
  CHECK(says(examine_limits({}, 40), Severity::error, "open-file limit: the limit of open files is 40"));
  CHECK(examine_limits({}, 1'000'000).empty());
}

TEST_CASE("a clock that cannot be right") {
  constexpr Millis kNow = 1'800'000'000'000;
  CHECK(examine_clock(kNow, kNow - 1).empty());
  CHECK(examine_clock(kNow, kNow + 60'000).empty());
  CHECK(says(examine_clock(kNow, kNow + 3'600'000), Severity::warning, "but data was written at"));
  CHECK(says(examine_clock(86'400'000, 0), Severity::error, "it says 1970-01-02"));
}

}  // namespace godwit::app
