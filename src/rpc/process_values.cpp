#include "rpc/process_values.hpp"

#include <algorithm>

#include "domain/shard.hpp"

namespace godwit::rpc {
namespace {

namespace v1 = process::v1;

void write(const processes::Sample& from, v1::Sample& to) {
  to.set_time(from.time);
  to.set_connections(from.connections);
  to.set_sends(from.sends);
  to.set_pushes(from.pushes);
  to.set_connects(from.connects);
  to.set_requests(from.requests);
  to.set_failures(from.failures);
  if (from.answer_ms) to.set_answer_ms(*from.answer_ms);
}
processes::Sample read(const v1::Sample& from) {
  processes::Sample sample{.time = from.time(),
                           .connections = from.connections(),
                           .sends = from.sends(),
                           .pushes = from.pushes(),
                           .connects = from.connects(),
                           .requests = from.requests(),
                           .failures = from.failures()};
  if (from.has_answer_ms()) sample.answer_ms = from.answer_ms();
  return sample;
}

void write_lists(const processes::Account& from, v1::TellReply& to) {
  for (const auto role : from.roles) to.add_roles(std::string(name_of(role)));
  for (const auto& queue : from.queues) {
    auto& one = *to.add_queues();
    one.set_name(queue.name);
    one.set_depth(queue.depth);
    one.set_bound(queue.bound);
  }
  for (const auto& part : from.parts) {
    auto& one = *to.add_parts();
    one.set_name(part.name);
    one.set_trouble(part.trouble);
    one.set_needed(part.needed);
  }
  for (const auto& sample : from.samples) write(sample, *to.add_samples());
  for (const auto& setting : from.settings) {
    auto& one = *to.add_settings();
    one.set_name(setting.name);
    one.set_value(setting.value);
  }
}

void read_lists(const v1::TellReply& from, processes::Account& to) {
  for (const auto& name : from.roles()) {
    const auto place = std::ranges::find(kRoleNames, name);
    if (place != kRoleNames.end()) to.roles.push_back(static_cast<RoleName>(place - kRoleNames.begin()));
  }
  for (const auto& queue : from.queues())
    to.queues.push_back({.name = queue.name(), .depth = queue.depth(), .bound = queue.bound()});
  for (const auto& part : from.parts())
    to.parts.push_back({.name = part.name(), .trouble = part.trouble(), .needed = part.needed()});
  for (const auto& sample : from.samples()) to.samples.push_back(read(sample));
  for (const auto& setting : from.settings()) to.settings.push_back({.name = setting.name(), .value = setting.value()});
}

}  // namespace

void write(const processes::Question& from, v1::TellRequest& to) {
  to.set_parts(from.parts);
  to.set_settings(from.settings);
  if (from.rates_since) to.set_rates_since(*from.rates_since);
}
processes::Question read(const v1::TellRequest& from) {
  processes::Question question{.parts = from.parts(), .settings = from.settings()};
  if (from.has_rates_since()) question.rates_since = from.rates_since();
  return question;
}

void write(const processes::Account& from, v1::TellReply& to) {
  to.set_id(from.id);
  to.set_name(from.name);
  to.set_version(from.version);
  to.set_started_at(from.started_at);
  to.set_time(from.time);
  to.set_draining(from.draining);
  to.set_sockets(from.sockets);
  to.set_users(from.users);
  to.set_relayed(from.relayed);
  to.mutable_shards()->Add(from.shards.begin(), from.shards.end());
  to.set_signing_key(from.signing_key);
  write_lists(from, to);
}

Result<processes::Account> read(const v1::TellReply& from) {
  if (from.id().empty()) return not_valid("id");
  processes::Account account{.id = from.id(),
                             .name = from.name(),
                             .version = from.version(),
                             .started_at = from.started_at(),
                             .time = from.time(),
                             .draining = from.draining(),
                             .sockets = from.sockets(),
                             .users = from.users(),
                             .relayed = from.relayed(),
                             .signing_key = from.signing_key()};
  for (const auto shard : from.shards()) {
    if (shard >= kShards) return not_valid("shards");
    account.shards.push_back(static_cast<std::uint16_t>(shard));
  }
  read_lists(from, account);
  return account;
}

}  // namespace godwit::rpc
