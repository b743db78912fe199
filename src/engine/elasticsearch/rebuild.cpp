#include "engine/elasticsearch/rebuild.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <limits>

#include "engine/elasticsearch/document.hpp"
#include "engine/elasticsearch/prepare_index.hpp"
#include "engine/elasticsearch/put_batch.hpp"
#include "engine/elasticsearch/scan.hpp"

namespace godwit::engine::elasticsearch {

namespace json = boost::json;

namespace {

Settings named(Settings settings, std::string index) {
  settings.index = std::move(index);
  return settings;
}

Task<Result<std::string>> index_behind(Cluster& cluster, std::string alias) {
  CO_TRY(const auto found, co_await cluster.ask("GET", "/" + alias, "", cluster.settings().write_limit));
  if (!found.good()) co_return std::unexpected(error_of(found));
  if (!found.body.is_object() || found.body.get_object().size() != 1)
    co_return fail(Code::unavailable, "\"" + alias + "\" is not the name of one index");
  co_return std::string(found.body.get_object().begin()->key());
}

class Rebuild {
 public:
  using Tell = std::function<void(std::uint64_t)>;
  Rebuild(const Settings& settings, std::string from, Log& log, const Tell& tell)
      : settings_(settings),
        log_(log),
        tell_(tell),
        building_(settings.index + "-building"),
        from_(named(settings, std::move(from))),
        to_(named(settings, building_)) {}

  Task<Result<Rebuilt>> run() {
    CO_CHECK(co_await make_index());
    CO_TRY(const auto since, co_await mark());
    CO_CHECK(co_await copy(0));
    CO_CHECK(co_await call("PUT", "/" + from() + "/_block/write"));
    auto moved = co_await finish(since);
    if (!moved) (void)co_await call("PUT", "/" + from() + "/_settings", R"({"index.blocks.write":null})");
    co_return moved;
  }

 private:
  [[nodiscard]] const std::string& from() const { return from_.settings().index; }

  /// While nobody writes.
  Task<Result<Rebuilt>> finish(std::int64_t since) {
    CO_CHECK(co_await from_.refreshed());
    CO_CHECK(co_await copy(since));
    CO_CHECK(co_await to_.refreshed());
    const auto messages = co_await compare(from_, to_);
    if (!messages) {
      log_.error("archive_rebuild_differs", {{"reason", messages.error().detail}});
      co_return std::unexpected(messages.error());
    }
    CO_TRY(auto to, co_await index_behind(from_, building_));
    CO_CHECK(co_await move_alias(to));
    co_return Rebuilt{.from = from(), .to = std::move(to), .messages = *messages};
  }

  /// Behind its own alias; one that was broken off is used again.
  Task<Result<void>> make_index() {
    CO_TRY(const auto there, co_await from_.ask("GET", "/" + building_, "", settings_.write_limit));
    if (there.status == 404) {
      CO_TRY(const auto name, next_name());
      CO_CHECK(co_await call("PUT", "/" + name, definition(building_, settings_.shards, settings_.replicas)));
    }
    co_return co_await prepare_index(to_);
  }

  /// `index`-1 → `index`-2
  Result<std::string> next_name() const {
    const auto number = from().substr(settings_.index.size() + 1);
    std::uint32_t generation = 0;
    const auto [end, wrong] = std::from_chars(number.data(), number.data() + number.size(), generation);
    if (wrong != std::errc{} || end != number.data() + number.size())
      return fail(Code::unavailable, "\"" + from() + "\" has no number");
    return settings_.index + "-" + std::to_string(generation + 1);
  }

  /// What is written from now on has this sequence number of its shard or a greater one; what has less is there.
  Task<Result<std::int64_t>> mark() {
    const auto path = "/" + from() + "/_stats?level=shards&filter_path=indices.*.shards";
    CO_TRY(const auto stats, co_await from_.ask("GET", path, "", settings_.write_limit));
    const auto* const shards = at(stats.body, "/indices/" + from() + "/shards");
    if (shards == nullptr || !shards->is_object()) co_return fail(Code::unavailable, "the index tells no numbers");
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    for (const auto& [shard, copies] : shards->get_object())
      for (const auto& one : copies.as_array())
        least = std::min(least, number_at(one, "/seq_no/local_checkpoint").value_or(0));
    co_return std::max<std::int64_t>(0, least);
  }

  Task<Result<void>> copy(std::int64_t since) {
    CO_CHECK(co_await from_.refreshed());
    for (Scan scan(from_, since);;) {
      CO_TRY(const auto messages, co_await scan.next());
      if (messages.empty()) co_return Result<void>();
      CO_CHECK(co_await PutBatch(to_, messages).run());
      copied_ += messages.size();
      if (tell_) tell_(copied_);
    }
  }

  Task<Result<void>> move_alias(const std::string& to) {
    json::array actions{json::object{{"remove", {{"index", to}, {"alias", building_}}}},
                        json::object{{"remove", {{"index", from()}, {"alias", settings_.index}}}},
                        json::object{{"add", {{"index", to}, {"alias", settings_.index}}}}};
    co_return co_await call("POST", "/_aliases", json::serialize(json::object{{"actions", std::move(actions)}}));
  }

  Task<Result<void>> call(std::string method, std::string path, std::string body = {}) {
    CO_TRY(const auto answer,
           co_await from_.ask(std::move(method), std::move(path), std::move(body), settings_.write_limit));
    if (!answer.good()) co_return std::unexpected(error_of(answer));
    co_return Result<void>();
  }

  const Settings& settings_;
  Log& log_;
  const Tell& tell_;
  std::uint64_t copied_ = 0;
  const std::string building_;
  Cluster from_, to_;
};

}  // namespace

Result<Rebuilt> rebuild(const Settings& settings, Log& log, const std::function<void(std::uint64_t)>& tell) {
  Cluster cluster(settings);
  TRY(auto from, sync_wait(index_behind(cluster, settings.index)));
  Rebuild rebuild(settings, std::move(from), log, tell);
  return sync_wait(rebuild.run());
}

}  // namespace godwit::engine::elasticsearch
