#include "engine/soci/moved_tables.hpp"

#include <array>

namespace godwit::engine::soci {

std::span<const Table> moved_tables() {
  static constexpr std::array kTables{
      Table{"accounts", "user_key, name, bio, avatar, password_hash, disabled, created_at, admin, group_invites"},
      Table{"name_words", "word, user_key", 2},
      Table{"sessions", "id, user_key, device_id, device_name, created_at, last_seen_at, expires_at"},
      Table{"service_keys", "id, name, secret_hash, created_at, scopes, expires_at, last_used_at"},
      Table{"invites", "id, secret_hash, uses, used, created_at, expires_at"},
      Table{"friendships", "low_key, high_key, low_alias, high_alias, since", 2},
      Table{"blocks", "user_key, blocked_key, since", 2},
      Table{"friend_requests", "id, sender_key, receiver_key, note, state, open_pair, created_at, answered_at"},
      Table{"chat_groups",
            "group_key, name, notice, avatar, join_policy, owner_key, member_count, dissolved, created_at"},
      Table{"group_members", "group_key, user_key, role, muted_until, joined_at", 2},
      Table{"group_mutes", "group_key, user_key, muted_until", 2},
      Table{"group_requests", "id, sender_key, group_key, note, state, open_pair, created_at, answered_at"},
      Table{"notice_outbox", "ordinal, once_key, conversation, frame, replaces"},
      Table{"audit_log", "ordinal, done_at, admin, action, target, detail"},
  };
  return kTables;
}

}  // namespace godwit::engine::soci
