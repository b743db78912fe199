#include "app/maintenance/copy_kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

#include "engine/mysql/moved_tables.hpp"
#include "engine/sqlite/walk_rows.hpp"

namespace godwit::app {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Progress = mysql::Transfer::Progress;

constexpr std::size_t kRows = 1000, kBytes = 1U << 20U;  // of one transaction, or one request
constexpr auto kSayEvery = std::chrono::seconds(2);
constexpr auto kPatience = std::chrono::seconds(60);  // with an Elasticsearch that takes nothing for a while
constexpr auto kPause = std::chrono::seconds(1);

std::size_t bytes_of(const TableRow& row) {
  std::size_t bytes = 0;
  for (const auto& cell : row)
    if (const auto* text = std::get_if<std::string>(&cell)) bytes += text->size();
  return bytes;
}

/// Says how far it is, every now and then.
class Progressing {
 public:
  Progressing(const std::string& name, const Say& say) : name_(name), say_(say) {}
  void at(std::uint64_t rows) {
    if (SteadyClock::now() < next_) return;
    next_ = SteadyClock::now() + kSayEvery;
    say_(fmt::format("{}: {} so far", name_, rows));
  }

 private:
  const std::string& name_;
  const Say& say_;
  SteadyClock::time_point next_ = SteadyClock::now() + kSayEvery;
};

/// One database that rows go to, in batches.
class Part {
 public:
  Part(mysql::Transfer& database, const MovedKind& kind) : database_(database), kind_(kind) {}

  Result<void> open() {
    TRY(done_, database_.progress(kind_.name));
    if (kind_.log) {
      TRY(positions_, database_.last_positions());
    }
    return {};
  }
  [[nodiscard]] bool whole() const noexcept { return done_.whole; }

  /// The source's row of this number, from 1 on.
  Result<void> take(std::uint64_t number, std::optional<Shard> shard, TableRow row) {
    if (number <= done_.rows) return {};
    if (kind_.log) row = mysql::numbered(*shard, ++positions_[*shard], std::move(row));
    bytes_ += bytes_of(row);
    waiting_.push_back(std::move(row));
    return waiting_.size() < kRows && bytes_ < kBytes ? Result<void>() : put({.rows = number, .whole = false});
  }
  Result<void> finish(std::uint64_t rows) { return done_.whole ? Result<void>() : put({.rows = rows, .whole = true}); }

 private:
  Result<void> put(Progress now) {
    CHECK_OK(database_.put(kind_.log ? mysql::kMovedLog : kind_.table, waiting_, kind_.name, now));
    waiting_.clear();
    bytes_ = 0;
    done_ = now;
    return {};
  }

  mysql::Transfer& database_;
  const MovedKind& kind_;
  Progress done_;
  std::map<Shard, Position> positions_;
  std::vector<TableRow> waiting_;
  std::size_t bytes_ = 0;
};

Result<std::vector<Part>> parts_of(const MovedKind& kind, MigrationTarget& target) {
  std::vector<Part> parts;
  if (!kind.shard)
    parts.emplace_back(target.home(), kind);
  else
    for (auto& database : target.ledger()) parts.emplace_back(database, kind);
  for (auto& part : parts) CHECK_OK(part.open());
  return parts;
}

/// What Elasticsearch cannot take at the moment comes again.
Result<void> put_patiently(engine::elasticsearch::ElasticArchive& archive, const std::vector<MessagePtr>& batch) {
  for (const auto end = SteadyClock::now() + kPatience;;) {
    auto put = sync_wait(archive.put(batch));
    if (put || put.error().code != Code::unavailable || SteadyClock::now() > end) return put;
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

Result<void> copy_kind(const MovedKind& kind, MigrationTarget& target, const Say& say) {
  TRY(auto parts, parts_of(kind, target));
  if (std::ranges::all_of(parts, &Part::whole)) return {};
  Progressing progress(kind.name, say);
  std::uint64_t rows = 0;
  CHECK_OK(kind.walk([&](TableRow row) -> Result<void> {
    ++rows;
    progress.at(rows);
    if (!kind.shard) return parts.front().take(rows, std::nullopt, std::move(row));
    TRY(const auto shard, kind.shard(row));
    return parts.at(target.part_of(shard)).take(rows, shard, std::move(row));
  }));
  for (auto& part : parts) CHECK_OK(part.finish(rows));
  say(fmt::format("{}: {} moved", kind.name, rows));
  return {};
}

Result<void> copy_archive(MigrationSource& source, MigrationTarget& target, const Say& say) {
  static const std::string kName = "archive";
  TRY(auto done, target.home().progress(kName));
  if (done.whole) return {};
  Progressing progress(kName, say);
  std::uint64_t rows = 0;
  std::size_t bytes = 0;
  std::vector<MessagePtr> batch;
  const auto put = [&](bool whole) -> Result<void> {
    if (!batch.empty()) CHECK_OK(put_patiently(target.archive(), batch));
    batch.clear();
    bytes = 0;
    return target.home().put({}, {}, kName, {.rows = rows, .whole = whole});
  };
  CHECK_OK(engine::sqlite::walk_archive(source.paths().archive(), [&](MessagePtr message) -> Result<void> {
    progress.at(++rows);
    if (rows <= done.rows) return {};
    bytes += message->text.size();
    batch.push_back(std::move(message));
    return batch.size() < kRows && bytes < kBytes ? Result<void>() : put(false);
  }));
  CHECK_OK(put(true));
  say(fmt::format("{}: {} moved", kName, rows));
  return {};
}

}  // namespace godwit::app
