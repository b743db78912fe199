#include "engine/sqlite/name_words.hpp"

#include <algorithm>

#include "base/unicode.hpp"
#include "base/utf8.hpp"
#include "engine/sqlite/segments.hpp"
#include "engine/sqlite/soci_connection.hpp"

namespace godwit::engine::sqlite {
namespace {

constexpr std::size_t kPiece = 5000;  // accounts

/// Words and runs, a blank between two, and where something begins.
struct Words {
  std::u32string text;
  std::vector<std::size_t> begins;
};

Words words_of(std::string_view name) {
  Words words;
  Segments segments(name);
  while (segments.next()) {
    if (!words.text.empty()) words.text += U' ';
    const auto& characters = segments.characters();
    for (std::size_t i = 0; i < (segments.is_run() ? characters.size() : 1); ++i)
      words.begins.push_back(words.text.size() + i);
    words.text += characters;
  }
  return words;
}

/// For names of nothing but symbols, and those that begin with one.
std::u32string all_characters(std::string_view text) {
  std::u32string all;
  Folding folding(text);
  for (Folded next; folding.next(next);) {
    const auto kind = class_of(next.character);
    const bool blank = kind == CharClass::space || kind == CharClass::control;
    if (!blank || !all.empty()) all += blank ? U' ' : next.character;
  }
  while (!all.empty() && all.back() == U' ') all.pop_back();
  return all;
}

std::string beginning(std::u32string_view text) { return encode_utf8(text.substr(0, kNameCharacters)); }

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
  db.execute("BEGIN IMMEDIATE");
  try {
    const auto reached = start_refreshing(db);
    std::vector<std::pair<std::string, std::string>> people;
    auto& row = db.run("SELECT user_key, name FROM accounts WHERE user_key > :reached ORDER BY user_key LIMIT :n", "tt",
                       reached, kPiece);
    while (row.next()) people.emplace_back(row.text(0), row.text(1));
    for (const auto& [key, name] : people) write_name_words(db, UserKey(key), name);
    const bool whole = people.size() < kPiece;
    db.run("UPDATE name_words_state SET whole = :whole, reached = :reached", "", whole,
           people.empty() ? reached : people.back().first);
    db.execute("COMMIT");
    return !whole;
  } catch (...) {
    db.roll_back();
    throw;
  }
}

}  // namespace

std::vector<std::string> name_beginnings(std::string_view name) {
  std::vector<std::string> out;
  const auto words = words_of(name);
  const auto all = all_characters(name);
  if (words.text.empty() || all.front() != words.text.front()) out.push_back(beginning(all));
  for (const auto begin : words.begins) {
    if (out.size() < kNameBeginnings) out.push_back(beginning(std::u32string_view(words.text).substr(begin)));
  }
  std::ranges::sort(out);
  const auto twice = std::ranges::unique(out);
  out.erase(twice.begin(), twice.end());
  std::erase(out, "");
  return out;
}

std::string name_prefix(std::string_view typed) {
  const auto words = words_of(typed);
  return beginning(words.text.empty() ? all_characters(typed) : words.text);
}

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

}  // namespace godwit::engine::sqlite
