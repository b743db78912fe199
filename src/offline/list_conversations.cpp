#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>

#include "offline/role.hpp"
#include "wire/frame.hpp"
#include "wire/page.hpp"
#include "wire/reply.hpp"

namespace godwit::offline {
namespace {

constexpr std::string_view kList = "conversations";

/// Of the last message that the row's user may read.
Millis last_time(const Row& row) { return row.left_at != 0 ? row.left_at : row.head.time; }
Seq last_seq(const Row& row) { return row.ranges.last_readable(row.head.seq); }

bool more_recent(const Row& a, const Row& b) {
  return std::forward_as_tuple(last_time(a), a.conversation.name()) >
         std::forward_as_tuple(last_time(b), b.conversation.name());
}

/// The `limit` rows behind `cursor`, most recent first; `next` set where there are more.
Result<std::vector<Row>> page_of(std::vector<Row> rows, const wire::PageQuery& query, std::string& next) {
  std::erase_if(rows, [](const Row& row) { return last_seq(row) == 0; });
  if (!query.cursor.empty()) {
    TRY(const auto fields, wire::read_cursor(kList, query.cursor, 2));
    Millis time = 0;
    std::from_chars(fields[0].data(), fields[0].data() + fields[0].size(), time);
    std::erase_if(rows, [&](const Row& row) {
      return std::forward_as_tuple(last_time(row), row.conversation.name()) >= std::forward_as_tuple(time, fields[1]);
    });
  }
  const auto count = std::min(query.limit, rows.size());
  std::partial_sort(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(count), rows.end(), more_recent);
  if (count < rows.size())
    next = wire::make_cursor(kList, {std::to_string(last_time(rows[count - 1])), rows[count - 1].conversation.name()});
  rows.resize(count);
  return rows;
}

struct Cards {
  std::vector<Card> users, groups;
};

Task<Result<Cards>> cards_of(user::Service& users, const std::vector<Row>& rows, const UserKey& viewer) {
  std::vector<UserKey> peers;
  std::vector<GroupKey> groups;
  for (const auto& row : rows) {
    if (row.conversation.kind() == Conversation::Kind::direct) peers.push_back(row.conversation.peer_of(viewer));
    if (row.conversation.kind() == Conversation::Kind::group) groups.push_back(row.conversation.group());
  }
  Cards cards;
  if (!peers.empty()) {
    CO_TRY(cards.users, co_await users.user_cards(peers));
  }
  if (!groups.empty()) {
    CO_TRY(cards.groups, co_await users.group_cards(groups));
  }
  for (std::size_t i = 0; i < peers.size(); ++i) cards.users[i].key = peers[i].str();
  for (std::size_t i = 0; i < groups.size(); ++i) cards.groups[i].key = groups[i].str();
  co_return cards;
}

/// Which of the shapes of a conversation the item has.
std::string_view kind_of(const Conversation& conversation) {
  if (conversation.kind() == Conversation::Kind::direct) return "person";
  return conversation.kind() == Conversation::Kind::group ? "group" : "notices";
}

/// How far the other person has read, row by row: as far as they tell, which is what a 302 would have told. Of who is
/// no friend, or blocks or is blocked, nothing is told: 0.
Task<Result<std::vector<Seq>>> peers_read(user::Service& users, CursorStore& cursors, const std::vector<Row>& rows,
                                          const UserKey& viewer) {
  CO_TRY(const auto awake, co_await users.awake_friends(viewer));
  const std::set<UserKey> telling(awake->begin(), awake->end());
  CursorStore::Readers readers;
  std::vector<std::size_t> at;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].conversation.kind() != Conversation::Kind::direct) continue;
    auto peer = rows[i].conversation.peer_of(viewer);
    if (!telling.contains(peer)) continue;
    readers.emplace_back(std::move(peer), rows[i].conversation);
    at.push_back(i);
  }
  std::vector<Seq> read(rows.size());
  if (readers.empty()) co_return read;
  CO_TRY(const auto positions, co_await cursors.read_positions(std::move(readers)));
  for (std::size_t i = 0; i < at.size(); ++i) read[at[i]] = positions[i];
  co_return read;
}

std::vector<Span> last_spans(const std::vector<Row>& rows) {
  std::vector<Span> spans;
  for (const auto& row : rows) {
    spans.push_back({.conversation = row.conversation,
                     .after = row.ranges.first_readable() - 1,
                     .before = last_seq(row) + 1,
                     .limit = 1,
                     .newest = true});
  }
  return spans;
}

}  // namespace

Task<Result<MessagePtr>> OfflineRole::last_of(Stores from, const Row& row, Slice slice) {
  if (!slice.items.empty()) co_return std::move(slice.items.back());
  if (slice.more) {  // the answer was full before it came to this one
    CO_TRY(auto slices, co_await from.timeline->read(last_spans({row})));
    if (!slices.front().items.empty()) co_return std::move(slices.front().items.back());
  }
  co_return co_await archive_.last_up_to(row.conversation, last_seq(row));
}

Task<gateway::Answer> OfflineRole::list_conversations(gateway::Call& call) {
  const auto& viewer = call.who.user;
  CO_TRY(const auto query, wire::page_query(call.query));
  CO_TRY(const auto from, co_await settled());
  CO_TRY(auto own, co_await from.cursors->rows(viewer, DeviceId()));
  std::string next;
  CO_TRY(const auto rows, page_of(std::move(own.rows), query, next));
  CO_TRY(auto cards, co_await cards_of(users_, rows, viewer));
  CO_TRY(const auto peers, co_await peers_read(users_, *from.cursors, rows, viewer));
  CO_TRY(auto slices, co_await from.timeline->read(last_spans(rows)));

  wire::JsonWriter json;
  json.begin_object().key("items").begin_array();
  auto peer = cards.users.begin(), group = cards.groups.begin();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& row = rows[i];
    CO_TRY(const auto last, co_await last_of(from, row, std::move(slices[i])));
    CO_TRY(const auto unread, co_await unread_of(from, viewer, row));
    json.begin_object()
        .field("kind", kind_of(row.conversation))
        .field("conversation", row.conversation.seen_by(viewer));
    if (row.conversation.kind() == Conversation::Kind::direct) write(json.key("peer"), *peer++);
    if (row.conversation.kind() == Conversation::Kind::group) write(json.key("group"), *group++);
    json.key("last");
    if (last)
      json.raw(wire::render(*last, viewer));
    else
      json.null();
    json.field("headSeq", last_seq(row)).field("readSeq", row.read).field("unread", unread);
    if (row.conversation.kind() == Conversation::Kind::direct) json.field("peerReadSeq", peers[i]);
    json.end_object();
  }
  json.end_array().key("next");
  if (next.empty())
    json.null();
  else
    json.string(next);
  json.end_object();
  co_return wire::reply(200, json.take());
}

}  // namespace godwit::offline
