#include "node/hub.hpp"

#include <algorithm>
#include <utility>

#include "node/node_role.hpp"
#include "wire/frame.hpp"

namespace godwit::node {

using net::SharedFrame;

Hub::Hub(NodeRole& node, net::EventLoop& loop) : node_(node), host_(loop, node.settings_.channel), acks_(loop, node.peers_.offline) {}

Hub::~Hub() {
  for (auto& [user, devices] : users_) {
    for (auto* connection : devices) delete connection;
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
  for (Connection* connection : found->second) {
    if (skip && connection->who().device == push.skip_device) continue;
    connection->send(push.frame);
    node_.frames_.add();
  }
}

void Hub::accept(net::RawSocket socket, Identity who, std::uint64_t number, bool first) {
  const UserKey user = who.user;
  const SessionId session = who.session;
  if (auto* older = find(session)) older->end(Close::replaced);
  auto* connection =
      new Connection(*this, std::move(who), number);  // owned by users_ until forget()
  sessions_.erase(session.str());  // an entry's key points into its connection
  sessions_.emplace(connection->who().session.str(), connection);
  users_[user].push_back(connection);
  const bool full = node_.open_.fetch_add(1, std::memory_order_relaxed) >= node_.settings_.connections;
  next_expiry_ = std::min(next_expiry_, connection->who().expires_at);
  if (!sweeping_) next_expiry_ = connection->who().expires_at, sweep_expired();
  connection->open(host_, std::move(socket));
  connection = find(session);  // bytes that came early may have ended it again
  if (connection == nullptr || connection->number() != number) return;
  const auto ping = std::chrono::duration_cast<std::chrono::seconds>(node_.settings_.channel.ping_interval).count();
  connection->send(
      SharedFrame::text(wire::connected_frame(connection->who(), node_.name(), std::max<std::int64_t>(1, ping))));
  if (full) return connection->end(Close::too_many);
  if (node_.draining_.load(std::memory_order_relaxed)) return connection->end(Close::draining, R"({"delayMs":1000})");
  spawn(tell_presence(user, session, first));
}

Connection* Hub::find(const SessionId& session) {
  const auto found = sessions_.find(session.str());
  return found == sessions_.end() ? nullptr : found->second;
}

void Hub::close_session(const SessionId& session, Close code, std::uint64_t before) {
  auto* connection = find(session);
  if (connection != nullptr && connection->number() < before) connection->end(code);
}

void Hub::leave(Connection& connection) {
  if (std::exchange(connection.left_, true)) return;
  const auto& user = connection.who().user;
  const bool last = node_.presence_.remove(user) == 0;
  if (last && !node_.draining_.load(std::memory_order_relaxed)) spawn(tell_presence(user, SessionId(), true));
}

void Hub::forget(Connection& connection, std::uint16_t code) {
  leave(connection);
  const UserKey user = connection.who().user;
  auto& devices = users_[user];
  std::erase(devices, &connection);
  if (devices.empty()) users_.erase(user);
  const auto found = sessions_.find(connection.who().session.str());
  if (found != sessions_.end() && found->second == &connection) sessions_.erase(found);
  node_.open_.fetch_sub(1, std::memory_order_relaxed);
  node_.peers_.users.seen(connection.who().session);
  node_.log_.debug("socket_closed", {{"session", connection.who().session.str()}, {"code", code}});
  delete &connection;
}

Task<void> Hub::tell_presence(UserKey user, SessionId newcomer, bool changed) {
  const auto friends = co_await node_.peers_.users.awake_friends(user);
  if (!friends) co_return;  // presence is a courtesy: without the store it is not told
  auto batch = std::make_shared<std::vector<Push>>();
  auto* connection = newcomer.empty() ? nullptr : find(newcomer);
  const bool online =
      node_.presence_.count(user) > 0;  // as it is now: what changed back meanwhile is told as it stands
  for (const auto& other : **friends) {
    if (node_.presence_.count(other) == 0) continue;
    if (changed)
      batch->push_back({.user = other, .frame = SharedFrame::text(wire::presence_frame(user, other, online))});
    if (connection != nullptr) connection->send(SharedFrame::text(wire::presence_frame(other, user, true)));
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
    for (const auto& [session, connection] : sessions_) {
      if (connection->who().expires_at <= now)
        expired.push_back(connection->who().session);
      else
        next_expiry_ = std::min(next_expiry_, connection->who().expires_at);
    }
    for (const auto& session : expired)
      if (auto* connection = find(session)) connection->end(Close::token_expired);
  }
  host_.loop().post_after(std::chrono::seconds(1), [this] { sweep_expired(); });
}

void Hub::drain() {
  // Everybody comes back elsewhere or here: spread over up to five seconds, so that they do not come at once.
  const auto spread = std::min<std::size_t>(5000, 100 + sessions_.size());
  std::vector<SessionId> all;
  for (const auto& [session, connection] : sessions_) all.push_back(connection->who().session);
  std::size_t i = 0;
  for (const auto& session : all) {
    const auto delay = 50 + spread * i++ / std::max<std::size_t>(1, all.size());
    if (auto* connection = find(session))
      connection->end(Close::draining, "{\"delayMs\":" + std::to_string(delay) + "}");
  }
}

}  // namespace godwit::node
