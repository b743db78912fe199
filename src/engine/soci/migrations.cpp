#include "engine/soci/migrations.hpp"

#include <array>

#include "engine/soci/name_words.hpp"

namespace godwit::engine::soci {
namespace {
struct Migration {
  int version;
  const char* name;
  const char* sql;
};

// A step that was released is never changed: add another one. Where tables know no transactions, a step that was cut
// off runs again from its start: what was made before is passed over, anything else must do no harm the second time.
// `open_pair` is set while a request is pending and NULL after it, so that the unique index allows one pending request
// a pair.
constexpr std::array kMigrations{
    Migration{1, "accounts and sessions", R"sql(
CREATE TABLE accounts (
  user_key VARCHAR(32) NOT NULL PRIMARY KEY,
  name VARCHAR(64) NOT NULL,
  name_folded VARCHAR(64) NOT NULL,
  bio VARCHAR(280) NOT NULL,
  avatar VARCHAR(512) NOT NULL,
  password_hash VARCHAR(128) NOT NULL,
  disabled SMALLINT NOT NULL,
  created_at BIGINT NOT NULL){table};
CREATE INDEX accounts_by_name ON accounts (name_folded, user_key);
CREATE TABLE sessions (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  user_key VARCHAR(32) NOT NULL REFERENCES accounts (user_key),
  device_id {exact64} NOT NULL,
  device_name VARCHAR(64) NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL){table};
CREATE UNIQUE INDEX sessions_by_device ON sessions (user_key, device_id);
CREATE TABLE service_keys (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  name VARCHAR(64) NOT NULL,
  secret_hash VARCHAR(128) NOT NULL,
  created_at BIGINT NOT NULL){table};
)sql"},
    Migration{2, "friends", R"sql(
CREATE TABLE friendships (
  low_key VARCHAR(32) NOT NULL REFERENCES accounts (user_key),
  high_key VARCHAR(32) NOT NULL REFERENCES accounts (user_key),
  low_alias VARCHAR(64) NOT NULL,
  high_alias VARCHAR(64) NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (low_key, high_key),
  CHECK (low_key < high_key)){table};
CREATE UNIQUE INDEX friendships_by_high ON friendships (high_key, low_key);
CREATE TABLE blocks (
  user_key VARCHAR(32) NOT NULL REFERENCES accounts (user_key),
  blocked_key VARCHAR(32) NOT NULL REFERENCES accounts (user_key),
  since BIGINT NOT NULL,
  PRIMARY KEY (user_key, blocked_key)){table};
CREATE TABLE friend_requests (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  sender_key VARCHAR(32) NOT NULL REFERENCES accounts (user_key),
  receiver_key VARCHAR(32) NOT NULL REFERENCES accounts (user_key),
  note VARCHAR(200) NOT NULL,
  state CHAR(1) NOT NULL,
  open_pair VARCHAR(80) UNIQUE,
  created_at BIGINT NOT NULL){table};
CREATE INDEX friend_requests_in ON friend_requests (receiver_key, created_at, id);
CREATE INDEX friend_requests_out ON friend_requests (sender_key, created_at, id);
)sql"},
    Migration{3, "groups", R"sql(
CREATE TABLE chat_groups (
  group_key VARCHAR(32) NOT NULL PRIMARY KEY,
  name VARCHAR(64) NOT NULL,
  notice VARCHAR(1024) NOT NULL,
  avatar VARCHAR(512) NOT NULL,
  join_policy CHAR(1) NOT NULL,
  owner_key VARCHAR(32) NOT NULL REFERENCES accounts (user_key),
  member_count BIGINT NOT NULL,
  dissolved SMALLINT NOT NULL,
  created_at BIGINT NOT NULL){table};
CREATE TABLE group_members (
  group_key VARCHAR(32) NOT NULL REFERENCES chat_groups (group_key),
  user_key VARCHAR(32) NOT NULL REFERENCES accounts (user_key),
  role CHAR(1) NOT NULL,
  muted_until BIGINT NOT NULL,
  joined_at BIGINT NOT NULL,
  PRIMARY KEY (group_key, user_key)){table};
CREATE UNIQUE INDEX group_members_by_user ON group_members (user_key, group_key);
CREATE INDEX group_members_by_role ON group_members (group_key, role);
CREATE TABLE group_requests (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  sender_key VARCHAR(32) NOT NULL REFERENCES accounts (user_key),
  group_key VARCHAR(32) NOT NULL REFERENCES chat_groups (group_key),
  note VARCHAR(200) NOT NULL,
  state CHAR(1) NOT NULL,
  open_pair VARCHAR(80) UNIQUE,
  created_at BIGINT NOT NULL){table};
CREATE INDEX group_requests_in ON group_requests (group_key, created_at, id);
CREATE INDEX group_requests_out ON group_requests (sender_key, created_at, id);
)sql"},
    Migration{4, "outbox", R"sql(
CREATE TABLE notice_outbox (
  ordinal {ordinal},
  once_key VARCHAR(64) NOT NULL UNIQUE,
  conversation VARCHAR(80) NOT NULL,
  frame {bytes} NOT NULL,
  to_members SMALLINT NOT NULL,
  to_users {bytes} NOT NULL){table};
CREATE INDEX notice_outbox_by_conversation ON notice_outbox (conversation, ordinal);
)sql"},
    Migration{5, "admins", R"sql(
ALTER TABLE accounts ADD COLUMN admin SMALLINT NOT NULL DEFAULT 0;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE TABLE audit_log (
  ordinal {ordinal},
  done_at BIGINT NOT NULL,
  admin VARCHAR(64) NOT NULL,
  action VARCHAR(32) NOT NULL,
  target VARCHAR(256) NOT NULL,
  detail VARCHAR(512) NOT NULL){table};
)sql"},
    Migration{6, "what one account may make", R"sql(
ALTER TABLE accounts ADD COLUMN group_invites SMALLINT NOT NULL DEFAULT 1;
ALTER TABLE friend_requests ADD COLUMN answered_at BIGINT NOT NULL DEFAULT 0;
UPDATE friend_requests SET answered_at = created_at WHERE state <> 'p';
CREATE INDEX friend_requests_by_pair ON friend_requests (sender_key, receiver_key, answered_at);
CREATE INDEX friend_requests_by_state ON friend_requests (receiver_key, state);
CREATE INDEX friend_requests_by_answer ON friend_requests (answered_at);
ALTER TABLE group_requests ADD COLUMN answered_at BIGINT NOT NULL DEFAULT 0;
UPDATE group_requests SET answered_at = created_at WHERE state <> 'p';
CREATE INDEX group_requests_by_pair ON group_requests (sender_key, group_key, answered_at);
CREATE INDEX group_requests_by_state ON group_requests (group_key, state);
CREATE INDEX group_requests_by_answer ON group_requests (answered_at);
CREATE INDEX group_members_by_user_role ON group_members (user_key, role);
CREATE TABLE group_mutes (
  group_key VARCHAR(32) NOT NULL REFERENCES chat_groups (group_key),
  user_key VARCHAR(32) NOT NULL REFERENCES accounts (user_key),
  muted_until BIGINT NOT NULL,
  PRIMARY KEY (group_key, user_key)){table};
CREATE INDEX group_mutes_by_end ON group_mutes (muted_until);
ALTER TABLE notice_outbox ADD COLUMN replaces VARCHAR(80);
CREATE UNIQUE INDEX notice_outbox_by_replaces ON notice_outbox (replaces);
)sql"},
    // Filled by name_words.cpp, which knows the fold.
    Migration{7, "any word of a name", R"sql(
CREATE TABLE name_words (
  word {exact256} NOT NULL,
  user_key VARCHAR(32) NOT NULL REFERENCES accounts (user_key),
  PRIMARY KEY (word, user_key)){table_by_key};
CREATE INDEX name_words_by_user ON name_words (user_key, word);
CREATE TABLE name_words_state (
  version VARCHAR(64) NOT NULL,
  whole SMALLINT NOT NULL,
  reached VARCHAR(32) NOT NULL){table};
INSERT INTO name_words_state (version, whole, reached)
  SELECT '', 0, '' FROM (SELECT COUNT(*) AS there FROM name_words_state) s WHERE there = 0;
DROP INDEX accounts_by_name{on accounts};
ALTER TABLE accounts DROP COLUMN name_folded;
)sql"},
    Migration{8, "scopes of service keys, invites", R"sql(
ALTER TABLE service_keys ADD COLUMN scopes VARCHAR(128) NOT NULL DEFAULT 'push';
ALTER TABLE service_keys ADD COLUMN expires_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE service_keys ADD COLUMN last_used_at BIGINT NOT NULL DEFAULT 0;
CREATE TABLE invites (
  id VARCHAR(32) NOT NULL PRIMARY KEY,
  secret_hash VARCHAR(128) NOT NULL,
  uses BIGINT NOT NULL,
  used BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL){table};
)sql"},
    Migration{9, "changes that others have copies of", R"sql(
CREATE TABLE change_outbox (
  ordinal {ordinal},
  changes {long_text} NOT NULL){table};
)sql"},
    // Whoever may read a notice is pushed it.
    Migration{10, "notices without receivers", R"sql(
ALTER TABLE notice_outbox DROP COLUMN to_members;
ALTER TABLE notice_outbox DROP COLUMN to_users;
)sql"},
};

std::int64_t version_of(SociConnection& connection) {
  auto& query = connection.run("SELECT COALESCE(MAX(version), 0) FROM schema_migrations", "n");
  std::int64_t version = 0;
  while (query.next()) version = query.number(0);
  return version;
}

/// Its statements, one by one.
std::vector<std::string> statements_of(const Migration& migration, const Dialect& dialect) {
  std::vector<std::string> statements;
  std::string_view rest = migration.sql;
  for (auto end = rest.find(";\n"); end != std::string_view::npos; end = rest.find(";\n")) {
    statements.push_back(dialect.expand(rest.substr(0, end)));
    rest.remove_prefix(end + 2);
  }
  return statements;
}

void note(SociConnection& connection, const Migration& migration, Millis now) {
  connection.run("INSERT INTO schema_migrations (version, name, applied_at) VALUES (:version, :name, :at)", "",
                 migration.version, std::string_view(migration.name), now);
}

void apply_whole(SociConnection& connection, const Migration& migration, Millis now) {
  connection.begin(connection.dialect().begin_write);
  try {
    for (const auto& sql : statements_of(migration, connection.dialect())) connection.execute(sql);
    note(connection, migration, now);
    connection.commit();
  } catch (...) {
    connection.roll_back();
    throw;
  }
}

/// Where each statement stands by itself: what an earlier run came to is passed over.
void apply_again(SociConnection& connection, const Migration& migration, Millis now) {
  for (const auto& sql : statements_of(migration, connection.dialect())) {
    try {
      connection.execute(sql);
    } catch (const StoreFailure& failure) {
      if (!connection.dialect().done_before(failure.code)) throw;
    }
  }
  note(connection, migration, now);
}
}  // namespace

void migrate(SociConnection& connection, const Clock& clock) {
  const auto& dialect = connection.dialect();
  connection.execute(
      dialect.expand("CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER NOT NULL PRIMARY KEY, name "
                     "VARCHAR(64) NOT NULL, applied_at BIGINT NOT NULL){table}"));
  const auto there = version_of(connection);
  if (there > kMigrations.back().version) {
    throw StoreFailure{.code = 1,
                       .reason = "the " + std::string(dialect.place) + " is of form " + std::to_string(there) +
                                 ", newer than this program knows (" + std::to_string(kMigrations.back().version) +
                                 "); use the newer program"};
  }
  for (const auto& migration : kMigrations) {
    if (migration.version <= there) continue;
    if (dialect.tables_in_transactions)
      apply_whole(connection, migration, clock.now());
    else
      apply_again(connection, migration, clock.now());
  }
  refresh_name_words(connection);
}

}  // namespace godwit::engine::soci
