#include "node/hub.hpp"

#include <algorithm>
#include <utility>

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

void Hub::push(const std::vector<Push>& batch) {
  for (const auto& push : batch) {
    if (!push.users) {
      push_to(push.user, push);
    } else {
      for (const auto& user : *push.users) push_to(user, push);
    }
  }
}

void Hub::push_to(const UserKey& user, const Push& push) {
  const auto found = users_.find(user);
  if (found == users_.end()) return;
  const bool skip = user == push.skip_user;
  if (skip && push.skip_device.empty()) return;
  for (Socket* socket : found->second) {
    if (skip && socket->who().device == push.skip_device) continue;
    socket->send(push.frame);
    node_.frames_.add();
  }
}

void Hub::accept(std::unique_ptr<Socket> fresh, const Entry& entry, Begin begin) {
  auto* socket = fresh.release();  // owned by users_ until forget()
  socket->hub_ = this, socket->number_ = entry.number;
  const UserKey user = socket->who().user;
  const SessionId session = socket->who().session;
  if (auto* older = find(session)) older->end(Close::replaced);
  sessions_.erase(session.str());  // an entry's key points into its socket
  sessions_.emplace(socket->who().session.str(), socket);
  users_[user].push_back(socket);
  const bool full = node_.open_.fetch_add(1, std::memory_order_relaxed) >= node_.settings_.connections;
  next_expiry_ = std::min(next_expiry_, socket->who().expires_at);
  if (!sweeping_) next_expiry_ = socket->who().expires_at, sweep_expired();
  if (begin) begin();
  socket = find(session);  // bytes that came early may have ended it again
  if (socket == nullptr || socket->number() != entry.number) return;
  const auto ping = std::max<std::int64_t>(1, node_.settings_.ping_interval.count());
  socket->send(SharedFrame::text(wire::connected_frame(socket->who(), node_.name(), ping)));
  if (full) return socket->end(Close::too_many);
  if (node_.draining_.load(std::memory_order_relaxed)) return socket->end(Close::draining, R"({"delayMs":1000})");
  // Whatever ended before this look was remembered before it; what ends later finds the socket in the tables.
  const auto verdict = node_.ended_.since(session, entry.as_of);
  if (verdict == changes::EndedSessions::Verdict::ended) return socket->end(Close::session_ended);
  if (verdict == changes::EndedSessions::Verdict::unknown) spawn(prove_again(session, entry.number));
  spawn(tell_presence(user, session, entry.first));
}

Task<void> Hub::prove_again(SessionId session, std::uint64_t number) {
  for (;;) {
    const auto* socket = find(session);
    if (socket == nullptr || socket->number() != number) co_return;
    const auto proven = co_await node_.peers_.users.prove_again(socket->who());
    if (proven) co_return;
    if (proven.error().code != Code::unavailable) co_return close_session(session, Close::session_ended, number + 1);
    co_await sleep_for(executor_, std::chrono::seconds(1));
  }
}

void Hub::prove_all() {
  prove_once_more_ = true;
  if (!std::exchange(proving_, true)) spawn(prove_those_here());
}

Task<void> Hub::prove_those_here() {
  while (std::exchange(prove_once_more_, false)) {
    std::vector<std::pair<SessionId, std::uint64_t>> all;
    for (const auto& [session, socket] : sessions_) all.emplace_back(socket->who().session, socket->number());
    for (const auto& [session, number] : all) co_await prove_again(session, number);
  }
  proving_ = false;
}

Socket* Hub::find(const SessionId& session) {
  const auto found = sessions_.find(session.str());
  return found == sessions_.end() ? nullptr : found->second;
}

void Hub::close_session(const SessionId& session, Close code, std::uint64_t before) {
  auto* socket = find(session);
  if (socket != nullptr && socket->number() < before) socket->end(code);
}

void Hub::leave(Socket& socket) {
  if (std::exchange(socket.left_, true)) return;
  const auto& user = socket.who().user;
  const bool last = node_.presence_.remove(user) == 0;
  if (last && !node_.draining_.load(std::memory_order_relaxed)) spawn(tell_presence(user, SessionId(), true));
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

Task<void> Hub::tell_presence(UserKey user, SessionId newcomer, bool changed) {
  const auto friends = co_await node_.peers_.users.awake_friends(user);
  if (!friends) co_return;  // presence is a courtesy: without the store it is not told
  auto batch = std::make_shared<std::vector<Push>>();
  auto* socket = newcomer.empty() ? nullptr : find(newcomer);
  const bool online =
      node_.presence_.count(user) > 0;  // as it is now: what changed back meanwhile is told as it stands
  for (const auto& other : **friends) {
    if (node_.presence_.count(other) == 0) continue;
    if (changed)
      batch->push_back({.user = other, .frame = SharedFrame::text(wire::presence_frame(user, other, online))});
    if (socket != nullptr) socket->send(SharedFrame::text(wire::presence_frame(other, user, true)));
  }
  if (!batch->empty()) node_.push(std::move(batch));
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
  std::vector<SessionId> all;
  for (const auto& [session, socket] : sessions_) all.push_back(socket->who().session);
  std::size_t i = 0;
  for (const auto& session : all) {
    const auto delay = 50 + spread * i++ / std::max<std::size_t>(1, all.size());
    if (auto* socket = find(session))
      socket->end(Close::draining, "{\"delayMs\":" + std::to_string(delay) + "}");
  }
}

}  // namespace godwit::node
