#include "engine/elasticsearch/search.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <span>
#include <utility>

#include "domain/text.hpp"
#include "engine/elasticsearch/document.hpp"
#include "engine/elasticsearch/reads.hpp"
#include "engine/elasticsearch/text_query.hpp"

namespace godwit::engine::elasticsearch {

namespace json = boost::json;

namespace {

constexpr std::size_t kStretchesAtOnce = 256;  // three clauses each; Elasticsearch takes 1,024 at least
constexpr std::size_t kMostAtOnce = 1000;      // of one answer; Elasticsearch gives 10,000 at most
constexpr std::size_t kMostMisses = 2000;      // in each part

/// Time, then id: one order for all messages.
using Moment = std::pair<Millis, std::string>;

struct Stretch {
  std::string conversation;
  ReadRange range;
};

/// "<time>.<id>"; nothing where it is not one.
std::optional<Moment> parse_position(std::string_view text) {
  Moment moment;
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + dot, moment.first);
  if (wrong != std::errc{} || end != text.data() + dot || moment.first < 0) return std::nullopt;
  moment.second = text.substr(dot + 1);
  return moment;
}

class Search {
 public:
  Search(Cluster& cluster, const archive::SearchQuery& query) : cluster_(cluster), query_(query), sought_(query.text) {}
  Task<Result<archive::Hits>> run();

 private:
  struct Found {
    Moment moment;
    archive::Hit hit;
  };

  [[nodiscard]] json::array common_filters() const;
  [[nodiscard]] json::object readable(std::span<const Stretch> stretches, bool first) const;
  Task<Result<std::vector<Stretch>>> stretches() const;
  Task<Result<void>> look_through(json::object body);
  Result<bool> look_at(const json::value& hit);
  Task<Result<void>> drop_unreadable();
  void cut();
  archive::Hits answer();

  Cluster& cluster_;
  const archive::SearchQuery& query_;
  const SoughtText sought_;
  std::optional<Moment> below_;  // only what is older
  std::vector<Found> found_;
  std::optional<Moment> known_from_;  // nothing newer was left out
};

/// The groups are read, then the texts, then the groups again: who left meanwhile does not read what came after.
Task<Result<archive::Hits>> Search::run() {
  if (!query_.position.empty() && !(below_ = parse_position(query_.position)))
    co_return fail(Code::bad_cursor, "not a position of this search");
  if (sought_.empty() || query_.limit == 0 || (query_.sender && !is_key(query_.sender->str())))
    co_return archive::Hits();
  CO_CHECK(co_await cluster_.refreshed());
  CO_TRY(const auto all, co_await stretches());
  std::span<const Stretch> rest(all);
  for (bool first = true; first || !rest.empty(); first = false) {
    const auto part = rest.first(std::min(rest.size(), kStretchesAtOnce));
    auto filters = common_filters();
    filters.push_back(readable(part, first));
    json::object body{{"track_total_hits", false},
                      {"_source", json::array{"record"}},
                      {"sort", json::array{json::object{{"time", "desc"}}, json::object{{"id", "desc"}}}},
                      {"query", {{"bool", {{"filter", std::move(filters)}}}}}};
    CO_CHECK(co_await look_through(std::move(body)));
    rest = rest.subspan(part.size());
  }
  cut();
  CO_CHECK(co_await drop_unreadable());
  co_return answer();
}

Task<Result<std::vector<Stretch>>> Search::stretches() const {
  std::vector<Stretch> all;
  if (query_.conversation && query_.conversation->kind() != Conversation::Kind::group) co_return all;
  CO_TRY(const auto rights, co_await read_group_rights(cluster_, query_.reader, query_.conversation));
  for (const auto& [conversation, of] : rights)
    for (const auto& range : of.ranges().spans()) all.push_back({conversation, range});
  co_return all;
}

json::array Search::common_filters() const {
  auto filters = text_filters(sought_);
  filters.push_back({{"term", {{"chat", true}}}});
  if (query_.conversation) filters.push_back({{"term", {{"conversation", query_.conversation->name()}}}});
  if (query_.sender) filters.push_back({{"term", {{"sender", query_.sender->str()}}}});
  json::object times;
  if (query_.from) times["gte"] = *query_.from;
  if (query_.to) times["lte"] = *query_.to;
  if (!times.empty()) filters.push_back({{"range", {{"time", std::move(times)}}}});
  return filters;
}

/// The first part has the conversations that name the reader, too.
json::object Search::readable(std::span<const Stretch> stretches, bool first) const {
  json::array any;
  if (first) any.push_back({{"term", {{"people", query_.reader.str()}}}});
  for (const auto& [conversation, range] : stretches) {
    json::object seqs{{"gte", range.from}};
    if (range.to != 0) seqs["lte"] = range.to;
    json::array both{json::object{{"term", {{"conversation", conversation}}}},
                     json::object{{"range", {{"seq", std::move(seqs)}}}}};
    any.push_back({{"bool", {{"filter", std::move(both)}}}});
  }
  return {{"bool", {{"should", std::move(any)}, {"minimum_should_match", 1}}}};
}

/// One more than the page takes tells whether anything is left.
Task<Result<void>> Search::look_through(json::object body) {
  std::size_t hits = 0, misses = 0;
  auto below = below_;
  while (hits <= query_.limit) {
    const auto size = std::min(query_.limit + 1 - hits, kMostAtOnce);
    body["size"] = size;
    if (below) body["search_after"] = json::array{below->first, below->second};
    CO_TRY(const auto answer, co_await cluster_.read("_search?filter_path=timed_out,_shards,hits.hits._source", body));
    const auto& documents = array_at(answer, "/hits/hits");
    for (const auto& document : documents) {
      CO_TRY(auto message, message_of(document.at("_source")));
      below = Moment(message->time, message->id.str());
      auto highlight = sought_.find_in(message->text);
      if (!highlight) {
        ++misses;
        continue;
      }
      found_.push_back({*below, {std::move(message), std::move(*highlight)}});
      ++hits;
    }
    if (documents.size() < size) co_return Result<void>();
    if (misses >= kMostMisses && hits <= query_.limit) {
      known_from_ = std::max(known_from_.value_or(Moment()), *below);
      break;
    }
  }
  co_return Result<void>();
}

Task<Result<void>> Search::drop_unreadable() {
  const auto group = [](const Found& found) {
    return found.hit.message->conversation.kind() == Conversation::Kind::group;
  };
  if (std::ranges::none_of(found_, group)) co_return Result<void>();
  CO_TRY(const auto rights, co_await read_group_rights(cluster_, query_.reader, query_.conversation));
  std::erase_if(found_, [&](const Found& found) {
    const auto of = rights.find(found.hit.message->conversation.name());
    return group(found) && (of == rights.end() || !of->second.ranges().contains(found.hit.message->seq));
  });
  co_return Result<void>();
}

/// To one page. What is dropped from it afterwards changes nothing of where the next one begins.
void Search::cut() {
  std::ranges::sort(found_, std::greater{}, &Found::moment);
  if (known_from_) std::erase_if(found_, [this](const Found& found) { return found.moment < *known_from_; });
  if (found_.size() > query_.limit) {
    found_.resize(query_.limit);
    known_from_ = found_.back().moment;
  }
}

archive::Hits Search::answer() {
  archive::Hits hits;
  for (auto& found : found_) hits.items.push_back(std::move(found.hit));
  if (known_from_) hits.position = std::to_string(known_from_->first) + "." + known_from_->second;
  return hits;
}

}  // namespace

Task<Result<archive::Hits>> search_texts(Cluster& cluster, archive::SearchQuery query) {
  co_return co_await Search(cluster, query).run();
}

}  // namespace godwit::engine::elasticsearch
