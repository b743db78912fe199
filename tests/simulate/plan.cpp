#include "simulate/plan.hpp"

#include <algorithm>
#include <array>

namespace godwit::simulate {
namespace {

struct Weighted {
  Act act;
  unsigned weight;
};
constexpr std::array kActs = {
    Weighted{Act::send_direct, 22}, Weighted{Act::send_group, 20}, Weighted{Act::resend, 5},
    Weighted{Act::befriend, 3},     Weighted{Act::approve, 5},     Weighted{Act::make_group, 2},
    Weighted{Act::join, 5},         Weighted{Act::leave, 3},       Weighted{Act::remove, 4},
    Weighted{Act::block, 2},        Weighted{Act::unblock, 2},     Weighted{Act::unfriend, 1},
    Weighted{Act::recall, 6},       Weighted{Act::read, 4},        Weighted{Act::acknowledge, 4},
    Weighted{Act::history, 7},      Weighted{Act::conversations, 2}, Weighted{Act::search, 2},
    Weighted{Act::reconnect, 6},    Weighted{Act::away, 5},        Weighted{Act::log_out, 2},
    Weighted{Act::end_other, 2},    Weighted{Act::rename, 1},
};

Act throw_act(Dice& dice) {
  unsigned all = 0;
  for (const auto& entry : kActs) all += entry.weight;
  auto left = dice.below(all);
  for (const auto& entry : kActs) {
    if (left < entry.weight) return entry.act;
    left -= entry.weight;
  }
  return Act::send_direct;
}

/// First everybody meets: friends, a group; then whatever comes.
std::vector<Step> make_steps(Dice& dice, std::size_t person, bool first) {
  std::vector<Step> steps;
  if (first) {
    for (int i = 0; i < 4; ++i) steps.push_back({Act::befriend, dice.next(), dice.between(50, 300) * kMilli});
    for (int i = 0; i < 2; ++i) steps.push_back({Act::approve, dice.next() | 1U, dice.between(50, 300) * kMilli});
    if (person < 2) steps.push_back({Act::make_group, dice.next(), 400 * kMilli});
  } else {
    steps.push_back({Act::conversations, 0, dice.between(200, 2500) * kMilli});
  }
  const auto count = 8 + dice.below(14);
  for (std::size_t i = 0; i < count; ++i)
    steps.push_back({throw_act(dice), dice.next(),
                     dice.chance(0.25) ? dice.between(0, 20) * kMilli : dice.between(20, 1200) * kMilli});
  return steps;
}

Trouble throw_trouble(Dice& dice) {
  static constexpr std::array kAll = {Trouble::storm, Trouble::storm, Trouble::crash, Trouble::crash, Trouble::power,
                                      Trouble::asleep, Trouble::clock, Trouble::cut, Trouble::cut, Trouble::away,
                                      Trouble::slow, Trouble::unsure, Trouble::empty};
  return kAll[dice.below(kAll.size())];
}

/// Two steps of each device become: open the socket anew, and end its session while it is on its way.
void end_while_opening(Plan& plan, Dice& dice) {
  static constexpr std::size_t kMeeting = 7;  // steps, of whoever is first
  for (auto& part : plan.parts) {
    const auto first = part.first ? kMeeting : 1;
    const auto at = first + dice.below(part.steps.size() - first - 1);
    part.steps[at].act = Act::reconnect;
    part.steps[at + 1] = {Act::log_out, 0, dice.between(0, 200) * kMilli};
  }
}

}  // namespace

const char* name_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::storm: return "storm";
    case Trouble::crash: return "crash";
    case Trouble::power: return "power cut";
    case Trouble::asleep: return "asleep";
    case Trouble::clock: return "clock";
    case Trouble::cut: return "cut";
    case Trouble::away: return "engine away";
    case Trouble::slow: return "engine slow";
    case Trouble::unsure: return "engine unsure";
    case Trouble::empty: return "cache empty";
  }
  return "";
}

Plan make_plan(std::uint64_t seed) {
  Dice dice(seed ^ 0x5EEDULL);
  Plan plan{.seed = seed, .many = seed % 4 != 0};
  static constexpr const char* kNames[] = {"alice", "bob", "carol", "dave", "erin"};
  const auto people = 3 + dice.below(3);
  for (std::size_t person = 0; person < people; ++person) {
    plan.parts.push_back({{kNames[person], "phone"}, true, make_steps(dice, person, true)});
    if (dice.chance(0.5)) plan.parts.push_back({{kNames[person], "desk"}, false, make_steps(dice, person, false)});
  }
  for (const auto& part : plan.parts) {
    Time total = 0;
    for (const auto& step : part.steps) total += step.pause + 100 * kMilli;
    plan.active = std::max(plan.active, total);
  }
  // One seed in eight has no fault at all.
  const auto faults = dice.below(8);
  for (std::size_t i = 0; i < faults; ++i) {
    const auto kind = throw_trouble(dice);
    plan.faults.push_back(
        {kind, dice.between(0, plan.active), dice.between(10, dice.chance(0.3) ? 9000 : 1500) * kMilli, dice.next()});
  }
  // One run in six; not in the first moments, so that they have friends.
  if (dice.chance(1.0 / 6)) {
    const auto& user = plan.parts[dice.below(plan.parts.size())].device.user;
    plan.departure = {.at = dice.between(plan.active / 3, plan.active), .user = user, .roll = dice.next()};
  }
  // By dice of its own: what the other runs are does not hang on it.
  if (Dice own(seed ^ 0x51013ULL); own.chance(1.0 / 8)) {
    plan.slow_openings = true;
    end_while_opening(plan, own);
  }
  if (Dice own(seed ^ 0xCAC43ULL); own.chance(1.0 / 6)) {
    plan.lossy_cache = true;
    const auto at = own.between(plan.active / 4, plan.active);
    plan.faults.push_back({Trouble::empty, at, kSecond, own.next()});
    // Again, while it is being filled.
    for (auto after = at; own.chance(0.6);)
      plan.faults.push_back({Trouble::empty, after += own.between(1, 300) * kMilli, kSecond, own.next()});
  }
  return plan;
}

std::vector<std::string> Plan::people() const {
  std::vector<std::string> all;
  for (const auto& part : parts)
    if (part.first) all.push_back(part.device.user);
  return all;
}

std::size_t Plan::size() const {
  auto all = faults.size();
  for (const auto& part : parts) all += part.steps.size();
  return all;
}

Plan Plan::without(const std::vector<bool>& keep) const {
  Plan less = *this;
  std::size_t n = 0;
  less.faults.clear();
  for (const auto& fault : faults)
    if (keep[n++]) less.faults.push_back(fault);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    less.parts[i].steps.clear();
    for (const auto& step : parts[i].steps) {
      if (keep[n++]) {
        less.parts[i].steps.push_back(step);
      } else {
        // A step that is left out still takes its time: what follows keeps its moment.
        less.parts[i].steps.push_back({Act::nothing, 0, step.pause});
      }
    }
  }
  return less;
}

}  // namespace godwit::simulate
