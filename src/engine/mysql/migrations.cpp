#include "engine/mysql/migrations.hpp"

#include "engine/mysql/sql.hpp"

namespace godwit::mysql {

namespace {
Answer<void> do_steps(Connection& connection, const std::string& table, std::span<const std::string> steps) {
  TRY(auto found, connection.run("CREATE TABLE IF NOT EXISTS " + table +
                                 " (id TINYINT UNSIGNED NOT NULL PRIMARY KEY, version INT UNSIGNED NOT NULL) "
                                 "ENGINE=InnoDB; INSERT IGNORE INTO " +
                                 table + " VALUES (1, 0); SELECT version FROM " + table));
  auto& rows = found.back().rows;
  const std::size_t version = rows.next() ? rows.number(0) : 0;
  if (version > steps.size())
    return std::unexpected(Failure{.words = table + " is of a newer version of this program"});
  for (auto step = version; step < steps.size(); ++step) {
    TRY(auto done, connection.run(steps[step]));
    TRY(auto noted, connection.run("UPDATE " + table + " SET version = " + std::to_string(step + 1)));
  }
  return {};
}
}  // namespace

Answer<void> migrate(Connection& connection, std::string_view table, std::span<const std::string> steps) {
  const std::string name(table);
  // Names of locks are the whole server's, and 64 characters at most.
  const auto lock = "SHA2(CONCAT(DATABASE(), '/" + name + "'), 256)";
  TRY(auto locked, connection.run("SELECT GET_LOCK(" + lock + ", 30)"));
  auto& rows = locked.back().rows;
  if (!rows.next() || rows.number(0) != 1)
    return std::unexpected(Failure{.trouble = Trouble::contended, .words = "another process migrates " + name});
  auto done = do_steps(connection, name, steps);
  if (!connection.lost()) (void)connection.run("SELECT RELEASE_LOCK(" + lock + ")");
  return done;
}

}  // namespace godwit::mysql
