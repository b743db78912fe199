#include "engine/soci/outbox.hpp"

#include "wire/record.hpp"

namespace godwit::engine::soci {

Result<void> SociOutbox::add(const user::Notice& notice) {
  return guarded(log_, [&]() -> Result<void> {
    std::optional<std::string> replaces;
    if (!notice.replaces.empty()) {
      replaces = notice.replaces;
      db_.run("DELETE FROM notice_outbox WHERE replaces = :replaces", "", notice.replaces);
    }
    db_.run(
        "INSERT INTO notice_outbox (once_key, conversation, frame, replaces) VALUES (:once, :conversation, :frame, "
        ":replaces)",
        "", notice.once, notice.frame.conversation.name(), wire::encode_record(notice.frame), replaces);
    return {};
  });
}

Result<std::vector<user::WaitingNotice>> SociOutbox::of(const Conversation& conversation, std::size_t limit) {
  return guarded(log_, [&]() -> Result<std::vector<user::WaitingNotice>> {
    std::vector<user::WaitingNotice> rows;
    auto& row = db_.run(
        "SELECT ordinal, once_key, frame FROM notice_outbox WHERE conversation = :conversation ORDER BY ordinal "
        "LIMIT :n",
        "ntt", conversation.name(), limit);
    while (row.next()) {
      auto frame = wire::decode_record(row.text(2));
      if (!frame)
        throw StoreFailure{.kind = FailureKind::damaged,
                           .code = 11,
                           .reason = "a damaged frame in the outbox: " + frame.error().detail};
      rows.push_back({.ordinal = row.number(0), .notice = {.once = row.text(1), .frame = std::move(*frame)}});
    }
    return rows;
  });
}

Result<std::vector<Conversation>> SociOutbox::waiting(const std::string& after, std::size_t limit) {
  return guarded(log_, [&]() -> Result<std::vector<Conversation>> {
    std::vector<Conversation> conversations;
    auto& row = db_.run(
        "SELECT DISTINCT conversation FROM notice_outbox WHERE conversation > :after ORDER BY conversation LIMIT :n",
        "t", after, limit);
    while (row.next()) {
      auto name = Conversation::parse(row.text(0));
      if (!name)
        throw StoreFailure{
            .kind = FailureKind::damaged, .code = 11, .reason = "a damaged name of a conversation in the outbox"};
      conversations.push_back(std::move(*name));
    }
    return conversations;
  });
}

Result<void> SociOutbox::remove(std::span<const std::int64_t> ordinals) {
  return guarded(log_, [&]() -> Result<void> {
    for (const auto ordinal : ordinals) db_.run("DELETE FROM notice_outbox WHERE ordinal = :ordinal", "", ordinal);
    return {};
  });
}

}  // namespace godwit::engine::soci
