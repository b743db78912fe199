#include "inbox/kept_cursors.hpp"

#include "base/planted.hpp"

namespace godwit::inbox {

using offline::Positions;

namespace {
constexpr Millis kAway = 1000;  // before a store that did not answer is asked by a login again

std::unexpected<Error> too_many() { return fail(Code::unavailable, "too many positions wait to be kept"); }
}  // namespace

Task<Result<offline::CursorStore::Moved>> KeptCursors::set_read(const UserKey& user, const Conversation& conversation,
                                                                Seq seq) {
  CO_TRY(const auto moved, co_await store_.set_read(user, conversation, seq));
  if (!moved.moved) co_return moved;
  std::vector<Positions::Move> one;
  one.push_back({.user = user, .device = {}, .conversation = conversation, .seq = moved.read});
  if (!behind_.note(std::move(one))) co_return too_many();
  co_return moved;
}

Task<Result<void>> KeptCursors::advance(std::vector<offline::Acknowledged> devices) {
  std::vector<Positions::Move> moves;
  for (const auto& [user, device, positions] : devices)
    for (const auto& [conversation, seq] : positions)
      moves.push_back({.user = user, .device = device, .conversation = conversation, .seq = seq});
  if (planted(Bug::position_kept_ahead))
    for (auto& move : moves) move.seq += 3;
  CO_CHECK(co_await store_.advance(std::move(devices)));
  if (!behind_.note(std::move(moves))) co_return too_many();
  co_return Result<void>();
}

bool KeptCursors::there(const std::optional<Error>& error) {
  if (!error || error->code != Code::unavailable) return true;
  away_until_.store(clock_.now() + kAway, std::memory_order_relaxed);
  return false;
}

Task<Result<void>> KeptCursors::adopt_device(const UserKey& user, const DeviceId& device) {
  CO_CHECK(co_await positions_.adopt_device(user, device));
  if (away()) co_return Result<void>();
  const auto adopted = co_await store_.adopt_device(user, device);
  if (!adopted && there(adopted.error())) co_return adopted;
  co_return Result<void>();
}

Task<Result<bool>> KeptCursors::knows_device(const UserKey& user, const DeviceId& device) {
  if (!away()) {
    auto known = co_await store_.knows_device(user, device);
    if (known || there(known.error())) co_return known;
  }
  co_return co_await positions_.knows_device(user, device);
}

}  // namespace godwit::inbox
