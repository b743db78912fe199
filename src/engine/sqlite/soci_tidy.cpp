#include "engine/sqlite/soci_tidy.hpp"

namespace godwit::engine::sqlite {

Result<std::vector<SessionId>> SociTidy::expired_sessions(Millis before, std::size_t limit) {
  return guarded(log_, [&]() -> Result<std::vector<SessionId>> {
    std::vector<SessionId> ended;
    auto& row =
        db_.run("SELECT id FROM sessions WHERE expires_at < :before ORDER BY expires_at LIMIT :n", "t", before, limit);
    while (row.next()) ended.emplace_back(row.text(0));
    for (const auto& id : ended) db_.run("DELETE FROM sessions WHERE id = :id", "", id);
    return ended;
  });
}

// A pending request has been answered at 0.
Result<std::size_t> SociTidy::answered_requests(Millis before, std::size_t limit) {
  return guarded(log_, [&]() -> Result<std::size_t> {
    const auto friends = db_.run(
                                "DELETE FROM friend_requests WHERE id IN (SELECT id FROM friend_requests WHERE "
                                "answered_at > 0 AND answered_at < :before ORDER BY answered_at LIMIT :n)",
                                "", before, limit)
                             .affected();
    const auto groups = db_.run(
                               "DELETE FROM group_requests WHERE id IN (SELECT id FROM group_requests WHERE "
                               "answered_at > 0 AND answered_at < :before ORDER BY answered_at LIMIT :n)",
                               "", before, limit)
                            .affected();
    return static_cast<std::size_t>(friends + groups);
  });
}

Result<std::size_t> SociTidy::past_mutes(Millis before, std::size_t limit) {
  return guarded(log_, [&]() -> Result<std::size_t> {
    return static_cast<std::size_t>(
        db_.run(
               "DELETE FROM group_mutes WHERE (group_key, user_key) IN (SELECT group_key, user_key FROM group_mutes "
               "WHERE muted_until < :before ORDER BY muted_until LIMIT :n)",
               "", before, limit)
            .affected());
  });
}

}  // namespace godwit::engine::sqlite
