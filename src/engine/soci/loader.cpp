#include "engine/soci/loader.hpp"

#include "domain/name_beginnings.hpp"
#include "engine/soci/rows.hpp"
#include "engine/soci/store.hpp"

namespace godwit::engine::soci {
namespace {
void add_users(SociConnection& db, const user::BulkData& data) {
  SociRows users(db, "accounts (user_key, name, bio, avatar, password_hash, disabled, created_at)");
  for (const auto& user : data.users)
    users.add(user.key, user.name, user.bio, user.avatar, data.password_hash, user.disabled, user.created_at);
  users.finish();
  SociRows words(db, "name_words (word, user_key)");
  for (const auto& user : data.users)
    for (const auto& word : name_beginnings(user.name)) words.add(word, user.key);
  words.finish();
}

void add_sessions(SociConnection& db, const user::BulkData& data) {
  SociRows rows(db, "sessions (id, user_key, device_id, device_name, created_at, last_seen_at, expires_at)");
  for (const auto& session : data.sessions)
    rows.add(session.id, session.user, session.device, session.device_name, session.created_at, session.last_seen_at,
             session.expires_at);
  rows.finish();
}

void add_friends(SociConnection& db, const user::BulkData& data, Millis now) {
  SociRows rows(db, "friendships (low_key, high_key, low_alias, high_alias, since)");
  for (const auto& [a, b] : data.friends) rows.add(std::min(a, b), std::max(a, b), "", "", now);
  rows.finish();
}

void add_groups(SociConnection& db, const user::BulkData& data) {
  SociRows groups(db,
                  "chat_groups (group_key, name, notice, avatar, join_policy, owner_key, member_count, dissolved, "
                  "created_at)");
  for (const auto& group : data.groups)
    groups.add(group.key, group.name, group.notice, group.avatar, std::string(1, static_cast<char>(group.policy)),
               group.owner, group.member_count, 0, group.created_at);
  groups.finish();
  SociRows members(db, "group_members (group_key, user_key, role, muted_until, joined_at)");
  for (const auto& [group, member] : data.members)
    members.add(group, member.user, std::string(1, static_cast<char>(member.role)), member.muted_until,
                member.joined_at);
  members.finish();
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
