#include <doctest/doctest.h>

#include <algorithm>

#include "app/doctor/doctor.hpp"

namespace godwit::app {
namespace {

AskedProcess answering(std::string name, processes::Account account) {
  account.name = name;
  if (account.version.empty()) account.version = "1.0";
  return {.entry = {.id = name, .name = name, .address = "", .roles = account.roles}, .account = account, .ahead = 0};
}
AskedProcess missing(std::string name) {
  return {.entry = {.id = name, .name = name}, .account = fail(Code::unavailable, "nobody is there"), .ahead = 0};
}

Findings compare(std::vector<AskedProcess> processes,
                 const std::vector<std::pair<std::string, std::string>>& settings = {}) {
  return compare_processes({.processes = std::move(processes), .complete = true}, "1.0", settings);
}

bool says(const Findings& findings, Severity severity, std::string_view where, std::string_view what) {
  return std::ranges::any_of(findings, [&](const Finding& finding) {
    return finding.severity == severity && finding.where.find(where) != std::string::npos &&
           finding.what.find(what) != std::string::npos;
  });
}
std::size_t grave(const Findings& findings) {
  return static_cast<std::size_t>(
      std::ranges::count_if(findings, [](const Finding& one) { return one.severity != Severity::note; }));
}

}  // namespace

TEST_CASE("doctor: processes that are alike and ready are no finding") {
  const auto findings =
      compare({answering("user@a", {.roles = {RoleName::user}, .signing_key = "k", .settings = {{"inbox.keep", "3"}}}),
               answering("user@b", {.roles = {RoleName::user}, .signing_key = "k", .settings = {{"inbox.keep", "3"}}})},
              {{"inbox.keep", "3"}});
  CHECK(grave(findings) == 0);
  CHECK(says(findings, Severity::note, "processes", "2 answer, 0 do not"));
}

TEST_CASE("doctor: one that is missing, one that waits, one that lost a role") {
  const auto findings =
      compare({missing("node-2"), answering("user@a", {.parts = {{.name = "redis", .trouble = "away"}}}),
               answering("gateway@g", {.parts = {{.name = "role.archive", .trouble = "gone", .needed = false}}})});
  CHECK(says(findings, Severity::error, "node-2", "nobody is there"));
  CHECK(says(findings, Severity::error, "user@a", "not ready: redis: away"));
  CHECK(says(findings, Severity::warning, "gateway@g", "lost role.archive: gone"));
  CHECK(grave(findings) == 3);
}

TEST_CASE("doctor: a house that does not run yet is one warning") {
  const auto findings = compare({missing("node-2"), missing("user@a")});
  CHECK(findings.size() == 1);
  CHECK(says(findings, Severity::warning, "processes", "none runs; the settings name 2"));
  CHECK(grave(compare({})) == 1);
}

TEST_CASE("doctor: versions, signing keys and settings that differ are shown with who has them") {
  const auto findings =
      compare({answering("user@a", {.version = "1.1", .signing_key = "k1", .settings = {{"inbox.keep", "3"}}}),
               answering("user@b", {.signing_key = "k2", .settings = {{"inbox.keep", "4"}}}), answering("node-1", {})},
              {{"inbox.keep", "3"}});
  CHECK(says(findings, Severity::warning, "versions", "1.0 (this program, user@b, node-1); 1.1 (user@a)"));
  CHECK(says(findings, Severity::error, "cluster.signing_key", "k1 (user@a); k2 (user@b)"));
  CHECK(says(findings, Severity::warning, "inbox.keep", "3 (these settings, user@a); 4 (user@b)"));
  CHECK(grave(findings) == 3);
}

TEST_CASE("doctor: shards that nobody numbers, where there is a dispatcher") {
  CHECK(says(compare({answering("dispatch@d", {.roles = {RoleName::dispatch}, .shards = {0, 1}})}), Severity::warning,
             "shards", "254 of 256"));
}

TEST_CASE("doctor: a clock is judged by most others, whoever's it is") {
  const auto none = compare_clocks({{"here", 0}, {"redis", 999}, {"node-1", -1'000}});
  CHECK(none.empty());
  const auto some = compare_clocks({{"here", 0}, {"redis", -1'001}, {"mysql", 10}, {"node-1", 5'100}, {"user", 0}});
  CHECK(some.size() == 2);
  CHECK(says(some, Severity::warning, "clock of redis", "1.0 s behind"));
  CHECK(says(some, Severity::error, "clock of node-1", "5.1 s ahead"));
  const auto ours = compare_clocks({{"here", 0}, {"redis", 60'000}, {"mysql", 60'010}, {"node-1", 60'020}});
  CHECK(ours.size() == 1);
  CHECK(says(ours, Severity::error, "clock of here", "behind"));
}

}  // namespace godwit::app
