#include "engine/soci/name_words.hpp"

#include "domain/folding.hpp"
#include "domain/name_beginnings.hpp"
#include "engine/soci/connection.hpp"

namespace godwit::engine::soci {
namespace {

constexpr std::size_t kPiece = 5000;  // accounts

bool is_fresh(SociConnection& db) {
  auto& row = db.run("SELECT version, whole FROM name_words_state", "tn");
  bool fresh = false;
  while (row.next()) fresh = row.text(0) == folding_version() && row.number(1) != 0;
  return fresh;
}

/// Where an earlier run of this version came to; from the start where another one made what is there.
std::string start_refreshing(SociConnection& db) {
  auto& row = db.run("SELECT version, reached FROM name_words_state WHERE whole = 0", "tt");
  std::string reached;
  bool goes_on = false;
  while (row.next()) goes_on = row.text(0) == folding_version(), reached = row.text(1);
  if (goes_on) return reached;
  db.execute("DELETE FROM name_words");
  db.run("UPDATE name_words_state SET version = :version, whole = 0, reached = ''", "", folding_version());
  return {};
}

/// One transaction; false: that were the last.
bool refresh_some(SociConnection& db) {
  db.begin(db.dialect().begin_write);
  try {
    const auto reached = start_refreshing(db);
    std::vector<std::pair<std::string, std::string>> people;
    auto& row = db.run(
        "SELECT user_key, name FROM accounts WHERE user_key > :reached ORDER BY user_key LIMIT :n "
        "{for_update}",
        "tt", reached, kPiece);
    while (row.next()) people.emplace_back(row.text(0), row.text(1));
    for (const auto& [key, name] : people) write_name_words(db, UserKey(key), name);
    const bool whole = people.size() < kPiece;
    db.run("UPDATE name_words_state SET whole = :whole, reached = :reached", "", whole,
           people.empty() ? reached : people.back().first);
    db.commit();
    return !whole;
  } catch (...) {
    db.roll_back();
    throw;
  }
}

}  // namespace

void write_name_words(SociConnection& db, const UserKey& key, std::string_view name) {
  db.run("DELETE FROM name_words WHERE user_key = :key", "", key);
  for (const auto& word : name_beginnings(name))
    db.run("INSERT INTO name_words (word, user_key) VALUES (:word, :key)", "", word, key);
}

void refresh_name_words(SociConnection& db) {
  if (is_fresh(db)) return;
  while (refresh_some(db)) {
  }
}

}  // namespace godwit::engine::soci
