#include <algorithm>
#include <charconv>

#include "archive/archive_role.hpp"
#include "base/utf8.hpp"
#include "domain/text.hpp"
#include "wire/frame.hpp"
#include "wire/page.hpp"
#include "wire/reply.hpp"

namespace godwit::archive {
namespace {

using gateway::Answer;
using gateway::Call;

constexpr std::size_t kFrameBytes = 384;  // a guess of one frame, for the buffer's first size
constexpr std::string_view kOlder = "o", kNewer = "n";

void append_next(std::string& out, std::string_view next) {
  out += "],\"next\":";
  next.empty() ? void(out += "null") : append_json_string(out, next);
  out += '}';
}

Result<Window> window_of_cursor(std::string_view cursor, const Conversation& conversation) {
  TRY(const auto fields, wire::read_cursor("history", cursor, 3));
  Seq seq = 0;
  const auto end = fields[2].data() + fields[2].size();
  const auto [behind, wrong] = std::from_chars(fields[2].data(), end, seq);
  if (fields[0] != conversation.name() || wrong != std::errc{} || behind != end || seq == 0)
    return fail(Code::bad_cursor);
  if (fields[1] == kOlder) return Window{.before = seq, .newest = true};
  return Window{.after = seq};
}

Result<Window> read_window(std::string_view asked, const Conversation& conversation) {
  TRY(const auto before, wire::number_query(asked, "before"));
  TRY(const auto after, wire::number_query(asked, "after"));
  TRY(const auto page, wire::page_query(asked));
  if (before && after) return fail(Code::bad_parameter, "before and after exclude each other");
  Window window{.newest = !after};
  if (after) window.after = static_cast<Seq>(*after);
  // Below 0 there is as little as below 1, but 0 means open.
  if (before) window.before = std::max<Seq>(static_cast<Seq>(*before), 1);
  if (!page.cursor.empty()) {
    TRY(window, window_of_cursor(page.cursor, conversation));
  }
  window.limit = page.limit;
  return window;
}

net::Reply history_reply(const HistoryPage& page, const Conversation& conversation, const UserKey& viewer,
                            bool older) {
  std::string out = "{\"items\":[";
  out.reserve(64 + page.items.size() * kFrameBytes);
  for (const auto& message : page.items) {
    if (&message != &page.items.front()) out += ',';
    wire::append(out, *message, viewer);
  }
  std::string next;
  if (page.more) {
    const auto seq = std::to_string(older ? page.items.front()->seq : page.items.back()->seq);
    next = wire::make_cursor("history", {conversation.name(), older ? kOlder : kNewer, seq});
  }
  append_next(out, next);
  return wire::reply(200, std::move(out));
}

Task<Answer> get_history(ArchiveRole& role, Call& call) {
  const auto conversation = Conversation::from_view(call.params.at(0), call.who.user);
  if (!conversation) co_return fail(Code::not_found);
  CO_TRY(const auto window, read_window(call.query, *conversation));
  CO_TRY(const auto page, co_await role.read_history(call.who.user, *conversation, window));
  co_return history_reply(page, *conversation, call.who.user, window.newest);
}

Result<SearchQuery> read_search(std::string_view asked, const UserKey& reader, std::size_t most_characters) {
  SearchQuery query;
  query.reader = reader;
  TRY(const auto text, wire::text_query(asked, "q"));
  if (!text || text->empty() || characters(*text) > most_characters) {
    return fail(Code::bad_parameter, "q must have 1 to " + std::to_string(most_characters) + " characters");
  }
  query.text = *text;
  TRY(const auto sender, wire::text_query(asked, "sender"));
  if (sender && !sender->empty()) query.sender = UserKey(lower(*sender));
  TRY(query.from, wire::number_query(asked, "from"));
  TRY(query.to, wire::number_query(asked, "to"));
  TRY(const auto page, wire::page_query(asked));
  query.limit = page.limit;
  if (!page.cursor.empty()) {
    TRY(auto fields, wire::read_cursor("search", page.cursor, 1));
    query.position = std::move(fields[0]);
  }
  TRY(const auto view, wire::text_query(asked, "conversation"));
  if (view && !view->empty()) {
    query.conversation = Conversation::from_view(*view, reader);
    if (!query.conversation) return fail(Code::not_found);
  }
  return query;
}

void append_hit(std::string& out, const Hit& hit, const UserKey& viewer) {
  out += "{\"message\":";
  wire::append(out, *hit.message, viewer);
  out += ",\"highlight\":[";
  for (const auto& range : hit.highlight) {
    if (&range != &hit.highlight.front()) out += ',';
    out += '[' + std::to_string(range.first) + ',' + std::to_string(range.second) + ']';
  }
  out += "]}";
}

Task<Answer> get_search(ArchiveRole& role, Call& call) {
  CO_TRY(auto query, read_search(call.query, call.who.user, role.settings().search_characters));
  CO_TRY(const auto hits, co_await role.search_messages(std::move(query)));
  std::string out = "{\"items\":[";
  out.reserve(64 + hits.items.size() * kFrameBytes);
  for (const auto& hit : hits.items) {
    if (&hit != &hits.items.front()) out += ',';
    append_hit(out, hit, call.who.user);
  }
  append_next(out, hits.position.empty() ? std::string{} : wire::make_cursor("search", {hits.position}));
  co_return wire::reply(200, std::move(out));
}

}  // namespace

std::vector<ArchiveRole::Calls::Binding> ArchiveRole::bindings() {
  return {
      {"GET", "/v1/conversations/{id}/messages", get_history},
      {"GET", "/v1/messages/search", get_search},
  };
}

}  // namespace godwit::archive
