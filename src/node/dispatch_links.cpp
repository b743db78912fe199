#include "node/dispatch_links.hpp"

#include <algorithm>
#include <utility>

#include "base/planted.hpp"

namespace godwit::node {

using Guard = std::lock_guard<std::mutex>;

void DispatchLinks::add(const UserKey& user) {
  Guard guard(users_mutex_);
  if (++users_[user] > 1) return;
  tell_all(link::Here{.number = ++last_, .user = user});
}

void DispatchLinks::remove(const UserKey& user) {
  Guard guard(users_mutex_);
  const auto found = users_.find(user);
  if (--found->second > 0) return;
  users_.erase(found);
  tell_all(link::Gone{.user = user});
}

bool DispatchLinks::connected(const UserKey& user) const {
  Guard guard(users_mutex_);
  return users_.contains(user);
}

std::size_t DispatchLinks::users() const {
  Guard guard(users_mutex_);
  return users_.size();
}

void DispatchLinks::tell_all(const link::Up& message) {
  std::vector<link::LinkPtr> links;
  {
    Guard guard(links_mutex_);
    for (const auto& open : links_) links.push_back(open.link);
  }
  for (const auto& link : links) link->send(message);
}

void DispatchLinks::opened(link::LinkPtr link) {
  Guard guard(users_mutex_);
  link::Snapshot snapshot;
  for (const auto& [user, sockets] : users_) snapshot.users.push_back(user);
  {
    Guard links(links_mutex_);
    if (const auto known = pushed_.find(link->dispatcher()); known != pushed_.end()) snapshot.pushed = known->second;
    // Nobody waits for it to acknowledge the snapshot: what it commits before it has it, it tells to have been missed.
    links_.push_back({.link = link, .acknowledged = last_});
  }
  link->send(std::move(snapshot));
}

void DispatchLinks::heard(link::Link& link, link::Down message) {
  if (auto* pushed = std::get_if<link::Pushed>(&message)) {
    {
      Guard guard(links_mutex_);
      pushed_[link.dispatcher()] = pushed->number;
    }
    target_.push(std::move(pushed->batch));
  } else if (const auto* registration = std::get_if<link::Registered>(&message)) {
    registered(link, registration->up_to);
  } else {
    target_.tell_missed();
  }
}

void DispatchLinks::registered(const link::Link& link, std::uint64_t up_to) {
  Guard guard(links_mutex_);
  for (auto& open : links_)
    if (open.link.get() == &link) open.acknowledged = std::max(open.acknowledged, up_to);
  wake();
}

void DispatchLinks::ended(link::Link& link) {
  link::LinkPtr last;  // may be the last that holds it: goes after the lock
  Guard guard(links_mutex_);
  for (auto& open : links_)
    if (open.link.get() == &link) last = open.link;
  std::erase_if(links_, [&](const Open& open) { return open.link.get() == &link; });
  const auto linked = [&](const std::string& dispatcher) {
    return std::ranges::any_of(links_, [&](const Open& open) { return open.link->dispatcher() == dispatcher; });
  };
  if (pushed_.size() > kMostKnown) std::erase_if(pushed_, [&](const auto& one) { return !linked(one.first); });
  wake();
}

Task<void> DispatchLinks::acknowledged() {
  std::uint64_t number = 0;
  {
    Guard guard(users_mutex_);
    number = last_;
  }
  {
    Guard guard(links_mutex_);
    if (all_know(number) || planted(Bug::push_before_registered)) co_return;
  }
  executor_.post_after(kPatience, [this, number, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) give_up(number);
  });
  co_await completion<bool>([&](auto done) { wait(number, std::move(done)); });
}

void DispatchLinks::wait(std::uint64_t number, std::move_only_function<void(bool)> done) {
  Guard guard(links_mutex_);
  waiting_.push_back({.number = number, .done = std::move(done)});
  wake();
}

/// Whoever still has not acknowledged it is too slow.
void DispatchLinks::give_up(std::uint64_t number) {
  std::vector<link::LinkPtr> slow;
  {
    Guard guard(links_mutex_);
    for (const auto& open : links_)
      if (open.acknowledged < number) slow.push_back(open.link);
  }
  for (const auto& link : slow) link->cut();
}

bool DispatchLinks::all_know(std::uint64_t number) const {
  return std::ranges::all_of(links_, [&](const Open& open) { return open.acknowledged >= number; });
}

/// They go on later, and never under the lock.
void DispatchLinks::wake() {
  std::erase_if(waiting_, [&](Waiting& waiting) {
    if (!all_know(waiting.number)) return false;
    executor_.post([done = std::move(waiting.done)]() mutable { done(true); });
    return true;
  });
}

}  // namespace godwit::node
