#include <algorithm>

#include "offline/role.hpp"
#include "wire/json.hpp"
#include "wire/reply.hpp"

namespace godwit::offline {
namespace {

constexpr std::size_t kMostAcks = 200;

using Standings = std::vector<Result<CursorStore::Standing>>;

/// The usual acknowledgement is of something that stands in the timeline already: no need to wait for what came since.
bool all_there(const std::vector<Acknowledged>& devices, const Standings& standings) {
  std::size_t i = 0;
  for (const auto& device : devices) {
    for (const auto& position : device.positions) {
      const auto& standing = standings[i++];
      if (!standing && standing.error().code == Code::not_found) return false;
      if (standing && standing->head < position.second) return false;
    }
  }
  return true;
}

/// Cuts at the heads, and drops what is unknown, damaged, or behind the cursor anyway.
void cut(std::vector<Acknowledged>& devices, const Standings& standings) {
  std::size_t i = 0;
  for (auto& device : devices) {
    std::erase_if(device.positions, [&](auto& position) {
      const auto& standing = standings[i++];
      if (!standing) return true;
      position.second = std::min(position.second, standing->head);
      return position.second <= standing->cursor;
    });
  }
  std::erase_if(devices, [](const Acknowledged& device) { return device.positions.empty(); });
}

}  // namespace

Task<Result<void>> OfflineRole::acknowledge(std::vector<Acknowledged> devices) {
  CO_TRY(auto standings, co_await cursors_.standings(devices));
  Result<void> settled;
  if (!all_there(devices, standings)) {
    settled = co_await bus_.settled(dispatch::Topic::offline);
    if (settled) {
      CO_TRY(standings, co_await cursors_.standings(devices));
    }
  }
  cut(devices, standings);
  if (!devices.empty()) {
    CO_CHECK(co_await cursors_.advance(std::move(devices)));
  }
  co_return settled;
}

Task<Result<void>> OfflineRole::acknowledge_own(Acknowledged own) {
  std::vector<Acknowledged> devices;
  devices.push_back(std::move(own));
  CO_TRY(auto standings, co_await cursors_.standings(devices));
  if (!all_there(devices, standings)) {
    CO_CHECK(co_await bus_.settled(dispatch::Topic::offline));
    CO_TRY(standings, co_await cursors_.standings(devices));
  }
  const auto& device = devices.front();
  for (std::size_t i = 0; i < standings.size(); ++i) {
    if (standings[i]) continue;
    if (standings[i].error().code != Code::not_found) co_return std::unexpected(std::move(standings[i]).error());
    const auto& conversation = device.positions[i].first;
    // A friend without messages has no row.
    const auto row = co_await own_row(device.user, conversation);
    if (!row && row.error().code == Code::not_found)
      co_return fail(Code::not_found, "no such conversation: " + conversation.seen_by(device.user));
    CO_CHECK(row);
  }
  cut(devices, standings);
  if (!devices.empty()) {
    CO_CHECK(co_await cursors_.advance(std::move(devices)));
  }
  co_return Result<void>();
}

Task<gateway::Answer> OfflineRole::post_acks(gateway::Call& call) {
  CO_TRY(auto fields, wire::Fields::parse(call.body));
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
  Acknowledged own{.user = call.who.user, .device = call.who.device, .positions = {}};
  for (const auto& [name, seq] : wanted) {
    auto conversation = Conversation::from_view(name, call.who.user);
    if (!conversation) co_return fail(Code::not_found, "no such conversation: " + name);
    own.positions.emplace_back(std::move(*conversation), seq);
  }
  CO_CHECK(co_await acknowledge_own(std::move(own)));
  co_return wire::no_content();
}

}  // namespace godwit::offline
