#include "app/server/open_files.hpp"

#include <doctest/doctest.h>

using namespace godwit;
using namespace godwit::app;

TEST_CASE("connections are lowered to what the limit of open files leaves, in their proportion") {
  Config config;
  config.http.threads = 2;
  const auto plenty = fit_connections(config, 65'536);
  REQUIRE(plenty);
  CHECK(plenty->http.connections == 15'000);
  CHECK(plenty->socket.connections == 15'000);
  for (const std::uint64_t limit : {256, 1024, 4096, 20'000}) {
    CAPTURE(limit);
    const auto fitted = fit_connections(config, limit);
    REQUIRE(fitted);
    CHECK(fitted->http.connections == fitted->socket.connections);
    CHECK(fitted->http.connections >= 8);
    const auto http = fitted->http.connections;
    CHECK(http + http / 8 + 8 + fitted->socket.connections + static_cast<std::size_t>(files_for_store(limit)) + 100 <=
          limit);
    CHECK(fit_connections(*fitted, limit)->http.connections == http);
  }
  config.socket.connections = 150'000;
  const auto sockets_first = fit_connections(config, 16'384);
  REQUIRE(sockets_first);
  CHECK(sockets_first->socket.connections >= 9 * sockets_first->http.connections);
}

TEST_CASE("a socket that a gateway carries to a node is two files") {
  Config config;
  config.engines = "distributed";
  config.roles = {"gateway"};
  config.http.connections = 1'000;
  config.socket.connections = 19'500;
  const auto fitted = fit_connections(config, 20'000);
  REQUIRE(fitted);
  CHECK(2 * fitted->socket.connections + fitted->http.connections * 9 / 8 < 20'000);
  CHECK(fitted->socket.connections > 8'000);
  config.roles = {"node"};
  CHECK(fit_connections(config, 20'000)->socket.connections > 18'500);  // and no HTTP
  config.roles = {"gateway", "node"};
  CHECK(fit_connections(config, 20'000)->socket.connections > 16'000);
}

TEST_CASE("a limit that leaves no connection is named, with what is needed") {
  Config config;
  config.http.threads = 2;
  const auto fitted = fit_connections(config, 64);
  REQUIRE_FALSE(fitted);
  CHECK(fitted.error().detail.contains("open files is 64"));
}

TEST_CASE("the store keeps few files open where few may be") {
  CHECK(files_for_store(1'000'000) == 256);
  CHECK(files_for_store(256) == 32);
}
