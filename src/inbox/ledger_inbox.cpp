#include "inbox/ledger_inbox.hpp"

#include <algorithm>
#include <set>

namespace godwit::inbox {

using offline::Row;
using offline::Slice;
using offline::Span;
using offline::UserPositions;
using offline::UserRows;

namespace {
constexpr std::size_t kAnswerBytes = 1 << 20;
constexpr std::size_t kPiece = 1000;  // rows read at a time where recalls are looked for

std::unexpected<Error> read_only() {
  return fail(Code::unavailable, "the inbox is read from the ledger for now: nothing is written to it");
}

std::size_t bytes_of(const Message& message) { return 256 + message.text.size(); }

std::map<Conversation, Seq> map_of(const UserPositions::Of& of) { return {of.begin(), of.end()}; }
Seq at(const std::map<Conversation, Seq>& positions, const Conversation& conversation) {
  const auto found = positions.find(conversation);
  return found == positions.end() ? 0 : found->second;
}

Row row_of(const Conversation& conversation, const ReadingRights& rights, const LedgerRefill::Reach& reach) {
  return {.conversation = conversation,
          .ranges = rights.ranges(),
          .left_at = rights.left_at(),
          .head = reach.head,
          .floor = reach.floor};
}
}  // namespace

Task<Result<std::vector<Slice>>> LedgerInbox::read(std::vector<Span> spans) {
  std::vector<Slice> slices;
  std::size_t bytes = 0;
  for (auto& span : spans) {
    if (bytes >= kAnswerBytes) {
      slices.push_back({.items = {}, .more = true});
      continue;
    }
    CO_TRY(auto slice, co_await read(std::move(span), bytes));
    slices.push_back(std::move(slice));
  }
  co_return slices;
}

/// Reads one more than is asked for: it tells whether the span goes on.
Task<Result<Slice>> LedgerInbox::read(Span span, std::size_t& bytes) {
  Slice slice;
  dispatch::Stretch stretch{
      .conversation = span.conversation, .after = span.after, .before = span.before, .limit = 0, .newest = span.newest};
  for (bool end = false; !end && slice.items.size() <= span.limit;) {
    stretch.limit = span.limit + 1 - slice.items.size();
    CO_TRY(auto piece, co_await ledger_.tail(stretch));
    end = span.newest || piece.size() < stretch.limit;
    for (auto& message : piece) {
      stretch.after = message->seq;
      if (message->time >= span.since)
        slice.items.push_back(std::move(message));
      else
        slice.older = slice.older || !span.newest;
    }
  }
  const auto over = [&] { return slice.items.size() > span.limit || bytes >= kAnswerBytes; };
  if (slice.items.size() > span.limit) {
    slice.items.erase(span.newest ? slice.items.begin() : slice.items.end() - 1);
    slice.more = true;
  }
  std::size_t kept = 0;
  for (; kept < slice.items.size() && !over(); ++kept) bytes += bytes_of(*slice.items[kept]);
  if (kept < slice.items.size() && !span.newest) {
    slice.items.resize(kept);
    slice.more = true;
  }
  CO_CHECK(co_await take_recalled_out(span.conversation, slice.items));
  co_return slice;
}

/// A recall is a message of its own behind what it recalls, and the ledger's rows keep their texts.
Task<Result<void>> LedgerInbox::take_recalled_out(const Conversation& conversation, std::vector<MessagePtr>& items) {
  if (std::ranges::none_of(items, [](const MessagePtr& message) { return is_chat(message->type); }))
    co_return Result<void>();
  std::set<Seq> recalled;
  Seq after = items.front()->seq;
  for (std::size_t looked = 0;;) {
    CO_TRY(const auto piece, co_await ledger_.tail({.conversation = conversation, .after = after, .limit = kPiece}));
    for (const auto& message : piece)
      if (message->type == Type::recalled) recalled.insert(message->target_seq);
    looked += piece.size();
    if (piece.size() < kPiece) break;
    if (looked >= kLookedThrough) co_return fail(Code::unavailable, "too much has been sent to look for recalls");
    after = piece.back()->seq;
  }
  for (auto& message : items)
    if (recalled.contains(message->seq) && is_chat(message->type))
      message = std::make_shared<const Message>(without_text(*message));
  co_return Result<void>();
}

Task<Result<offline::Head>> LedgerInbox::head(const Conversation& conversation) {
  std::vector<Conversation> one{conversation};
  CO_TRY(const auto reaches, co_await refill_.reach(std::move(one)));
  co_return reaches.front().head;
}

/// As of the head, which is read first: what was committed since belongs to a later moment.
Task<Result<offline::OpenReaders>> LedgerInbox::readers(const Conversation& conversation) {
  CO_TRY(const auto last, co_await head(conversation));
  std::map<UserKey, ReadingRights> rights;
  CO_TRY(const auto stays, co_await refill_.stays(conversation));
  for (const auto& [user, event] : stays)
    if (event.seq() <= last.seq) rights[user].add(event);
  offline::OpenReaders open{.users = {}, .seq = last.seq};
  for (const auto& [user, own] : rights)
    if (own.open()) open.users.push_back(user);
  co_return open;
}

/// After the heads were read: a leave is committed before what follows it, so none that a head is beyond is missing.
Task<Result<void>> LedgerInbox::add_leaves(UserKey user, std::map<Conversation, ReadingRights>& rights) {
  CO_TRY(const auto stays, co_await ledger_.stays({.user = std::move(user), .conversations = {}}));
  for (const auto& stay : stays)
    if (const auto of = rights.find(stay.conversation); of != rights.end()) of->second.add(stay.event);
  co_return Result<void>();
}

Task<Result<UserRows>> LedgerInbox::rows(const UserKey& user, const DeviceId& device) {
  CO_TRY(const auto kept, co_await refill_.of_user(user));
  std::map<Conversation, ReadingRights> rights;
  for (const auto& [conversation, event] : kept.stays) rights[conversation].add(event);
  std::vector<Conversation> conversations;
  for (const auto& [conversation, own] : rights) conversations.push_back(conversation);
  CO_TRY(const auto reaches, co_await refill_.reach(std::move(conversations)));
  CO_CHECK(co_await add_leaves(user, rights));
  const auto read = map_of(kept.positions.read);
  const auto& devices = kept.positions.devices;
  const auto place = std::ranges::find(devices, device, &UserPositions::Device::id);
  const auto cursors = place == devices.end() ? std::map<Conversation, Seq>() : map_of(place->cursors);
  UserRows found{.rows = {}, .known = device.empty() || place != devices.end()};
  for (const auto& [conversation, own] : rights) {
    auto& row = found.rows.emplace_back(row_of(conversation, own, reaches[found.rows.size()]));
    row.read = at(read, conversation);
    row.cursor = at(cursors, conversation);
  }
  co_return found;
}

Task<Result<std::optional<Row>>> LedgerInbox::row(const UserKey& user, const Conversation& conversation) {
  CO_TRY(const auto kept, co_await refill_.of_user(user));
  std::map<Conversation, ReadingRights> rights;
  for (const auto& [where, event] : kept.stays)
    if (where == conversation) rights[where].add(event);
  if (rights.empty()) co_return std::nullopt;
  std::vector<Conversation> one{conversation};
  CO_TRY(const auto reaches, co_await refill_.reach(std::move(one)));
  CO_CHECK(co_await add_leaves(user, rights));
  auto row = row_of(conversation, rights.at(conversation), reaches.front());
  row.read = at(map_of(kept.positions.read), conversation);
  co_return row;
}

Task<Result<std::vector<Seq>>> LedgerInbox::read_positions(Readers readers) {
  std::map<UserKey, std::map<Conversation, Seq>> known;
  std::vector<Seq> positions;
  for (const auto& [user, conversation] : readers) {
    auto [own, fresh] = known.try_emplace(user);
    if (fresh) {
      CO_TRY(const auto loaded, co_await positions_.load(user));
      own->second = map_of(loaded.read);
    }
    positions.push_back(at(own->second, conversation));
  }
  co_return positions;
}

Task<Result<bool>> LedgerInbox::knows_device(const UserKey& user, const DeviceId& device) {
  return positions_.knows_device(user, device);
}

Task<Result<void>> LedgerInbox::put(std::span<const MessagePtr>) { co_return read_only(); }
Task<Result<offline::Timeline::Sweep>> LedgerInbox::expire(Millis, std::size_t) { co_return read_only(); }
Task<Result<offline::CursorStore::Moved>> LedgerInbox::set_read(const UserKey&, const Conversation&, Seq) {
  co_return read_only();
}
Task<Result<void>> LedgerInbox::adopt_device(const UserKey&, const DeviceId&) { co_return read_only(); }
Task<Result<std::vector<Result<offline::CursorStore::Standing>>>> LedgerInbox::standings(
    const std::vector<offline::Acknowledged>&) {
  co_return read_only();
}
Task<Result<void>> LedgerInbox::advance(std::vector<offline::Acknowledged>) { co_return read_only(); }

}  // namespace godwit::inbox
