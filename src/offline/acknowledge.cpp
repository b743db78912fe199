#include <algorithm>

#include "offline/role.hpp"
#include "wire/json.hpp"
#include "wire/reply.hpp"

namespace godwit::offline {
namespace {

constexpr std::size_t kMostAcks = 200;

}  // namespace

Task<Result<void>> OfflineRole::acknowledge(const UserKey& user, const DeviceId& device,
                                            const Conversation& conversation, Seq seq) {
  // The usual acknowledgement is of something that stands in the timeline already: no need to wait for what came since.
  CO_TRY(auto known, co_await cursors_.row(user, conversation));
  if (!known || known->head.seq < seq) {
    CO_TRY(known, co_await own_row(user, conversation));
  }
  CursorStore::Positions positions{{conversation, std::min(seq, known->head.seq)}};
  co_return co_await cursors_.advance(user, device, std::move(positions));
}

Task<gateway::Answer> OfflineRole::post_acks(gateway::Call& call) {
  CO_TRY(auto fields, wire::Fields::parse(call.http.body));
  const auto names = fields.names();
  if (names.size() > kMostAcks)
    co_return invalid_field("body", "at most " + std::to_string(kMostAcks) + " conversations at once");
  std::vector<std::pair<std::string, Seq>> wanted;
  for (const auto& name : names) {
    const auto seq = fields.integer(name);
    if (seq < 0) fields.reject(name, "must not be negative");
    wanted.emplace_back(name, static_cast<Seq>(seq));
  }
  CO_CHECK(fields.verdict());
  CursorStore::Positions positions;
  for (const auto& [name, seq] : wanted) {
    const auto conversation = Conversation::from_view(name, call.who.user);
    if (!conversation) co_return fail(Code::not_found, "no such conversation: " + name);
    auto row = co_await own_row(call.who.user, *conversation);
    if (!row && row.error().code == Code::not_found) co_return fail(Code::not_found, "no such conversation: " + name);
    CO_CHECK(row);
    positions.emplace_back(*conversation, std::min(seq, row->head.seq));
  }
  CO_CHECK(co_await cursors_.advance(call.who.user, call.who.device, std::move(positions)));
  co_return wire::no_content();
}

}  // namespace godwit::offline
