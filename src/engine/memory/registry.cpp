#include "engine/memory/registry.hpp"

#include <algorithm>
#include <utility>

#include "base/planted.hpp"

namespace godwit::engine::memory {

using registry::Epoch;
using registry::Node;
using Guard = std::lock_guard<std::mutex>;

Task<Result<Node>> MemoryRegistry::join(std::string name) {
  Guard guard(mutex_);
  pass_time();
  if (const auto known = nodes_.find(name); known != nodes_.end()) end_life(known->second);
  auto& lease = nodes_[name];
  lease.live = {.node = {std::move(name), ++last_epoch_}};
  lease.until = time_ + settings_.lease;
  co_return lease.live.node;
}

Task<Result<void>> MemoryRegistry::renew(Node node, std::uint32_t sockets, bool draining) {
  Guard guard(mutex_);
  pass_time();
  auto* lease = life_of(node);
  if (lease == nullptr) co_return fail(Code::not_found);
  lease->live.sockets = sockets, lease->live.draining = draining;
  lease->until = time_ + settings_.lease;
  co_return Result<void>();
}

Task<Result<std::vector<Epoch>>> MemoryRegistry::enter(Node node, std::vector<registry::Socket> sockets) {
  Guard guard(mutex_);
  pass_time();
  auto* lease = life_of(node);
  if (lease == nullptr) co_return fail(Code::not_found);
  std::vector<Epoch> epochs;
  for (auto& socket : sockets) epochs.push_back(enter(*lease, std::move(socket)));
  co_return epochs;
}

Epoch MemoryRegistry::enter(Lease& lease, registry::Socket socket) {
  const auto& name = lease.live.node.name;
  const auto known = places_.find(socket.session);
  if (socket.epoch != 0 && known != places_.end() && known->second.epoch > socket.epoch) return 0;
  last_epoch_ = std::max(last_epoch_, socket.epoch);
  const Epoch epoch = socket.epoch != 0 ? socket.epoch : ++last_epoch_;
  if (known == places_.end()) {
    come(socket.user);
  } else if (known->second.node != name) {
    nodes_.at(known->second.node).sessions.erase(socket.session);
    tell({.kind = registry::Kind::taken, .session = socket.session, .epoch = epoch, .holder = name});
  }
  lease.sessions.insert(socket.session);
  places_[std::move(socket.session)] = {.user = std::move(socket.user), .node = name, .epoch = epoch};
  return epoch;
}

Task<Result<void>> MemoryRegistry::leave(SessionId session, Epoch epoch) {
  Guard guard(mutex_);
  pass_time();
  const auto known = places_.find(session);
  if (known == places_.end() || known->second.epoch != epoch) co_return Result<void>();
  nodes_.at(known->second.node).sessions.erase(session);
  const auto user = std::move(known->second.user);
  places_.erase(known);
  go(user);
  co_return Result<void>();
}

Task<Result<std::vector<registry::Live>>> MemoryRegistry::nodes() {
  Guard guard(mutex_);
  pass_time();
  std::vector<registry::Live> live;
  for (const auto& [name, lease] : nodes_) live.push_back(lease.live);
  co_return live;
}

Task<Result<registry::Standings>> MemoryRegistry::standings(std::vector<UserKey> users) {
  Guard guard(mutex_);
  pass_time();
  registry::Standings standings{.users = {}, .as_of = position()};
  for (const auto& user : users) {
    const auto found = sockets_.find(user);
    const auto sockets = found == sockets_.end() ? 0 : found->second;
    standings.users.push_back({.sockets = sockets, .online = sockets > 0 || absent_.contains(user)});
  }
  co_return standings;
}

Task<Result<registry::Changes>> MemoryRegistry::changes_after(registry::Position after) {
  Guard guard(mutex_);
  pass_time();
  registry::Changes answer{.changes = {}, .up_to = position()};
  answer.lost = after.epoch != settings_.position_epoch || after.number > last_number_ ||
                after.number + changes_.size() < last_number_;
  if (answer.lost) co_return answer;
  const auto begin = changes_.end() - static_cast<std::ptrdiff_t>(last_number_ - after.number);
  const auto size = std::min<std::uint64_t>(last_number_ - after.number, kPage);
  answer.changes.assign(begin, begin + static_cast<std::ptrdiff_t>(size));
  answer.up_to.number = after.number + size;
  co_return answer;
}

/// Whatever time has passed since the last call. A clock that was set back makes no lease longer than it was given for.
void MemoryRegistry::pass_time() {
  const auto now = clock_.now();
  if (now < time_) {
    for (auto& [name, lease] : nodes_) lease.until = std::min(lease.until, now + settings_.lease);
    for (auto& [user, since] : absent_) since = std::min(since, now);
    for (auto& [since, user] : departures_) since = std::min(since, now);
  }
  time_ = now;
  for (auto one = nodes_.begin(); one != nodes_.end();) {
    if (one->second.until > now || planted(Bug::presence_after_death)) {
      ++one;
      continue;
    }
    end_life(one->second);
    one = nodes_.erase(one);
  }
  while (!departures_.empty() && departures_.front().first + settings_.absence <= now) {
    const auto [since, user] = std::move(departures_.front());
    departures_.pop_front();
    const auto absent = absent_.find(user);
    if (absent == absent_.end() || absent->second != since) continue;  // came back meanwhile
    absent_.erase(absent);
    tell({.kind = registry::Kind::went, .user = user});
  }
}

MemoryRegistry::Lease* MemoryRegistry::life_of(const Node& node) {
  const auto found = nodes_.find(node.name);
  return found == nodes_.end() || found->second.live.node != node ? nullptr : &found->second;
}

void MemoryRegistry::end_life(Lease& lease) {
  for (const auto& session : lease.sessions) {
    const auto place = places_.find(session);
    const auto user = std::move(place->second.user);
    places_.erase(place);
    go(user);
  }
  lease.sessions.clear();
}

void MemoryRegistry::come(const UserKey& user) {
  if (++sockets_[user] > 1) return;
  if (absent_.erase(user) == 0) tell({.kind = registry::Kind::came, .user = user});
}

void MemoryRegistry::go(const UserKey& user) {
  const auto found = sockets_.find(user);
  if (--found->second > 0) return;
  sockets_.erase(found);
  if (settings_.absence == 0) return tell({.kind = registry::Kind::went, .user = user});
  absent_[user] = time_;
  departures_.emplace_back(time_, user);
}

void MemoryRegistry::tell(registry::Change change) {
  change.number = ++last_number_;
  changes_.push_back(std::move(change));
  if (changes_.size() > settings_.changes) changes_.pop_front();
}

}  // namespace godwit::engine::memory
