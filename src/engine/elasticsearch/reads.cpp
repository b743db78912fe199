#include "engine/elasticsearch/reads.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <limits>

#include "engine/elasticsearch/document.hpp"
#include "engine/elasticsearch/put_batch.hpp"

namespace godwit::engine::elasticsearch {

namespace json = boost::json;

namespace {

constexpr Seq kLastSeq = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kMessagesAtOnce = 1000;
constexpr std::size_t kStaysAtOnce = 5000;

json::object term(std::string_view field, std::string_view value) { return {{"term", {{field, value}}}}; }

json::object seqs(std::string_view from, Seq low, std::string_view to, Seq high) {
  return {{"range", {{"seq", {{from, std::min(low, kLastSeq)}, {to, std::min(high, kLastSeq)}}}}}};
}

json::object all_of(json::array filter) { return {{"bool", {{"filter", std::move(filter)}}}}; }

}  // namespace

Task<Result<MessagePtr>> find_message(Cluster& cluster, MessageId id) {
  if (id.empty()) co_return MessagePtr();
  CO_TRY(auto found, co_await get_documents(cluster, {id.str()}));
  co_return found.empty() ? MessagePtr() : std::move(found.begin()->second);
}

/// As many requests as the window's limit needs.
Task<Result<std::vector<MessagePtr>>> read_page(Cluster& cluster, Conversation conversation, archive::Window window) {
  std::vector<MessagePtr> messages;
  if (window.after >= kLastSeq) co_return messages;
  CO_CHECK(co_await cluster.refreshed());
  while (messages.size() < window.limit) {
    const auto size = std::min(window.limit - messages.size(), kMessagesAtOnce);
    const auto high = window.before == 0 || window.before > kLastSeq ? kLastSeq : window.before - 1;
    json::object body{
        {"size", size},
        {"track_total_hits", false},
        {"_source", json::array{"record"}},
        {"sort", json::array{json::object{{"seq", window.newest ? "desc" : "asc"}}}},
        {"query", all_of({term("conversation", conversation.name()), seqs("gt", window.after, "lte", high)})}};
    CO_TRY(const auto answer, co_await cluster.read("_search?filter_path=timed_out,_shards,hits.hits._source", body));
    const auto& hits = array_at(answer, "/hits/hits");
    for (const auto& hit : hits) {
      CO_TRY(auto message, message_of(hit.at("_source")));
      messages.push_back(std::move(message));
    }
    if (hits.size() < size) break;
    (window.newest ? window.before : window.after) = messages.back()->seq;
  }
  if (window.newest) std::ranges::reverse(messages);
  co_return messages;
}

Task<Result<std::uint64_t>> count_others(Cluster& cluster, Conversation conversation, UserKey user, Seq after,
                                         Seq up_to) {
  if (after >= up_to || after >= kLastSeq) co_return 0;
  CO_CHECK(co_await cluster.refreshed());
  json::object query = all_of({term("conversation", conversation.name()), json::object{{"term", {{"chat", true}}}},
                               seqs("gt", after, "lte", up_to)});
  query["bool"].as_object()["must_not"] = json::array{term("sender", user.str())};
  CO_TRY(const auto answer, co_await cluster.read("_count", {{"query", std::move(query)}}));
  const auto count = number_at(answer, "/count");
  if (!count) co_return fail(Code::unavailable, "a count without a number");
  co_return static_cast<std::uint64_t>(*count);
}

Task<Result<ReadRanges>> read_ranges(Cluster& cluster, Conversation conversation, UserKey user) {
  if (conversation.kind() != Conversation::Kind::group) {
    if (!conversation.names(user)) co_return ReadRanges();
    CO_TRY(const auto any, co_await read_page(cluster, conversation, {.limit = 1}));
    co_return any.empty() ? ReadRanges() : ReadRanges({{.from = 1, .to = 0}});
  }
  CO_CHECK(co_await cluster.refreshed());
  CO_TRY(const auto rights, co_await read_group_rights(cluster, user, conversation));
  co_return rights.empty() ? ReadRanges() : rights.begin()->second.ranges();
}

/// A hit's `sort` says where, its `matched_queries` whether one joined or left, so no source is read: a message that
/// founds a group of thousands names them all.
Task<Result<GroupRights>> read_group_rights(Cluster& cluster, UserKey user, std::optional<Conversation> only) {
  const auto named = [&](std::string_view field) {
    return json::object{{"term", {{field, {{"value", user.str()}, {"_name", field}}}}}};
  };
  json::object query{{"bool", {{"should", json::array{named("joined"), named("left")}}, {"minimum_should_match", 1}}}};
  if (only) query["bool"].as_object()["filter"] = json::array{term("conversation", only->name())};
  json::object body{{"size", kStaysAtOnce},
                    {"track_total_hits", false},
                    {"_source", false},
                    {"sort", json::array{json::object{{"conversation", "asc"}}, json::object{{"seq", "asc"}}}},
                    {"query", std::move(query)}};
  GroupRights rights;
  for (;;) {
    CO_TRY(
        const auto answer,
        co_await cluster.read("_search?filter_path=timed_out,_shards,hits.hits.sort,hits.hits.matched_queries", body));
    const auto& hits = array_at(answer, "/hits/hits");
    for (const auto& hit : hits) {
      const auto seq = static_cast<Seq>(number_at(hit, "/sort/1").value_or(0));
      auto& of = rights[std::string(text_at(hit, "/sort/0"))];
      for (const auto& way : array_at(hit, "/matched_queries"))
        of.add(way == "joined" ? StayEvent::join(seq) : StayEvent::leave(seq, 0));
    }
    if (hits.size() < kStaysAtOnce) co_return rights;
    body["search_after"] = *at(hits.back(), "/sort");
  }
}

}  // namespace godwit::engine::elasticsearch
