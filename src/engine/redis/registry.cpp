#include "engine/redis/registry.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "engine/redis/log_script.hpp"

namespace godwit::redis {

using registry::Epoch;
using registry::Node;

namespace {

// Lua counts in doubles.
constexpr Epoch kLargestEpoch = Epoch{1} << 53U;

std::vector<std::string> keys_of(const Client& client) {
  std::vector<std::string> keys;
  for (const auto* name : {"head", "changes", "nodes", "places", "held", "sockets", "absent", "dying"})
    keys.push_back(client.key(std::string("{registry}:") + name));
  return keys;
}

void raise(std::atomic<std::uint64_t>& greatest, std::uint64_t value) {
  for (auto known = greatest.load(); known < value && !greatest.compare_exchange_weak(known, value);) {
  }
}

/// "epoch until sockets draining", as a script wrote it.
registry::Live live_of(std::string name, std::string_view row) {
  std::uint64_t fields[4] = {};
  for (auto& field : fields) {
    const auto [end, error] = std::from_chars(row.data(), row.data() + row.size(), field);
    row.remove_prefix(std::min(row.size(), static_cast<std::size_t>(end - row.data()) + 1));
  }
  return {.node = {.name = std::move(name), .epoch = fields[0]},
          .sockets = static_cast<std::uint32_t>(fields[2]),
          .draining = fields[3] != 0};
}

registry::Change change_of(const Reply& entry) {
  registry::Change change{.number = number_of(entry)};
  const auto& kind = field_of(entry, "k");
  change.kind = kind == "c" ? registry::Kind::came : kind == "w" ? registry::Kind::went : registry::Kind::taken;
  change.user = UserKey(field_of(entry, "u"));
  change.session = SessionId(field_of(entry, "s"));
  const auto& epoch = field_of(entry, "e");
  std::from_chars(epoch.data(), epoch.data() + epoch.size(), change.epoch);
  change.holder = field_of(entry, "h");
  return change;
}

}  // namespace

RedisRegistry::RedisRegistry(Client& client, RegistrySettings settings)
    : client_(client), settings_(settings), keys_(keys_of(client)) {}

Task<Result<Node>> RedisRegistry::join(std::string name) {
  CO_TRY(const auto epoch, co_await run(scripts_.join, {name}));
  seen(static_cast<Epoch>(epoch.integer()));
  co_return Node{.name = std::move(name), .epoch = static_cast<Epoch>(epoch.integer())};
}

Task<Result<void>> RedisRegistry::renew(Node node, std::uint32_t sockets, bool draining) {
  CO_TRY(const auto lives, co_await run(scripts_.renew, {node.name, std::to_string(node.epoch), std::to_string(sockets),
                                                         draining ? "1" : "0"}));
  if (lives.integer() == 0) co_return fail(Code::not_found);
  co_return Result<void>();
}

Task<Result<std::vector<Epoch>>> RedisRegistry::enter(Node node, std::vector<registry::Socket> sockets) {
  std::vector<std::string> own{node.name, std::to_string(node.epoch)};
  for (const auto& socket : sockets) {
    if (socket.epoch > kLargestEpoch) co_return fail(Code::internal, "no registry gave this epoch");
    own.push_back(socket.session.str());
    own.push_back(socket.user.str());
    own.push_back(std::to_string(socket.epoch));
  }
  CO_TRY(const auto reply, co_await run(scripts_.enter, std::move(own)));
  if (reply.is_nil()) co_return fail(Code::not_found);
  std::vector<Epoch> epochs;
  for (const auto& epoch : reply.elements) {
    epochs.push_back(static_cast<Epoch>(epoch.integer()));
    seen(epochs.back());
  }
  co_return epochs;
}

Task<Result<void>> RedisRegistry::leave(SessionId session, Epoch epoch) {
  CO_CHECK(co_await run(scripts_.leave, {session.str(), std::to_string(epoch)}));
  co_return Result<void>();
}

Task<Result<std::vector<registry::Live>>> RedisRegistry::nodes() {
  CO_TRY(const auto rows, co_await run(scripts_.nodes, {}));
  std::vector<registry::Live> live;
  for (std::size_t i = 0; i + 1 < rows.size(); i += 2) live.push_back(live_of(rows.at(i).text, rows.at(i + 1).text));
  std::ranges::sort(live, {}, [](const registry::Live& one) { return std::string_view(one.node.name); });
  co_return live;
}

Task<Result<registry::Standings>> RedisRegistry::standings(std::vector<UserKey> users) {
  std::vector<std::string> own;
  for (const auto& user : users) own.push_back(user.str());
  CO_TRY(const auto reply, co_await run(scripts_.standings, std::move(own)));
  registry::Standings standings;
  standings.as_of = {.epoch = static_cast<std::uint64_t>(reply.at(0).integer()),
                     .number = static_cast<std::uint64_t>(reply.at(1).integer())};
  for (std::size_t i = 2; i + 1 < reply.size(); i += 2)
    standings.users.push_back(
        {.sockets = static_cast<std::uint32_t>(reply.at(i).integer()), .online = reply.at(i + 1).integer() != 0});
  seen(standings.as_of);
  co_return standings;
}

Task<Result<registry::Changes>> RedisRegistry::changes_after(registry::Position after) {
  CO_TRY(const auto reply, co_await run(scripts_.changes, {std::to_string(after.epoch), std::to_string(after.number),
                                                           std::to_string(kPage)}));
  const auto page = log_page(reply);
  registry::Changes changes{.changes = {}, .up_to = page.up_to, .lost = page.lost};
  if (!page.lost && page.entries->empty()) changes.up_to = after;
  for (const auto& entry : *page.entries) changes.changes.push_back(change_of(entry));
  seen(changes.up_to);
  co_return changes;
}

Task<Result<Reply>> RedisRegistry::run(const Script& script, std::vector<std::string> own) {
  std::vector<std::string> arguments{given_time(settings_.clock),           std::to_string(settings_.lease),
                                     std::to_string(settings_.absence),     std::to_string(settings_.changes),
                                     std::to_string(changes_epoch_.load()), std::to_string(socket_epoch_.load())};
  for (auto& argument : own) arguments.push_back(std::move(argument));
  co_return co_await client_.run(script.call(keys_, std::move(arguments)));
}

void RedisRegistry::seen(registry::Position position) { raise(changes_epoch_, position.epoch); }
void RedisRegistry::seen(Epoch epoch) { raise(socket_epoch_, epoch); }

}  // namespace godwit::redis
