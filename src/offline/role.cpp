#include "offline/role.hpp"

namespace godwit::offline {

OfflineRole::OfflineRole(Timeline& timeline, CursorStore& cursors, dispatch::Bus& bus, user::Service& users,
                         archive::Service& archive, dispatch::Service& dispatch, const Settings& settings,
                         const Clock& clock, Log& log, Metrics& metrics, Stores while_late)
    : timeline_(timeline),
      cursors_(cursors),
      while_late_(while_late),
      bus_(bus),
      users_(users),
      archive_(archive),
      dispatch_(dispatch),
      settings_(settings),
      clock_(clock),
      log_(log),
      pulled_(metrics.counter("godwit_inbox_pulled_total", "Entries handed out by /v1/offline.")),
      expired_(
          metrics.counter("godwit_inbox_expired_total", "Entries dropped because no device came for them in time.")),
      late_(
          metrics.counter("godwit_inbox_read_late_total",
                          "Reads of the inbox that were answered without what the bus fills: it was away or behind.")),
      counts_(settings.counted),
      self_(std::make_shared<OfflineRole*>(this)) {}

OfflineRole::~OfflineRole() { *self_ = nullptr; }

Millis OfflineRole::alive_since() const { return clock_.now() - std::chrono::milliseconds(settings_.keep).count(); }

Task<Result<void>> OfflineRole::adopt_device(const UserKey& user, const DeviceId& device) {
  return cursors_.adopt_device(user, device);
}

Task<Result<bool>> OfflineRole::knows_device(const UserKey& user, const DeviceId& device) {
  return cursors_.knows_device(user, device);
}

Task<Result<Stores>> OfflineRole::settled() {
  const auto done = co_await bus_.settled(dispatch::Topic::offline);
  if (done) co_return Stores{.timeline = &timeline_, .cursors = &cursors_};
  if (while_late_.timeline == nullptr || done.error().code != Code::unavailable)
    co_return std::unexpected(done.error());
  late_.add();
  co_return while_late_;
}

Task<Result<ReadRanges>> OfflineRole::ranges(const UserKey& user, const Conversation& conversation) {
  CO_TRY(const auto from, co_await settled());
  CO_TRY(auto row, co_await from.cursors->row(user, conversation));
  co_return row ? std::move(row->ranges) : ReadRanges();
}

Task<Result<OpenReaders>> OfflineRole::readers(const Conversation& conversation) {
  CO_TRY(const auto from, co_await settled());
  co_return co_await from.timeline->readers(conversation);
}

Task<Result<std::vector<MessagePtr>>> OfflineRole::tail(const Conversation& conversation, Seq after, Seq before,
                                                        std::size_t limit, bool newest) {
  CO_TRY(const auto from, co_await settled());
  std::vector<Span> spans{
      {.conversation = conversation, .after = after, .before = before, .limit = limit, .newest = newest}};
  CO_TRY(auto slices, co_await from.timeline->read(std::move(spans)));
  co_return std::move(slices.front().items);
}

Task<Result<Row>> OfflineRole::own_row(UserKey user, Conversation conversation) {
  CO_TRY(const auto from, co_await settled());
  CO_TRY(auto row, co_await from.cursors->row(user, conversation));
  if (row) co_return std::move(*row);
  Row empty;
  empty.conversation = conversation;
  if (conversation.kind() == Conversation::Kind::notices && conversation.names(user)) co_return empty;
  if (conversation.kind() == Conversation::Kind::direct && conversation.names(user)) {
    CO_TRY(const auto relation, co_await users_.relation(user, conversation.peer_of(user)));
    if (relation.friends) co_return empty;
  }
  co_return fail(Code::not_found, "no such conversation");
}

}  // namespace godwit::offline
