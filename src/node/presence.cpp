#include "node/presence.hpp"

#include <algorithm>

#include "base/gather.hpp"
#include "node/hub.hpp"
#include "node/node_role.hpp"
#include "wire/frame.hpp"

namespace godwit::node {

void Presence::start() {
  executor_.post([this, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) spawn(beat(*this, alive));
  });
}

Task<void> Presence::beat(Presence& self, std::weak_ptr<char> alive) {
  co_await self.keep_lease();
  if (alive.expired()) co_return;
  self.look();
  self.executor_.post_after(kBeat, [&self, alive] {
    if (!alive.expired()) spawn(beat(self, alive));
  });
}

Task<void> Presence::keep_lease() {
  const auto life = life_.load();
  if (life != 0) {
    const auto sockets = static_cast<std::uint32_t>(node_.open_sockets());
    const auto renewed = co_await registry_.renew({.name = node_.name(), .epoch = life}, sockets, node_.draining());
    if (renewed || renewed.error().code != Code::not_found) co_return;
  }
  const auto joined = co_await registry_.join(node_.name());
  if (!joined) co_return life_.store(0);
  life_.store(joined->epoch);
  for (auto& hub : node_.hubs_) hub->executor().post([h = hub.get()] { spawn(h->register_all()); });
}

Task<std::vector<registry::Epoch>> Presence::enter(std::vector<registry::Socket> sockets) {
  for (auto life = life_.load(); life != 0;) {
    auto entered = co_await registry_.enter({.name = node_.name(), .epoch = life}, sockets);
    if (entered) {
      look();
      co_return std::move(*entered);
    }
    const auto used = std::exchange(life, life_.load());
    if (life != used) continue;  // joined anew meanwhile
    life_.compare_exchange_strong(life, 0);
    break;
  }
  co_return std::vector<registry::Epoch>();
}

Task<void> Presence::leave(SessionId session, registry::Epoch epoch) {
  const auto left = co_await registry_.leave(std::move(session), epoch);
  if (!left) life_.store(0);
  look();
}

void Presence::look() {
  if (looks_.fetch_add(1) == 0) spawn(follow());
}

Task<void> Presence::follow() {
  for (;;) {
    auto seen = looks_.load();
    while (co_await read_on()) {
    }
    if (looks_.compare_exchange_strong(seen, 0)) co_return;
  }
}

/// true: there may be more.
Task<bool> Presence::read_on() {
  const auto changes = co_await registry_.changes_after(position_);
  if (!changes) co_return false;
  if (changes->lost) {
    for (auto& hub : node_.hubs_) hub->executor().post([h = hub.get()] { spawn(h->tell_all_friends()); });
  } else if (!co_await tell(*changes)) {
    co_return false;
  }
  position_ = changes->up_to;
  co_return changes->lost || changes->changes.size() == registry::Registry::kPage;
}

/// false: accounts cannot be read; the same again with the next beat.
Task<bool> Presence::tell(const registry::Changes& changes) {
  if (changes.changes.empty()) co_return true;
  Gather<Result<std::shared_ptr<const std::vector<UserKey>>>> reads;
  for (const auto& change : changes.changes)
    if (change.kind != registry::Kind::taken) reads.start(node_.peers_.users.awake_friends(change.user));
  auto friends = co_await reads.all();
  const auto unread = [](const auto& one) { return !one && one.error().code == Code::unavailable; };
  if (std::ranges::any_of(friends, unread)) co_return false;
  auto batch = std::make_shared<std::vector<PresenceNews>>();
  auto next = friends.begin();
  for (const auto& change : changes.changes) {
    if (change.kind == registry::Kind::taken) {
      if (change.holder != node_.name()) node_.taken(change.session, change.epoch);
      continue;
    }
    const auto& of_user = *next++;
    const bool online = change.kind == registry::Kind::came;
    for (std::size_t i = 0; of_user && i < (*of_user)->size(); ++i) {
      const auto& to = (**of_user)[i];
      if (!node_.dispatchers_.connected(to)) continue;
      auto frame = net::SharedFrame::text(wire::presence_frame(change.user, to, online));
      batch->push_back({.number = change.number, .of = change.user, .to = to, .frame = std::move(frame)});
    }
  }
  for (auto& hub : node_.hubs_)
    hub->executor().post([h = hub.get(), batch, up_to = changes.up_to] { h->tell(*batch, up_to); });
  co_return true;
}

}  // namespace godwit::node
