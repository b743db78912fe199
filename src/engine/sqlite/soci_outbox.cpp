#include "engine/sqlite/soci_outbox.hpp"

#include "wire/record.hpp"

namespace godwit::engine::sqlite {
namespace {
std::string joined_by_lines(const std::vector<UserKey>& keys) {
  std::string lines;
  for (const auto& key : keys) {
    if (!lines.empty()) lines += '\n';
    lines += key.str();
  }
  return lines;
}

std::vector<UserKey> split_by_lines(std::string_view lines) {
  std::vector<UserKey> keys;
  while (!lines.empty()) {
    const auto end = lines.find('\n');
    keys.emplace_back(lines.substr(0, end));
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
  }
  return keys;
}
}  // namespace

Result<void> SociOutbox::add(const user::Notice& notice) {
  return guarded(log_, [&]() -> Result<void> {
    std::optional<std::string> replaces;
    if (!notice.replaces.empty()) {
      replaces = notice.replaces;
      db_.run("DELETE FROM notice_outbox WHERE replaces = :replaces", "", notice.replaces);
    }
    db_.run(
        "INSERT INTO notice_outbox (once_key, conversation, frame, to_members, to_users, replaces) VALUES (:once, "
        ":conversation, :frame, :members, :users, :replaces)",
        "", notice.once, notice.frame.conversation.name(), wire::encode_record(notice.frame), notice.to_members,
        joined_by_lines(notice.to), replaces);
    return {};
  });
}

Result<std::vector<user::WaitingNotice>> SociOutbox::of(const Conversation& conversation, std::size_t limit) {
  return guarded(log_, [&]() -> Result<std::vector<user::WaitingNotice>> {
    std::vector<user::WaitingNotice> rows;
    auto& row = db_.run(
        "SELECT ordinal, once_key, frame, to_members, to_users FROM notice_outbox WHERE conversation = :conversation "
        "ORDER BY ordinal LIMIT :n",
        "nttnt", conversation.name(), limit);
    while (row.next()) {
      auto frame = wire::decode_record(row.text(2));
      if (!frame) throw StoreFailure{.code = 11, .reason = "a damaged frame in the outbox: " + frame.error().detail};
      rows.push_back({.ordinal = row.number(0),
                      .notice = {.once = row.text(1),
                                 .frame = std::move(*frame),
                                 .to_members = row.number(3) != 0,
                                 .to = split_by_lines(row.text(4))}});
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
      if (!name) throw StoreFailure{.code = 11, .reason = "a damaged name of a conversation in the outbox"};
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

}  // namespace godwit::engine::sqlite
