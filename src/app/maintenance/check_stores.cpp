#include <fmt/chrono.h>
#include <fmt/format.h>

#include <filesystem>

#include "app/maintenance.hpp"
#include "app/server/embedded_engines.hpp"
#include "domain/message_time.hpp"
#include "engine/sqlite/archive_database.hpp"

namespace godwit::app {
namespace {

namespace fs = std::filesystem;

Result<void> check_accounts(const std::string& path, const Clock& clock, Log& log) {
  Metrics metrics;
  TRY(const auto database, engine::sqlite::AccountsDatabase::open(path, {.readers = 1}, clock, log, metrics));
  return database->check();
}

void check_archive(const std::string& path, std::vector<StoreFinding>& findings) {
  const auto wrong = engine::sqlite::check_archive(path);
  if (!wrong) return findings.push_back({path, wrong.error().detail});
  for (const auto& what : *wrong) findings.push_back({path, what});
}

}  // namespace

Result<std::vector<StoreFinding>> check_stores(const std::string& data) {
  if (is_empty_data(data)) return std::vector<StoreFinding>{};
  const DataPaths paths(data);
  TRY(const auto lock, DataLock::take(data));
  const SystemClock clock;
  Log log(2, Level::error);
  std::vector<StoreFinding> findings;
  for (const auto& path : {paths.accounts(), paths.archive(), paths.messages()}) {
    if (!fs::exists(path)) findings.push_back({path, "is missing"});
  }
  if (!findings.empty()) return findings;
  if (const auto good = check_accounts(paths.accounts(), clock, log); !good)
    findings.push_back({paths.accounts(), good.error().detail});
  check_archive(paths.archive(), findings);
  const auto newest = rocks::Database::verify(paths.messages(), clock, log);
  if (!newest) findings.push_back({paths.messages(), newest.error().detail});
  if (newest && *newest > clock.now() + kMostLead)
    findings.push_back({.store = paths.messages(),
                        .what = fmt::format("messages are dated {:%Y-%m-%d %H:%M} UTC, which is later than the clock",
                                            fmt::gmtime(static_cast<std::time_t>(*newest / 1000))),
                        .clock = true});
  return findings;
}

}  // namespace godwit::app
