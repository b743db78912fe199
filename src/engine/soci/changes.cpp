#include "engine/soci/changes.hpp"

#include <array>

namespace godwit::engine::soci {
namespace {
using changes::Change;
using changes::Kind;

std::string line_of(const Change& change) {
  std::string line(1, static_cast<char>(change.kind));
  for (const auto& field : {change.user.str(), change.other.str(), change.group.str(), change.session.str()})
    line.append("\t").append(field);
  return line.append("\n");
}

std::string_view cut(std::string_view& rest, char end) {
  const auto size = std::min(rest.find(end), rest.size());
  const auto piece = rest.substr(0, size);
  rest.remove_prefix(std::min(size + 1, rest.size()));
  return piece;
}

Change change_of(std::string_view line) {
  Change change;
  change.kind = static_cast<Kind>(cut(line, '\t').at(0));
  change.user = UserKey(cut(line, '\t'));
  change.other = UserKey(cut(line, '\t'));
  change.group = GroupKey(cut(line, '\t'));
  change.session = SessionId(cut(line, '\t'));
  return change;
}

std::vector<Change> changes_of(std::string_view lines) {
  std::vector<Change> changes;
  while (!lines.empty()) changes.push_back(change_of(cut(lines, '\n')));
  return changes;
}
}  // namespace

Result<std::int64_t> SociChanges::add(std::span<const Change> changes) {
  return guarded(log_, [&]() -> Result<std::int64_t> {
    std::string lines;
    for (const auto& change : changes) lines += line_of(change);
    db_.run("INSERT INTO change_outbox (changes) VALUES (:changes)", "", lines);
    std::int64_t ordinal = 0;
    auto& row = db_.run("SELECT {last_insert_id}", "n");
    while (row.next()) ordinal = row.number(0);
    return ordinal;
  });
}

Result<std::vector<user::WaitingChanges>> SociChanges::waiting(std::int64_t after, std::size_t limit) {
  return guarded(log_, [&]() -> Result<std::vector<user::WaitingChanges>> {
    std::vector<user::WaitingChanges> rows;
    auto& row = db_.run("SELECT ordinal, changes FROM change_outbox WHERE ordinal > :after ORDER BY ordinal LIMIT :n",
                        "nt", after, limit);
    while (row.next()) rows.push_back({.ordinal = row.number(0), .changes = changes_of(row.text(1))});
    return rows;
  });
}

Result<void> SociChanges::remove(std::span<const std::int64_t> ordinals) {
  return guarded(log_, [&]() -> Result<void> {
    for (const auto ordinal : ordinals) db_.run("DELETE FROM change_outbox WHERE ordinal = :ordinal", "", ordinal);
    return {};
  });
}

}  // namespace godwit::engine::soci
