#include "app/server/self_report.hpp"

#include <sodium.h>

#include <fmt/format.h>

#include <array>

#include "app/config/shared_settings.hpp"

namespace godwit::app {
namespace {

constexpr std::chrono::milliseconds kPartsWithin{700};  // who asks waits for a second

/// Until the next full interval of the clock on the wall.
std::chrono::milliseconds until_next(Millis now) {
  return RateHistory::kInterval - std::chrono::milliseconds(now % RateHistory::kInterval.count());
}

std::vector<processes::Queue> queues_of(const Metrics& metrics) {
  std::vector<processes::Queue> queues;
  for (auto& queue : metrics.queues())
    queues.push_back({.name = std::move(queue.name), .depth = queue.depth, .bound = queue.bound});
  return queues;
}

}  // namespace

processes::Entry entry_of(const Config& config, std::string id) {
  processes::Entry entry{.id = std::move(id)};
  const auto here = roles_of(config);
  entry.roles = here.list();
  if (config.engines != "embedded" && !config.cluster.secret.empty()) entry.address = config.cluster.listen.str();
  if (here.has(RoleName::node) || entry.roles.empty() || entry.address.empty())
    entry.name = config.node.name;
  else
    entry.name = fmt::format("{}@{}", name_of(entry.roles.front()), entry.address);
  return entry;
}

std::string fingerprint(const user::SigningKey& key) {
  constexpr std::string_view kPurpose = "godwit signing key fingerprint";
  std::array<unsigned char, 16> hash{};  // the least that libsodium makes
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(kPurpose.data()), kPurpose.size(),
                     key.data(), key.size());
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) text += fmt::format("{:02x}", hash.at(i));
  return text;
}

SelfReport::SelfReport(processes::Entry self, Ground ground, Surroundings with, const Loaded& settings)
    : self_(std::move(self)),
      ground_(std::move(ground)),
      with_(with),
      started_at_(with.clock.now()),
      history_(with.metrics) {
  show(settings);
}

void SelfReport::show(const Loaded& settings) {
  std::vector<processes::Setting> shared;
  for (auto& [name, value] : shared_settings(settings.config)) shared.push_back({.name = name, .value = value});
  const std::lock_guard lock(mutex_);
  settings_ = std::move(shared);
}

std::size_t SelfReport::sockets() const {
  const auto* node = ground_.roles.node.get();
  return node == nullptr ? 0 : node->open_sockets();
}

void SelfReport::sample_later(Executor& loop) {
  loop.post_after(until_next(with_.clock.now()), [this, &loop] {
    const auto end = RateHistory::nearest_end(with_.clock.now());  // a timer may be a little early, or late
    if (end != last_sample_) history_.sample(end, sockets());      // else what happened belongs to the next one
    last_sample_ = end;
    sample_later(loop);
  });
}

Task<Result<processes::Account>> SelfReport::tell(processes::Question question) {
  const auto* node = ground_.roles.node.get();
  processes::Account account{.id = self_.id,
                             .name = self_.name,
                             .roles = self_.roles,
                             .version = GODWIT_VERSION,
                             .started_at = started_at_,
                             .draining = ground_.draining.load(std::memory_order_relaxed),
                             .sockets = sockets(),
                             .users = node == nullptr ? 0 : node->online_users(),
                             .relayed = ground_.relayed(),
                             .queues = queues_of(with_.metrics),
                             .shards = ground_.engines.shards(),
                             .signing_key = ground_.signing_key};
  if (question.rates_since) account.samples = history_.since(*question.rates_since);
  if (question.settings) {
    const std::lock_guard lock(mutex_);
    account.settings = settings_;
  }
  if (question.parts) account.parts = co_await ground_.readiness.parts(kPartsWithin);
  account.time = with_.clock.now();
  co_return account;
}

}  // namespace godwit::app
