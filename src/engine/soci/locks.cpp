#include "engine/soci/locks.hpp"

#include <set>

#include "engine/soci/rows.hpp"

namespace godwit::engine::soci {
namespace {
/// FNV-1a: the same in every process, of every version.
std::uint32_t stripe_of(char kind, std::string_view name) {
  std::uint64_t hash = 14695981039346656037ULL;
  const auto take = [&](char byte) { hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211ULL; };
  take(kind);
  for (const char byte : name) take(byte);
  return static_cast<std::uint32_t>((hash >> 20) % SociLocks::kStripes);
}

std::string list_of(const std::set<std::uint32_t>& stripes) {
  std::string list;
  for (const auto stripe : stripes) list += (list.empty() ? "" : ",") + std::to_string(stripe);
  return list;
}
}  // namespace

Result<void> SociLocks::hold(std::span<const UserKey> users, std::span<const GroupKey> groups) {
  if (db_.dialect().one_writer) return {};
  std::set<std::uint32_t> stripes;
  for (const auto& user : users) stripes.insert(stripe_of('u', user.str()));
  for (const auto& group : groups) stripes.insert(stripe_of('g', group.str()));
  if (stripes.empty()) return {};
  return guarded(log_, [&]() -> Result<void> {
    db_.execute("SELECT stripe FROM write_locks FORCE INDEX (PRIMARY) WHERE stripe IN (" + list_of(stripes) +
                ") ORDER BY stripe FOR UPDATE");
    return {};
  });
}

void SociLocks::make(SociConnection& connection) {
  connection.execute(connection.dialect().expand(
      "CREATE TABLE IF NOT EXISTS write_locks (stripe INTEGER NOT NULL PRIMARY KEY){table}"));
  std::int64_t there = 0;
  auto& count = connection.run("SELECT COUNT(*) FROM write_locks", "n");
  while (count.next()) there = count.number(0);
  if (there == kStripes) return;
  connection.execute("DELETE FROM write_locks");  // what an attempt came to that was cut off
  connection.begin(connection.dialect().begin_write);
  SociRows rows(connection, "write_locks (stripe)");
  for (std::uint32_t stripe = 0; stripe < kStripes; ++stripe) rows.add(stripe);
  rows.finish();
  connection.commit();
}

}  // namespace godwit::engine::soci
