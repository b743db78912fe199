#include "app/server/process_rows.hpp"

#include <algorithm>

#include "base/utf8.hpp"

namespace godwit::app {
namespace {

using wire::JsonWriter;

/// What an engine says may be in any encoding.
std::string_view printable_text(const std::string& text) {
  return is_utf8(text) ? std::string_view(text) : "(words that are not UTF-8)";
}

void write_numbers(JsonWriter& json, std::string_view key, const std::vector<std::uint16_t>& numbers) {
  json.key(key).begin_array();
  for (const auto number : numbers) json.integer(number);
  json.end_array();
}

void write_troubles(JsonWriter& json, const std::vector<processes::Part>& parts) {
  json.key("troubles").begin_array();
  for (const auto& part : parts) {
    if (part.trouble.empty()) continue;
    json.begin_object()
        .field("part", part.name)
        .field("trouble", printable_text(part.trouble))
        .field("needed", part.needed)
        .end_object();
  }
  json.end_array();
}

void write_account(JsonWriter& json, const AskedProcess& process) {
  const auto& account = *process.account;
  json.field("version", account.version)
      .field("startedAt", account.started_at)
      .field("clockAhead", process.ahead)
      .field("connections", account.sockets)
      .field("users", account.users)
      .field("relayed", account.relayed);
  if (!account.signing_key.empty()) json.field("signingKey", account.signing_key);
  write_numbers(json, "shards", account.shards);
  write_troubles(json, account.parts);
}

}  // namespace

std::string_view state_of(const AskedProcess& process) {
  if (process.missing()) return "missing";
  if (process.account->draining) return "draining";
  const bool waits = std::ranges::any_of(
      process.account->parts, [](const processes::Part& part) { return part.needed && !part.trouble.empty(); });
  return waits ? "waiting" : "ready";
}

void write_process(JsonWriter& json, const AskedProcess& process) {
  const auto& entry = process.entry;
  json.begin_object().field("process", entry.name).key("roles").begin_array();
  for (const auto role : entry.roles) json.string(name_of(role));
  json.end_array();
  if (!entry.address.empty()) json.field("address", entry.address);
  json.field("state", state_of(process));
  if (process.missing())
    json.field("detail", printable_text(process.account.error().detail));
  else
    write_account(json, process);
  json.end_object();
}

void write_missing(JsonWriter& json, const HouseView& view) {
  json.key("missing").begin_array();
  for (const auto& name : view.missing()) json.string(name);
  json.end_array();
}

void write_shards(JsonWriter& json, const ShardMap& map, const HouseView& view) {
  json.begin_object().field("total", std::uint64_t{map.total}).key("owners").begin_array();
  for (const auto& owner : map.owners) {
    json.begin_object().field("process", owner.process);
    write_numbers(json, "shards", owner.shards);
    json.end_object();
  }
  json.end_array();
  write_numbers(json, "unowned", map.unowned);
  write_missing(json, view);
  json.end_object();
}

}  // namespace godwit::app
