#include "archive/archive_role.hpp"

namespace godwit::archive {

using dispatch::Topic;

// What is asked about may have been answered a moment ago and still be on its way here. Each of these looks first and
// waits for the bus only where that can change the answer.

Task<Result<MessagePtr>> ArchiveRole::find(const MessageId& id) {
  CO_TRY(auto message, co_await store_.find(id));
  if (!message) {
    CO_CHECK(co_await bus_.settled(Topic::store));
    CO_TRY(message, co_await store_.find(id));
  }
  if (!message) co_return fail(Code::not_found);
  co_return message;
}

Task<Result<MessagePtr>> ArchiveRole::last_up_to(const Conversation& conversation, Seq seq) {
  const bool behind = !co_await bus_.caught_up(Topic::store);
  CO_TRY(auto message, co_await store_.last_up_to(conversation, seq));
  if (!behind || (message && message->seq == seq)) co_return message;
  CO_CHECK(co_await bus_.settled(Topic::store));
  co_return co_await store_.last_up_to(conversation, seq);
}

Task<Result<std::uint64_t>> ArchiveRole::count_chat(const Conversation& conversation, const UserKey& user, Seq after,
                                                    Seq up_to) {
  if (!co_await bus_.caught_up(Topic::store)) CO_CHECK(co_await last_up_to(conversation, up_to));
  co_return co_await store_.count_chat(conversation, user, after, up_to);
}

}  // namespace godwit::archive
