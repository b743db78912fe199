#include <doctest/doctest.h>

#include <algorithm>

#include "app/server/console.hpp"

namespace godwit::app {
namespace {
SettingRow row_of(const Loaded& settings, std::string_view name) {
  const auto rows = rows_of(settings);
  const auto found = std::ranges::find(rows, name, &SettingRow::name);
  REQUIRE(found != rows.end());
  return *found;
}
}  // namespace

TEST_CASE("a setting is shown with its value, its default and where it came from") {
  const auto loaded = load({.environment = {{"GODWIT_HTTP_THREADS", "3"}},
                            .flags = {{"gateway.origins", "https://a.example", "flag --set"}}});
  REQUIRE(loaded.has_value());
  const auto threads = row_of(*loaded, "http.threads");
  CHECK(threads.value == "3");
  CHECK(threads.standard == "0");
  CHECK(threads.source == "environment");
  CHECK_FALSE(threads.reloads);
  const auto origins = row_of(*loaded, "gateway.origins");
  CHECK(origins.value == R"(["https://a.example"])");
  CHECK(origins.standard == "[]");
  CHECK(origins.source == "flag");
  const auto level = row_of(*loaded, "log.level");
  CHECK(level.value == R"("info")");
  CHECK(level.source == "default");
  CHECK(level.reloads);
  CHECK_FALSE(level.secret);
  CHECK_FALSE(level.doc.empty());
}

TEST_CASE("a value that is no text is shown as nothing, and spoils no answer") {
  const auto loaded = load({.environment = {{"GODWIT_STORAGE_DATA", "/data/\xFF"}}});
  REQUIRE(loaded.has_value());
  CHECK(row_of(*loaded, "storage.data").value == "null");
}

TEST_CASE("neither value nor default of a secret is shown") {
  const auto loaded = load({.flags = {{"admin.key", "a very secret key of mine", "flag --set"}}});
  REQUIRE(loaded.has_value());
  const auto key = row_of(*loaded, "admin.key");
  CHECK(key.secret);
  CHECK(key.value == "null");
  CHECK(key.standard == "null");
  for (const auto& row : rows_of(*loaded)) CHECK(row.value.find("very secret") == std::string::npos);
}

}  // namespace godwit::app
