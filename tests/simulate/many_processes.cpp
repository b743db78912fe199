#include "simulate/lives.hpp"
#include "simulate/world.hpp"

namespace godwit::simulate {
namespace {

class ManyProcesses final : public World {
 public:
  ManyProcesses(Network& network, std::function<void(const std::string&)> tell, bool lossy_cache)
      : network_(network), tell_(std::move(tell)), front_(network), engines_(network.scheduler(), lossy_cache) {
    add<GatewayLife>("gateway", map_.users);
    add<DispatcherLife>("dispatcher", map_.dispatch, map_.dispatch_calls, map_.sequencers);
    add<NodeLife>("node", map_.nodes);
    add<InboxLife>("inbox", map_.offline, map_.offline_calls);
    add<ArchiveLife>("archive", map_.archive, map_.archive_calls);
    for (auto& seat : map_.users) front_.entrances.push_back({seat.process, nullptr});
    front_.node_for = [this](const Identity&) {
      auto place = network_.scheduler().dice().below(kNodes);
      if (map_.nodes[place].process == lost_) place = (place + 1) % kNodes;
      auto& seat = map_.nodes[place];
      return Front::NodeAt{seat.process, [&seat] { return seat.role; }};
    };
  }

  Front& front() override { return front_; }
  [[nodiscard]] Promises promises(const Plan& plan) const override {
    Promises promises{.change_holds_after = kSecond, .presence = true};
    for (const auto& fault : plan.faults)
      promises.troubles.emplace_back(fault.at, fault.at + std::max(fault.lasts, 9 * kSecond));
    if (plan.departure) promises.troubles.emplace_back(plan.departure->at, plan.departure->at + 9 * kSecond);
    promises.delays = promises.troubles;
    // Pages that a broker which was asleep gives to consumers who no longer wait for them stay hidden for a while.
    const Time hidden = bus_settings().invisible.count() * kMilli;
    for (std::size_t i = 0; i < plan.faults.size(); ++i)
      if (plan.faults[i].kind == Trouble::asleep) promises.delays[i].second += hidden;
    for (const auto& fault : plan.faults)
      if (plan.lossy_cache && (fault.kind == Trouble::empty || fault.kind == Trouble::power))
        promises.losses.push_back(fault.at);
    return promises;
  }

  void begin() override {
    for (auto* machine : engines_.all()) machine->process.begin();
    for (auto& house : houses_) begin(house);
    if (engines_.lossy_cache) save_cache();
  }

  void strike(const Fault& fault) override {
    auto& scheduler = network_.scheduler();
    Dice dice(fault.roll);
    const auto all = processes();
    auto& process =
        dice.chance(0.35) ? *map_.sequencers[dice.below(kDispatchers)].process : *all[dice.below(all.size())];
    if (is_of_a_process(fault.kind)) tell_("… of " + process.name());
    switch (fault.kind) {
      case Trouble::storm: return storm(fault, dice);
      case Trouble::crash: return die(process, fault.lasts, false);
      case Trouble::power: return die(process, fault.lasts, true);
      case Trouble::asleep: return process.sleep_until(scheduler.now() + span_of(fault, dice));
      case Trouble::clock: return process.clock().set_lead(dice.between(-120'000, 120'000));
      case Trouble::cut: return cut(process, *all[dice.below(all.size())], span_of(fault, dice));
      case Trouble::away:
      case Trouble::slow:
      case Trouble::unsure: return trouble_engine(fault, dice);
      case Trouble::empty: return empty_cache(dice);
    }
  }

  void lose_node(std::uint64_t roll) override {
    lost_ = map_.nodes[roll % kNodes].process;
    tell_("FAULT " + lost_->name() + " dies for good");
    die(*lost_, 0, false);
  }

  void heal() override {
    network_.weather = {};
    network_.heal_all();
    for (auto* machine : engines_.all())
      machine->engine.away = false, machine->engine.unsure = 0, machine->engine.slow = 0;
    for (auto* process : processes()) {
      process->sleep_until(0);
      if (!process->alive()) revive(*process);
    }
  }

 private:
  static bool is_of_a_process(Trouble kind) {
    return kind == Trouble::crash || kind == Trouble::power || kind == Trouble::asleep || kind == Trouble::clock ||
           kind == Trouble::cut;
  }
  /// Half of what is asleep or cut off is so until its lease has run out.
  [[nodiscard]] static Time span_of(const Fault& fault, Dice& dice) {
    const auto lease = dice.between(6'000, 9'000) * kMilli;
    return dice.chance(0.5) ? std::max(fault.lasts, lease) : fault.lasts;
  }
  [[nodiscard]] std::vector<Process*> processes() {
    std::vector<Process*> all;
    for (auto& house : houses_) all.push_back(house.process.get());
    for (auto* machine : engines_.all()) all.push_back(&machine->process);
    return all;
  }

  void storm(const Fault& fault, Dice& dice) {
    network_.weather = {.lost = 0.15, .doubled = 0.1, .late = 0.4, .latest = dice.between(50, 1500) * kMilli};
    front_.break_some(dice, 0.3);
    network_.scheduler().after(fault.lasts, [this] { network_.weather = {}; });
  }

  void cut(Process& a, Process& b, Time lasts) {
    if (&a == &b) return;
    tell_("… and " + b.name());
    network_.cut(a, b);
    network_.scheduler().after(lasts, [this, &a, &b] { network_.heal(a, b); });
  }

  void empty_cache(Dice& dice) {
    engines_.changes.lose();
    if (!engines_.lossy_cache) return;
    const auto loss = static_cast<Loss>(dice.below(3));
    lose_inbox(loss, dice.below(InboxCache::kParts));
  }
  void lose_inbox(Loss loss, std::size_t part = 0) {
    static constexpr const char* kWhat[] = {"the inbox", "a part of the inbox", "its last second of the inbox"};
    tell_(std::string("the cache has lost ") + kWhat[static_cast<std::size_t>(loss)]);
    spawn(engines_.inbox.lose(loss, part));
  }
  /// Each second, as Redis syncs its file.
  void save_cache() {
    spawn(engines_.inbox.save());
    network_.scheduler().after(kSecond, [this] { save_cache(); });
  }

  /// Power: what an engine had not synced is lost.
  void die(Process& process, Time lasts, bool power) {
    if (!process.alive()) return;
    process.end();
    front_.break_lines(process);
    if (power && &process == &engines_.accounts.process) engines_.accounts_disk.lose_unsynced();
    if (power && &process == &engines_.cache.process && engines_.lossy_cache) lose_inbox(Loss::last_second);
    network_.scheduler().after(lasts, [this, &process] {
      if (process.alive() || &process == lost_) return;
      tell_(process.name() + " is back");
      revive(process);
    });
  }

  void revive(Process& process) {
    if (&process == lost_) return;
    for (auto& house : houses_)
      if (house.process.get() == &process) return begin(house);
    process.begin();
  }

  void trouble_engine(const Fault& fault, Dice& dice) {
    const auto all = engines_.all();
    auto& engine = all[dice.below(all.size())]->engine;
    tell_("… of " + engine.machine->name());
    if (fault.kind == Trouble::away) engine.away = true;
    if (fault.kind == Trouble::slow) engine.slow = dice.between(20, 1500) * kMilli;
    if (fault.kind == Trouble::unsure) engine.unsure = 0.4;
    network_.scheduler().after(fault.lasts, [&engine] { engine.away = false, engine.unsure = 0, engine.slow = 0; });
  }

  /// A process, and what lives in it.
  struct House {
    std::unique_ptr<Process> process;
    std::function<std::unique_ptr<Life>()> make;
  };

  template <class L, class First, class... More>
  void add(const std::string& name, First& seats, More&... more) {
    for (std::size_t i = 0; i < seats.size(); ++i) {
      auto process = std::make_unique<Process>(network_.scheduler(), name + "-" + std::to_string(i + 1));
      seats[i].process = process.get();
      ((more[i].process = process.get()), ...);
      auto make = [this, i, own = process.get()]() -> std::unique_ptr<Life> {
        const Ground ground{network_, engines_, map_, *own, front_, i};
        return std::make_unique<L>(ground, network_.scheduler().dice().split());
      };
      houses_.push_back({std::move(process), std::move(make)});
    }
  }

  void begin(House& house) {
    house.process->begin();
    house.process->enter([this, &house] { lives_.push_back(house.make()); });
  }

  Network& network_;
  std::function<void(const std::string&)> tell_;
  Front front_;
  Engines engines_;
  Map map_;
  Process* lost_ = nullptr;  // never comes back
  std::vector<House> houses_;
  std::vector<std::unique_ptr<Life>> lives_;  // the dead stay: what was cut off in the middle still names them
};

}  // namespace

std::unique_ptr<World> many_processes(Network& network, std::function<void(const std::string&)> tell,
                                      bool lossy_cache) {
  return std::make_unique<ManyProcesses>(network, std::move(tell), lossy_cache);
}

}  // namespace godwit::simulate
