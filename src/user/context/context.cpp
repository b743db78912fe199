#include "user/context/context.hpp"

#include "domain/text.hpp"

namespace godwit::user {
Task<void> tell(Context& context, Outgoing& outgoing, const Error* failure) {
  // Where nobody knows whether it stands, forgetting what may be right is harmless.
  if (failure != nullptr && failure->code != Code::unavailable) co_return;
  if (auto changes = outgoing.take_changes(); !changes.empty())
    co_await context.publisher.publish(std::move(changes), failure == nullptr ? outgoing.ordinal() : 0);
  if (failure != nullptr) co_return;
  auto conversations = outgoing.take_conversations();
  if (conversations.size() > context.settings.notices_awaited) conversations.resize(context.settings.notices_awaited);
  co_await context.announcer.announce(std::move(conversations));
}

Task<Result<std::vector<bool>>> who_is_online(Context& context, std::vector<UserKey> users) {
  CO_TRY(const auto standings, co_await context.services.registry.standings(std::move(users)));
  std::vector<bool> online;
  for (const auto& standing : standings.users) online.push_back(standing.online);
  co_return online;
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
