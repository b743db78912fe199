#include "app/server/console.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "wire/page.hpp"
#include "wire/reply.hpp"

namespace godwit::app {
namespace {

using gateway::Answer;
using gateway::Call;

void write_sample(wire::JsonWriter& json, const RateSample& sample) {
  json.begin_object()
      .field("time", sample.time)
      .field("connections", sample.connections)
      .field("sends", sample.sends)
      .field("pushes", sample.pushes)
      .field("connects", sample.connects)
      .field("requests", sample.requests)
      .field("failures", sample.failures);
  if (sample.answer_ms) json.key("answerMs").raw(fmt::format("{:.3f}", *sample.answer_ms));
  json.end_object();
}

void write_queues(wire::JsonWriter& json, const std::vector<Metrics::QueueDepth>& queues) {
  json.key("queues").begin_array();
  for (const auto& queue : queues) {
    json.begin_object().field("name", queue.name).field("depth", std::uint64_t{queue.depth}).key("bound");
    if (queue.bound == 0)
      json.null();
    else
      json.integer(static_cast<std::int64_t>(queue.bound));
    json.end_object();
  }
  json.end_array();
}

/// A page of what lies in memory, sorted by `name`; its cursor.
template <class Row, class Name>
Result<std::string> cut(std::vector<Row>& rows, std::string_view list, const wire::PageQuery& page, Name name) {
  if (!page.cursor.empty()) {
    TRY(const auto after, wire::read_cursor(list, page.cursor, 1));
    std::erase_if(rows, [&](const Row& row) { return std::invoke(name, row) <= after.front(); });
  }
  if (rows.size() <= page.limit) return std::string{};
  rows.resize(page.limit);
  return wire::make_cursor(list, {std::invoke(name, rows.back())});
}

}  // namespace

Console::Console(Engines& engines, Roles& roles, Surroundings with, const Loaded& settings)
    : engines_(engines), roles_(roles), with_(with), started_at_(with.clock.now()), history_(with.metrics, with.clock) {
  show(settings);
}

void Console::show(const Loaded& settings) {
  auto rows = std::make_shared<const std::vector<SettingRow>>(rows_of(settings));
  std::lock_guard lock(mutex_);
  settings_ = std::move(rows);
}

void Console::start(Executor& loop) { sample_later(loop); }

std::size_t Console::sockets() const {
  const auto* node = roles_.node.get();
  return node == nullptr ? 0 : node->open_sockets();
}

std::size_t Console::online_users() const {
  const auto* node = roles_.node.get();
  return node == nullptr ? 0 : node->online_users();
}

void Console::sample_later(Executor& loop) {
  loop.post_after(RateHistory::kInterval, [this, &loop] {
    history_.sample(sockets());
    sample_later(loop);
  });
}

std::span<const gateway::RouteSpec> Console::routes() {
  constexpr auto kAdmin = gateway::Access::admin;
  static constexpr auto kRoutes = std::to_array<gateway::RouteSpec>({
      {"GET", "/v1/admin/overview", kAdmin},
      {"GET", "/v1/admin/rates", kAdmin},
      {"GET", "/v1/admin/nodes", kAdmin},
      {"GET", "/v1/admin/settings", kAdmin},
  });
  return kRoutes;
}

Console::Calls Console::table(Console& console) {
  const auto bindings = std::to_array<Calls::Binding>({
      {"GET", "/v1/admin/overview", [](Console& self, Call&) { return self.overview(); }},
      {"GET", "/v1/admin/rates", [](Console& self, Call& call) { return self.rates(call); }},
      {"GET", "/v1/admin/nodes", [](Console& self, Call& call) { return self.nodes(call); }},
      {"GET", "/v1/admin/settings", [](Console& self, Call& call) { return self.settings(call); }},
  });
  return {console, routes(), bindings};
}

Task<Answer> Console::overview() {
  CO_TRY(const auto census, co_await roles_.user.place().census());
  CO_TRY(const auto figures, co_await engines_.figures());
  wire::JsonWriter json;
  json.begin_object()
      .field("version", GODWIT_VERSION)
      .field("startedAt", started_at_)
      .field("time", with_.clock.now())
      .field("users", census.users)
      .field("groups", census.groups)
      .field("sessions", census.sessions)
      .field("connections", std::uint64_t{sockets()})
      .field("onlineUsers", std::uint64_t{online_users()});
  write_queues(json, with_.metrics.queues());
  json.key("inbox")
      .begin_object()
      .field("entries", figures.inbox_entries)
      .field("bytes", figures.inbox_bytes)
      .end_object();
  json.key("archive")
      .begin_object()
      .field("lag", figures.archive_lag)
      .field("unindexed", figures.unindexed)
      .end_object()
      .field("deadLetters", std::uint64_t{engines_.ports().dead_letters->size()})
      .end_object();
  co_return wire::reply(200, json.take());
}

Task<Answer> Console::rates(Call& call) {
  CO_TRY(const auto since, wire::number_query(call.query, "since"));
  wire::JsonWriter json;
  json.begin_object().field("interval", std::int64_t{RateHistory::kInterval.count()}).key("items").begin_array();
  for (const auto& sample : history_.since(since.value_or(0))) write_sample(json, sample);
  json.end_array().end_object();
  co_return wire::reply(200, json.take());
}

Task<Answer> Console::nodes(Call& call) {
  CO_TRY(const auto page, wire::page_query(call.query));
  std::vector<std::string> names;
  if (const auto* node = roles_.node.get()) names.push_back(node->name());
  CO_TRY(const auto next, cut(names, "admin-nodes", page, std::identity{}));
  co_return wire::reply_page(names, next, [this](wire::JsonWriter& json, const std::string& name) {
    json.begin_object().field("node", name).key("roles").begin_array();
    for (const auto* role : {"gateway", "user", "dispatch", "node", "archive", "offline"}) json.string(role);
    json.end_array()
        .field("connections", std::uint64_t{sockets()})
        .field("users", std::uint64_t{online_users()})
        .field("startedAt", started_at_)
        .field("version", GODWIT_VERSION)
        .end_object();
  });
}

Task<Answer> Console::settings(Call& call) {
  CO_TRY(const auto page, wire::page_query(call.query));
  std::unique_lock lock(mutex_);
  auto rows = *settings_;
  lock.unlock();
  CO_TRY(const auto next, cut(rows, "admin-settings", page, &SettingRow::name));
  co_return wire::reply_page(rows, next, [](wire::JsonWriter& json, const SettingRow& row) {
    json.begin_object().field("name", row.name).key("value").raw(row.value).key("default").raw(row.standard);
    json.field("source", row.source)
        .field("doc", row.doc)
        .field("reload", row.reloads)
        .field("secret", row.secret)
        .end_object();
  });
}

}  // namespace godwit::app
