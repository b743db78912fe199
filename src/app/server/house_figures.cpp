#include "app/server/house_figures.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "app/server/rate_history.hpp"
#include "domain/shard.hpp"

namespace godwit::app {
namespace {

struct Sum {
  processes::Sample sample;
  double answers_ms = 0;  // of all requests whose time is known
  std::uint64_t answered = 0;
};

void add(Sum& sum, const processes::Sample& one) {
  auto& all = sum.sample;
  all.connections += one.connections;
  all.sends += one.sends;
  all.pushes += one.pushes;
  all.connects += one.connects;
  all.requests += one.requests;
  all.failures += one.failures;
  if (!one.answer_ms) return;
  const auto weight = std::max<std::uint64_t>(1, one.requests);
  sum.answers_ms += *one.answer_ms * static_cast<double>(weight);
  sum.answered += weight;
}

}  // namespace

HouseFigures figures_of(const HouseView& view) {
  HouseFigures figures;
  for (const auto& one : view.processes) {
    if (one.missing()) continue;
    figures.sockets += one.account->sockets;
    figures.users += one.account->users;
    for (const auto& queue : one.account->queues) {
      const auto known = std::ranges::find(figures.queues, queue.name, &processes::Queue::name);
      if (known == figures.queues.end()) {
        figures.queues.push_back(queue);
        continue;
      }
      known->depth += queue.depth;
      known->bound += queue.bound;
    }
  }
  return figures;
}

std::vector<processes::Sample> add_up(const HouseView& view, Millis until) {
  if (view.processes.size() == 1 && !view.processes.front().missing()) return view.processes.front().account->samples;
  std::map<Millis, Sum> sums;
  for (const auto& one : view.processes) {
    if (one.missing()) continue;
    for (const auto& sample : one.account->samples) {
      // By our clock, else two processes whose clocks differ would tell of two intervals.
      const auto end = RateHistory::nearest_end(sample.time - one.ahead);
      if (end < until) add(sums[end], sample);
    }
  }
  std::vector<processes::Sample> samples;
  for (auto& [time, sum] : sums) {
    sum.sample.time = time;
    if (sum.answered > 0) sum.sample.answer_ms = sum.answers_ms / static_cast<double>(sum.answered);
    samples.push_back(sum.sample);
  }
  return samples;
}

ShardMap shards_of(const HouseView& view, bool sharded) {
  ShardMap map;
  if (!sharded) return map;
  map.total = kShards;
  std::array<bool, kShards> owned{};
  for (const auto& one : view.processes) {
    if (one.missing() || one.account->shards.empty()) continue;
    map.owners.push_back({.process = one.entry.name, .shards = one.account->shards});
    for (const auto shard : one.account->shards) owned.at(shard) = true;
  }
  for (Shard shard = 0; shard < kShards; ++shard)
    if (!owned.at(shard)) map.unowned.push_back(shard);
  return map;
}

}  // namespace godwit::app
