#include "engine/soci/tidy.hpp"

namespace godwit::engine::soci {
namespace {
std::vector<std::string> texts(SociQuery& row) {
  std::vector<std::string> found;
  while (row.next()) found.push_back(row.text(0));
  return found;
}
}  // namespace

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
    const auto friends =
        texts(db_.run("SELECT id FROM friend_requests WHERE answered_at > 0 AND answered_at < :before "
                      "ORDER BY answered_at LIMIT :n",
                      "t", before, limit));
    for (const auto& id : friends) db_.run("DELETE FROM friend_requests WHERE id = :id", "", id);
    const auto groups =
        texts(db_.run("SELECT id FROM group_requests WHERE answered_at > 0 AND answered_at < :before "
                      "ORDER BY answered_at LIMIT :n",
                      "t", before, limit));
    for (const auto& id : groups) db_.run("DELETE FROM group_requests WHERE id = :id", "", id);
    return friends.size() + groups.size();
  });
}

// Whoever came back and left again meanwhile has a newer one, which stays.
Result<std::size_t> SociTidy::past_mutes(Millis before, std::size_t limit) {
  return guarded(log_, [&]() -> Result<std::size_t> {
    std::vector<std::pair<std::string, std::string>> past;
    auto& row =
        db_.run("SELECT group_key, user_key FROM group_mutes WHERE muted_until < :before ORDER BY muted_until LIMIT :n",
                "tt", before, limit);
    while (row.next()) past.emplace_back(row.text(0), row.text(1));
    for (const auto& [group, user] : past)
      db_.run("DELETE FROM group_mutes WHERE group_key = :group AND user_key = :user AND muted_until < :before", "",
              group, user, before);
    return past.size();
  });
}

}  // namespace godwit::engine::soci
