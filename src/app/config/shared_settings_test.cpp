#include "app/config/shared_settings.hpp"

#include <doctest/doctest.h>

#include <map>

namespace godwit::app {

TEST_CASE("what all processes have to have alike: rules and engines, no addresses of one's own, no secret") {
  Config config;
  config.mysql.password = config.redis.password = config.cluster.secret = "very secret";
  config.inbox.keep = Seconds(7);
  const auto list = shared_settings(config);
  const std::map<std::string, std::string> shared(list.begin(), list.end());
  CHECK(shared.at("inbox.keep") == "7");
  CHECK(shared.contains("registration"));
  CHECK(shared.contains("limits.sends_per_user"));
  CHECK(shared.contains("mysql.address"));
  CHECK(shared.contains("peers.user"));
  for (const char* own : {"roles", "node.name", "cluster.listen", "http.listen", "admin.listen", "storage.data",
                          "log.level", "mysql.connections", "mysql.password", "redis.password", "cluster.secret"})
    CHECK_MESSAGE(!shared.contains(own), own);
  for (const auto& [name, value] : shared) CHECK_MESSAGE(value.find("very secret") == std::string::npos, name);
}

}  // namespace godwit::app
