#include "node/hub.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/planted.hpp"
#include "node/node_role.hpp"
#include "wire/frame.hpp"

namespace godwit::node {

using net::SharedFrame;

Hub::Hub(NodeRole& node, Executor& executor) : node_(node), executor_(executor), acks_(executor, node.peers_.offline) {}

Hub::~Hub() {
  for (auto& [user, devices] : users_) {
    for (auto* socket : devices) delete socket;
  }
}

void Hub::push(const std::vector<link::Push>& batch) {
  for (const auto& push : batch) {
    push_to(push.users ? std::span(*push.users) : std::span(&push.user, 1), push);
  }
}

/// While the users of a group are looked up, their sockets are fetched into the cache: one after the other, each would
/// be waited for (1.05 times the deliveries a CPU-second, median of 20 rounds). Nothing that is sent takes a socket out
/// of the tables.
void Hub::push_to(std::span<const UserKey> users, const link::Push& push) {
  struct Found {
    const UserKey* user;
    const Devices* devices;
  };
  std::array<Found, 16> found;
  while (!users.empty()) {
    std::size_t count = 0;
    for (const auto& user : users.first(std::min(users.size(), found.size()))) {
      const auto known = users_.find(user);
      if (known == users_.end()) continue;
      for (const auto* socket : known->second) socket->fetch();
      found[count++] = {.user = &user, .devices = &known->second};
    }
    users = users.subspan(std::min(users.size(), found.size()));
    for (const auto& [user, devices] : std::span(found).first(count)) push_to(*user, *devices, push);
  }
}

/// Who was not sent 201 yet pulls after it, and finds what was committed before.
void Hub::push_to(const UserKey& user, const Devices& devices, const link::Push& push) {
  const bool skip = user == push.skip_user;
  if (skip && push.skip_device.empty()) return;
  for (Socket* socket : devices) {
    if (!socket->connected_ || (skip && socket->who().device == push.skip_device)) continue;
    socket->send(push.frame);
    node_.frames_.add();
  }
}

void Hub::tell_missed() {
  missed_ = true;
  if (!std::exchange(telling_missed_, true)) spawn(tell_what_is_missed());
}

Task<void> Hub::tell_what_is_missed() {
  constexpr std::size_t kAtOnce = 256;  // 12,800 a second
  const auto frame = SharedFrame::text(wire::missed_frame());
  while (std::exchange(missed_, false)) {
    const auto sockets = all();
    for (std::size_t i = 0; i < sockets.size(); ++i) {
      if (i > 0 && i % kAtOnce == 0) co_await sleep_for(executor_, std::chrono::milliseconds(20));
      auto* socket = find(sockets[i]);
      if (socket != nullptr && socket->connected_) socket->send(frame);
    }
    co_await sleep_for(executor_, std::chrono::seconds(1));
  }
  telling_missed_ = false;
}

void Hub::accept(std::unique_ptr<Socket> fresh, const Entry& entry, Begin begin) {
  auto* socket = fresh.release();  // owned by users_ until forget()
  socket->hub_ = this, socket->number_ = entry.number;
  Identity who = socket->who();        // `begin` may be the socket's end
  sessions_.erase(who.session.str());  // an entry's key points into its socket
  sessions_.emplace(socket->who().session.str(), socket);
  users_[who.user].push_back(socket);
  node_.dispatchers_.add(who.user);
  const bool full = node_.open_.fetch_add(1, std::memory_order_relaxed) >= node_.settings_.connections;
  next_expiry_ = std::min(next_expiry_, who.expires_at);
  if (!sweeping_) next_expiry_ = who.expires_at, sweep_expired();
  if (begin) begin();
  spawn(connect(std::move(who), entry, full));
}

Task<void> Hub::connect(Identity who, Entry entry, bool full) {
  const Numbered numbered{.session = who.session, .number = entry.number};
  co_await node_.dispatchers_.acknowledged();
  registry::Socket own{.user = who.user, .session = who.session, .device = who.device};
  entered({numbered}, co_await node_.presence_.enter(std::move(own)));
  // After the newer one is registered: friends see no gap.
  close_older(who.user, who.session, entry.number);
  for (auto& hub : node_.hubs_) {
    if (hub.get() == this) continue;
    hub->executor().post([h = hub.get(), who, n = entry.number] { h->close_older(who.user, who.session, n); });
  }
  auto* socket = find(numbered);
  if (socket == nullptr) co_return;
  // Whatever ended before this look was remembered before it; what ends later finds the socket in the tables.
  using enum changes::EndedSessions::Verdict;
  const auto verdict = planted(Bug::revoked_while_opening) ? lives : node_.ended_.since(who.session, entry.as_of);
  socket->greet();
  if (full) co_return socket->end(Close::too_many);
  if (node_.draining()) co_return socket->end(Close::draining, R"({"delayMs":1000})");
  if (verdict == ended) co_return socket->end(Close::session_ended);
  if (verdict == unknown) spawn(prove_again(who.session, entry.number));
  spawn(tell_friends(numbered, true));
}

Task<void> Hub::prove_again(SessionId session, std::uint64_t number) {
  for (;;) {
    const auto* socket = find(session);
    if (socket == nullptr || socket->number() != number) co_return;
    using enum changes::EndedSessions::Verdict;
    const auto proven = co_await node_.peers_.users.prove_again(socket->who());
    // Whoever proves may not have heard yet of what was lost here: then its proof says nothing.
    const auto verdict = proven ? node_.ended_.since(session, proven->as_of) : unknown;
    if (verdict == lives) co_return;
    if (verdict == ended || (!proven && proven.error().code != Code::unavailable))
      co_return close_session(session, Close::session_ended, number + 1);
    co_await sleep_for(executor_, std::chrono::seconds(1));
  }
}

void Hub::prove_all() {
  prove_once_more_ = true;
  if (!std::exchange(proving_, true)) spawn(prove_those_here());
}

Task<void> Hub::prove_those_here() {
  while (std::exchange(prove_once_more_, false)) {
    for (const auto& [session, number] : all()) co_await prove_again(session, number);
  }
  proving_ = false;
}

Socket* Hub::find(const SessionId& session) {
  const auto found = sessions_.find(session.str());
  return found == sessions_.end() ? nullptr : found->second;
}

Socket* Hub::find(const Numbered& numbered) {
  auto* socket = find(numbered.session);
  return socket != nullptr && socket->number_ == numbered.number && !socket->left_ ? socket : nullptr;
}

std::vector<Hub::Numbered> Hub::all() const {
  std::vector<Numbered> all;
  for (const auto& [session, socket] : sessions_) all.push_back({socket->who().session, socket->number()});
  return all;
}

void Hub::close_session(const SessionId& session, Close code, std::uint64_t before) {
  auto* socket = find(session);
  if (socket != nullptr && socket->number() < before) socket->end(code);
}

void Hub::close_older(const UserKey& user, const SessionId& session, std::uint64_t before) {
  const auto found = users_.find(user);
  if (found == users_.end()) return;
  for (auto* socket : found->second)
    if (socket->who().session == session && socket->number() < before) socket->end(Close::replaced);
}

void Hub::leave(Socket& socket) {
  if (std::exchange(socket.left_, true)) return;
  newcomers_.erase(socket.number());
  node_.dispatchers_.remove(socket.who().user);
  if (socket.registered_) spawn(node_.presence_.leave(socket.who().session, socket.epoch_));
}

void Hub::forget(Socket& socket, std::uint16_t code) {
  leave(socket);
  const UserKey user = socket.who().user;
  auto& devices = users_[user];
  std::erase(devices, &socket);
  if (devices.empty()) users_.erase(user);
  const auto found = sessions_.find(socket.who().session.str());
  if (found != sessions_.end() && found->second == &socket) sessions_.erase(found);
  node_.open_.fetch_sub(1, std::memory_order_relaxed);
  node_.peers_.users.seen(socket.who().session);
  node_.log_.debug("socket_closed", {{"session", socket.who().session.str()}, {"code", code}});
  delete &socket;
}

void Hub::sweep_expired() {
  const auto now = node_.clock_.now();
  sweeping_ = !sessions_.empty();
  if (!sweeping_) return;
  if (now >= next_expiry_) {
    next_expiry_ = now + 3'600'000;
    std::vector<SessionId> expired;  // ending one may forget it at once
    for (const auto& [session, socket] : sessions_) {
      if (socket->who().expires_at <= now)
        expired.push_back(socket->who().session);
      else
        next_expiry_ = std::min(next_expiry_, socket->who().expires_at);
    }
    for (const auto& session : expired)
      if (auto* socket = find(session)) socket->end(Close::token_expired);
  }
  executor_.post_after(std::chrono::seconds(1), [this] { sweep_expired(); });
}

void Hub::drain() {
  // Everybody comes back elsewhere or here: spread over up to five seconds, so that they do not come at once.
  const auto spread = std::min<std::size_t>(5000, 100 + sessions_.size());
  const auto sockets = all();
  std::size_t i = 0;
  for (const auto& numbered : sockets) {
    const auto delay = 50 + spread * i++ / sockets.size();
    if (auto* socket = find(numbered)) socket->end(Close::draining, "{\"delayMs\":" + std::to_string(delay) + "}");
  }
}

}  // namespace godwit::node
