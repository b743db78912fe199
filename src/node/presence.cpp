#include "node/presence.hpp"

#include <algorithm>

#include "base/gather.hpp"
#include "node/hub.hpp"
#include "node/node_role.hpp"
#include "wire/frame.hpp"

namespace godwit::node {

Presence::Presence(NodeRole& node, registry::Registry& registry, Executor& executor)
    : node_(node),
      registry_(registry),
      executor_(executor),
      entering_([this](std::vector<registry::Socket> sockets) { return enter_each(std::move(sockets)); },
                {.batch = kBatch, .waiting = node.settings_.connections}),
      asking_([this](std::vector<std::vector<UserKey>> asked) { return standings_of_each(std::move(asked)); },
              {.batch = kAsked, .waiting = node.settings_.connections},
              [](const std::vector<UserKey>& users) { return users.size() + 1; }) {}

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

Task<std::vector<registry::Epoch>> Presence::enter(registry::Socket socket) {
  auto entered = co_await entering_.ask(std::move(socket));
  if (!entered) life_.store(0);  // too many wait: all of them are registered with the next beat
  co_return std::move(entered).value_or(Epochs());
}

Task<std::vector<Presence::Epochs>> Presence::enter_each(std::vector<registry::Socket> sockets) {
  const auto count = sockets.size();
  const auto epochs = co_await enter(std::move(sockets));
  std::vector<Epochs> each(count);
  for (std::size_t i = 0; i < epochs.size(); ++i) each[i].push_back(epochs[i]);
  co_return each;
}

Task<Result<registry::Standings>> Presence::standings(std::vector<UserKey> users) {
  auto standings = co_await asking_.ask(std::move(users));
  if (!standings) co_return fail(Code::unavailable, "too many ask who is there");
  co_return std::move(*standings);
}

Task<std::vector<Presence::Standings>> Presence::standings_of_each(std::vector<std::vector<UserKey>> asked) {
  std::vector<UserKey> all;
  for (const auto& users : asked) all.insert(all.end(), users.begin(), users.end());
  const auto found = co_await registry_.standings(std::move(all));
  std::vector<Standings> each;
  auto next = found ? found->users.begin() : decltype(found->users.begin())();
  for (const auto& users : asked) {
    if (!found) {
      each.emplace_back(std::unexpected(found.error()));
      continue;
    }
    const auto end = next + static_cast<std::ptrdiff_t>(users.size());
    each.emplace_back(registry::Standings{.as_of = found->as_of, .users = {next, end}});
    next = end;
  }
  co_return each;
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
