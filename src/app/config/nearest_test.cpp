#include "app/config/nearest.hpp"

#include <doctest/doctest.h>

#include <string>

namespace godwit::app {

TEST_CASE("the nearest name is what was probably meant, and nothing where nothing is near") {
  const std::vector<std::string_view> verbs{"serve", "chat", "admin", "config"};
  CHECK(nearest("srve", verbs) == "serve");
  CHECK(nearest("serve", verbs) == "serve");
  CHECK(nearest("confgi", verbs) == "config");
  CHECK(nearest("xyzxyz", verbs).empty());
  CHECK(nearest("serve", {}).empty());
  CHECK(nearest(std::string(100'000, 's'), verbs).empty());
}

}  // namespace godwit::app
