#include "user/context.hpp"

#include "domain/text.hpp"

namespace godwit::user {
void sessions_ended(Context& context, std::span<const SessionId> ended) {
  for (const auto& id : ended) context.caches.forget_session(id);
  if (!ended.empty()) context.revocations.fetch_add(1);
  for (const auto& id : ended) context.services.node.close_session(id, node::Close::session_ended);
}

Result<void> Outgoing::add(Tables& tables, Notice notice) {
  notice.once = "notice/" + random_.id(26);
  conversations_.push_back(notice.frame.conversation);
  return tables.outbox.add(notice);
}

Task<void> Outgoing::announce(Context& context) {
  if (conversations_.size() > context.settings.notices_awaited) conversations_.resize(context.settings.notices_awaited);
  co_await context.announcer.announce(std::exchange(conversations_, {}));
}

Result<UserKey> key_of(std::string_view field, std::string_view text) {
  auto key = lower(text);
  if (!is_key(key))
    return invalid_field(std::string(field), "must have 3 to 32 of [a-z0-9._-] and start with a letter or digit");
  return UserKey(std::move(key));
}

GroupKey group_in_path(std::string_view text) { return GroupKey(lower(text)); }

Result<UserKey> key_in_path(std::string_view text) {
  auto key = lower(text);
  if (!is_key(key)) return fail(Code::not_found, "no such user");
  return UserKey(std::move(key));
}

}  // namespace godwit::user
