#include "app/server/console.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/server/process_rows.hpp"
#include "app/server/rate_history.hpp"
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

void write_queues(wire::JsonWriter& json, const std::vector<processes::Queue>& queues) {
  json.key("queues").begin_array();
  for (const auto& queue : queues) {
    json.begin_object().field("name", queue.name).field("depth", queue.depth).key("bound");
    if (queue.bound == 0)
      json.null();
    else
      json.integer(static_cast<std::int64_t>(queue.bound));
    json.end_object();
  }
  json.end_array();
}

/// Other processes may close an interval so much later than we do.
constexpr Millis kSettled = 1'500;

std::string key_of(const AskedProcess& one) { return one.entry.name + "\n" + one.entry.address; }

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

Console::Console(Engines& engines, Roles& roles, House& house, Millis started_at, Surroundings with,
                 const Loaded& settings)
    : engines_(engines), roles_(roles), house_(house), with_(with), started_at_(started_at) {
  show(settings);
}

void Console::show(const Loaded& settings) {
  auto rows = std::make_shared<const std::vector<SettingRow>>(rows_of(settings));
  std::lock_guard lock(mutex_);
  settings_ = std::move(rows);
}

std::span<const gateway::RouteSpec> Console::routes() {
  constexpr auto kAdmin = gateway::Access::admin;
  static constexpr auto kRoutes = std::to_array<gateway::RouteSpec>({
      {"GET", "/v1/admin/overview", kAdmin},
      {"GET", "/v1/admin/rates", kAdmin},
      {"GET", "/v1/admin/nodes", kAdmin},
      {"GET", "/v1/admin/processes", kAdmin},
      {"GET", "/v1/admin/shards", kAdmin},
      {"GET", "/v1/admin/settings", kAdmin},
  });
  return kRoutes;
}

Console::Calls Console::table(Console& console) {
  const auto bindings = std::to_array<Calls::Binding>({
      {"GET", "/v1/admin/overview", [](Console& self, Call&) { return self.overview(); }},
      {"GET", "/v1/admin/rates", [](Console& self, Call& call) { return self.rates(call); }},
      {"GET", "/v1/admin/nodes", [](Console& self, Call& call) { return self.nodes(call); }},
      {"GET", "/v1/admin/processes", [](Console& self, Call& call) { return self.processes(call); }},
      {"GET", "/v1/admin/shards", [](Console& self, Call&) { return self.shards(); }},
      {"GET", "/v1/admin/settings", [](Console& self, Call& call) { return self.settings(call); }},
  });
  return {console, routes(), bindings};
}

Task<Answer> Console::overview() {
  CO_TRY(const auto census, co_await roles_.user.place().census());
  CO_TRY(const auto stores, co_await engines_.figures());
  const auto view = co_await house_.ask({});
  const auto figures = figures_of(view);
  wire::JsonWriter json;
  json.begin_object()
      .field("version", GODWIT_VERSION)
      .field("startedAt", started_at_)
      .field("time", with_.clock.now())
      .field("users", census.users)
      .field("groups", census.groups)
      .field("sessions", census.sessions)
      .field("connections", figures.sockets)
      .field("onlineUsers", figures.users);
  write_queues(json, figures.queues);
  json.key("inbox")
      .begin_object()
      .field("entries", stores.inbox_entries)
      .field("bytes", stores.inbox_bytes)
      .end_object();
  json.key("archive")
      .begin_object()
      .field("lag", stores.archive_lag)
      .field("unindexed", stores.unindexed)
      .end_object()
      .field("deadLetters", std::uint64_t{engines_.ports().dead_letters->size()})
      .field("processes", std::uint64_t{view.processes.size()});
  write_missing(json, view);
  json.end_object();
  co_return wire::reply(200, json.take());
}

Task<Answer> Console::rates(Call& call) {
  CO_TRY(const auto since, wire::number_query(call.query, "since"));
  const auto after = since.value_or(0);
  constexpr Millis kInterval = RateHistory::kInterval.count();
  const auto view = co_await house_.ask({.rates_since = after - kInterval});
  wire::JsonWriter json;
  json.begin_object().field("interval", std::int64_t{kInterval}).key("items").begin_array();
  for (const auto& sample : add_up(view, with_.clock.now() - kSettled))
    if (sample.time > after) write_sample(json, sample);
  json.end_array();
  write_missing(json, view);
  json.end_object();
  co_return wire::reply(200, json.take());
}

Task<Answer> Console::nodes(Call& call) {
  CO_TRY(const auto page, wire::page_query(call.query));
  auto view = co_await house_.ask({});
  std::erase_if(view.processes, [](const AskedProcess& one) { return one.missing(); });
  CO_TRY(const auto next, cut(view.processes, "admin-nodes", page, key_of));
  co_return wire::reply_page(view.processes, next, [](wire::JsonWriter& json, const AskedProcess& one) {
    json.begin_object().field("node", one.entry.name).key("roles").begin_array();
    for (const auto role : one.entry.roles) json.string(name_of(role));
    json.end_array()
        .field("connections", one.account->sockets)
        .field("users", one.account->users)
        .field("startedAt", one.account->started_at)
        .field("version", one.account->version)
        .end_object();
  });
}

Task<Answer> Console::processes(Call& call) {
  CO_TRY(const auto page, wire::page_query(call.query));
  auto view = co_await house_.ask({.parts = true});
  CO_TRY(const auto next, cut(view.processes, "admin-processes", page, key_of));
  co_return wire::reply_page(view.processes, next, write_process);
}

Task<Answer> Console::shards() {
  const auto view = co_await house_.ask({});
  wire::JsonWriter json;
  write_shards(json, shards_of(view, engines_.ports().processes != nullptr), view);
  co_return wire::reply(200, json.take());
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
