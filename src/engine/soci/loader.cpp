#include "engine/soci/loader.hpp"

#include "engine/soci/name_words.hpp"
#include "engine/soci/store.hpp"

namespace godwit::engine::soci {
namespace {
void add_users(SociConnection& db, const user::BulkData& data) {
  for (const auto& user : data.users) {
    db.run(
        "INSERT INTO accounts (user_key, name, bio, avatar, password_hash, disabled, created_at) "
        "VALUES (:key, :name, :bio, :avatar, :hash, :disabled, :at)",
        "", user.key, user.name, user.bio, user.avatar, data.password_hash, user.disabled, user.created_at);
    write_name_words(db, user.key, user.name);
  }
}

void add_sessions(SociConnection& db, const user::BulkData& data) {
  for (const auto& session : data.sessions) {
    db.run(
        "INSERT INTO sessions (id, user_key, device_id, device_name, created_at, last_seen_at, expires_at) "
        "VALUES (:id, :user, :device, :name, :created, :seen, :expires)",
        "", session.id, session.user, session.device, session.device_name, session.created_at, session.last_seen_at,
        session.expires_at);
  }
}

void add_friends(SociConnection& db, const user::BulkData& data, Millis now) {
  for (const auto& [a, b] : data.friends) {
    db.run(
        "INSERT INTO friendships (low_key, high_key, low_alias, high_alias, since) VALUES (:low, :high, '', '', "
        ":since)",
        "", std::min(a, b), std::max(a, b), now);
  }
}

void add_groups(SociConnection& db, const user::BulkData& data) {
  for (const auto& group : data.groups) {
    db.run(
        "INSERT INTO chat_groups (group_key, name, notice, avatar, join_policy, owner_key, member_count, dissolved, "
        "created_at) "
        "VALUES (:key, :name, :notice, :avatar, :policy, :owner, :count, 0, :at)",
        "", group.key, group.name, group.notice, group.avatar, std::string(1, static_cast<char>(group.policy)),
        group.owner, group.member_count, group.created_at);
  }
  for (const auto& [group, member] : data.members) {
    db.run(
        "INSERT INTO group_members (group_key, user_key, role, muted_until, joined_at) VALUES (:group, :user, :role, "
        ":muted, :at)",
        "", group, member.user, std::string(1, static_cast<char>(member.role)), member.muted_until, member.joined_at);
  }
}
}  // namespace

Result<void> SociLoader::load(const user::BulkData& data, Millis now) {
  return guarded(log_, [&]() -> Result<void> {
    SociTables own(connect_(SociConnection::Mode::writer), log_);
    SociConnection& db = own.connection;
    db.begin(db.dialect().begin_write);
    try {
      add_users(db, data);
      add_sessions(db, data);
      add_friends(db, data, now);
      add_groups(db, data);
      for (const auto& notice : data.notices) CHECK_OK(own.tables().outbox.add(notice));
      db.commit();
    } catch (const StoreFailure& failure) {
      db.roll_back();
      if (failure.is_constraint()) return fail(Code::key_taken, "some of this data is there already");
      throw;
    }
    return {};
  });
}

}  // namespace godwit::engine::soci
