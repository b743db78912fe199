#include "simulate/run.hpp"

#include "simulate/world.hpp"

namespace godwit::simulate {
namespace {

constexpr Time kStep = 500 * kMilli;
constexpr Time kRest = 12 * kSecond;      ///< leases run out, retries succeed, clients come back
constexpr Time kLongest = 120 * kSecond;  ///< then whoever is not done has hung

/// A story line: when, and what.
std::string line(Time now, const std::string& what) {
  const auto micro = std::to_string(1'000'000 + now / kMicro % 1'000'000);
  return std::to_string(now / kSecond) + "." + micro.substr(1) + "  " + what;
}

struct Stage {
  Stage(const Plan& plan, const std::function<void(const std::string&)>& tell)
      : scheduler(Dice(plan.seed)),
        network(scheduler),
        say([this, tell](const std::string& what) { tell(line(scheduler.now(), what)); }),
        world(plan.many ? many_processes(network, say, plan.lossy_cache) : one_process(network, say)),
        town{.people = plan.people(), .tell = say} {}

  Scheduler scheduler;
  Network network;
  std::function<void(const std::string&)> say;
  std::unique_ptr<World> world;
  Town town;
  std::vector<std::unique_ptr<Process>> machines;
  std::vector<std::unique_ptr<Client>> clients;
};

template <class Done>
bool run_until(Scheduler& scheduler, Time deadline, Done done) {
  while (!done()) {
    if (scheduler.now() >= deadline) return false;
    scheduler.run_until(scheduler.now() + kStep);
  }
  return true;
}

}  // namespace

// The main loop. Everything that happens is a job of the scheduler; this only says what begins when:
// 1 the server begins, and people with it   2 faults set in as planned   3 all is healed, and comes to rest
// 4 everybody looks around                  5 the oracle judges
Outcome run(const Plan& plan, const std::function<void(const std::string&)>& tell) {
  auto& stage = *new Stage(plan, tell);  // left standing: what was cut off in the middle still leans on it
  auto& [scheduler, network, say, world, town, machines, clients] = stage;

  world->front().slow_openings = plan.slow_openings;
  world->begin();
  for (const auto& part : plan.parts) {
    auto& machine =
        *machines.emplace_back(std::make_unique<Process>(scheduler, part.device.user + "/" + part.device.device));
    machine.begin();
    clients.push_back(std::make_unique<Client>(town, world->front(), machine, part.device, part.steps, part.first));
    clients.back()->start();
  }
  for (const auto& fault : plan.faults) {
    scheduler.at(fault.at, [&house = *world, &story = say, &fault] {
      story(std::string("FAULT ") + name_of(fault.kind) + " for " + std::to_string(fault.lasts / kMilli) + " ms");
      house.strike(fault);
    });
  }

  if (const auto& gone = plan.departure) {
    scheduler.at(gone->at, [&house = *world, &devices = clients, &gone] {
      house.lose_node(gone->roll);
      for (auto& device : devices)
        if (device->user() == gone->user) device->vanish();
    });
  }

  const auto all = [&devices = clients](auto is) {
    return std::ranges::all_of(devices, [&](const auto& device) { return is(*device); });
  };
  std::vector<std::string> hung;
  scheduler.run_until(plan.active);
  say("all is healed");
  world->heal();
  (void)run_until(scheduler, plan.active + kLongest, [&] { return all([](const Client& c) { return c.acted(); }); });
  scheduler.run_until(scheduler.now() + kRest);
  town.quiet = true;
  if (!run_until(scheduler, scheduler.now() + kLongest, [&] { return all([](const Client& c) { return c.done(); }); }))
    hung.push_back("7: all is well again, and a client does not come to rest");
  scheduler.run_until(scheduler.now() + kRest);
  say("everybody looks around");
  town.record.rest = scheduler.now();
  for (auto& client : clients) {
    if (!client->vanished()) client->process().executor().post([c = client.get()] { spawn(c->look_around()); });
  }
  if (!run_until(scheduler, scheduler.now() + kLongest,
                 [&] { return all([](const Client& c) { return c.looked(); }); }))
    hung.push_back("7: all is well again, and a client's calls hang");

  Outcome outcome{
      .faults = judge(town.record, world->promises(plan)), .digest = scheduler.digest(), .steps = scheduler.steps()};
  outcome.faults.insert(outcome.faults.begin(), hung.begin(), hung.end());
  return outcome;
}

}  // namespace godwit::simulate
