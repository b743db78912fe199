#include <algorithm>
#include <charconv>
#include <cmath>

#include "offline/inbox_stream.hpp"
#include "offline/role.hpp"
#include "wire/frame.hpp"
#include "wire/page.hpp"
#include "wire/reply.hpp"

namespace godwit::offline {
namespace {

constexpr std::string_view kList = "offline";

/// Where the page before ended, and what is known of completeness since the first page.
struct PageStart {
  Millis time = 0;
  std::string conversation;
  Seq seq = 0;
  bool complete = true;
  bool first = true;
};

/// `known`: of which life of the inbox the device knows, where it says so.
Result<PageStart> page_start(const std::string& cursor, const std::optional<std::string>& known,
                             const std::string& epoch) {
  PageStart start;
  if (known && known->contains('\0')) return fail(Code::bad_parameter, "epoch is not well-formed");
  if (cursor.empty()) {
    start.complete = !known || known->empty() || *known == epoch;
    return start;
  }
  TRY(const auto fields, wire::read_cursor(kList, cursor, 4));
  const auto number = [](const std::string& text, auto& out) {
    std::from_chars(text.data(), text.data() + text.size(), out);
  };
  number(fields[0], start.time);
  start.conversation = fields[1];
  number(fields[2], start.seq);
  start.complete = fields[3] == "1";
  start.first = false;
  return start;
}

bool readable_between(const Row& row, Seq after, Seq up_to) { return row.ranges.last_readable(up_to) > after; }

/// Everything that may hold entries for the page; notes what expired before the device came for it.
std::vector<InboxStream> open_streams(std::vector<Row> rows, Millis since, PageStart& start) {
  std::vector<InboxStream> streams;
  for (auto& row : rows) {
    if (!readable_between(row, row.cursor, row.head.seq)) continue;
    if (start.first && readable_between(row, row.cursor, std::min(row.floor, row.head.seq))) start.complete = false;
    if (row.head.time < since) {
      if (start.first) start.complete = false;
      continue;
    }
    const auto& name = row.conversation.name();
    auto after = std::max(row.cursor, row.floor);
    auto from = since;
    if (name == start.conversation)
      after = std::max(after, start.seq);
    else if (!start.first)
      from = std::max(since, start.time + (name < start.conversation ? 1 : 0));
    streams.emplace_back(std::move(row), after, from);
  }
  return streams;
}

/// Reads on until every stream that is not at its end has something.
Task<Result<void>> fill(Timeline& timeline, std::vector<InboxStream*> streams, std::size_t limit) {
  for (;;) {
    std::erase_if(streams, [](const InboxStream* stream) { return !stream->needs_more(); });
    if (streams.empty()) co_return Result<void>();
    std::vector<Span> spans;
    for (const auto* stream : streams) spans.push_back(stream->wanted(limit));
    CO_TRY(auto slices, co_await timeline.read(std::move(spans)));
    for (std::size_t i = 0; i < streams.size(); ++i) streams[i]->take(std::move(slices[i]));
  }
}

bool own(const Message& message, const Identity& who) {
  return !message.sender_device.str().empty() && message.sender_device == who.device &&
         message.sender == who.user.str();
}

/// How much to read of each of `streams` at first: its share of the page and what chance adds to that, so that going
/// back for more stays rare; one beyond the page tells whether there is a next one.
std::size_t piece_of(std::size_t limit, std::size_t streams) {
  const auto share = static_cast<double>(limit) / static_cast<double>(std::max<std::size_t>(streams, 1));
  return std::min(limit, static_cast<std::size_t>(share + 3 * std::sqrt(share))) + 1;
}

struct Page {
  std::string json = R"({"items":[)";
  std::size_t count = 0;
  std::string next;
};

/// Merges the streams, oldest first, into the page.
Task<Result<Page>> merge(Timeline& timeline, std::vector<InboxStream*> streams, const Identity& who, std::size_t limit,
                         std::size_t bytes, std::size_t piece, const bool& complete) {
  const auto later = [](const InboxStream* a, const InboxStream* b) { return a->place() > b->place(); };
  std::erase_if(streams, [](const InboxStream* stream) { return stream->empty(); });
  std::make_heap(streams.begin(), streams.end(), later);
  Page page;
  Place last;
  std::string last_conversation;
  while (!streams.empty()) {
    std::pop_heap(streams.begin(), streams.end(), later);
    auto* const stream = streams.back();
    if (const auto& message = stream->front(); !own(message, who)) {
      if (page.count == limit || page.json.size() >= bytes) {
        page.next = wire::make_cursor(
            kList, {std::to_string(last.time), last_conversation, std::to_string(last.seq), complete ? "1" : "0"});
        break;
      }
      if (page.count++ > 0) page.json += ',';
      wire::append(page.json, message, who.user);
      last = {message.time, {}, message.seq};
      last_conversation = message.conversation.name();
    }
    stream->pop();
    if (stream->needs_more()) CO_CHECK(co_await fill(timeline, {stream}, piece));
    if (stream->empty())
      streams.pop_back();
    else
      std::push_heap(streams.begin(), streams.end(), later);
  }
  co_return page;
}

}  // namespace

/// To a device whose login could not, or which was forgotten: with nothing acknowledged, as it is shown this page.
/// Where that cannot be written now, it is shown the same the next time.
Task<void> OfflineRole::give_place(Stores from, const Identity& who) {
  std::vector<Acknowledged> one;
  one.push_back({.user = who.user, .device = who.device, .positions = {}});
  (void)co_await from.cursors->advance(std::move(one));
}

Task<gateway::Answer> OfflineRole::pull_inbox(gateway::Call& call) {
  CO_TRY(const auto query, wire::page_query(call.query, 1000));
  CO_TRY(const auto known, wire::text_query(call.query, "epoch"));
  CO_TRY(const auto epoch, co_await timeline_.epoch());
  CO_TRY(auto start, page_start(query.cursor, known, epoch));
  CO_TRY(const auto from, co_await settled());
  CO_TRY(auto own, co_await from.cursors->rows(call.who.user, call.who.device));
  if (!own.known) co_await give_place(from, call.who);
  auto streams = open_streams(std::move(own.rows), alive_since(), start);
  std::vector<InboxStream*> all;
  for (auto& stream : streams) all.push_back(&stream);

  const auto piece = piece_of(query.limit, streams.size());
  CO_CHECK(co_await fill(*from.timeline, all, piece));
  if (start.first && std::ranges::any_of(streams, &InboxStream::lost)) start.complete = false;
  CO_TRY(auto page, co_await merge(*from.timeline, all, call.who, query.limit, settings_.page_bytes,
                                   std::max<std::size_t>(piece, 16), start.complete));
  pulled_.add(page.count);
  page.json += R"(],"next":)";
  if (page.next.empty())
    page.json += "null";
  else
    page.json += '"' + page.next + '"';
  page.json += R"(,"epoch":")" + epoch + '"';
  page.json += start.complete ? R"(,"complete":true})" : R"(,"complete":false})";
  co_return wire::reply(200, std::move(page.json));
}

}  // namespace godwit::offline
