#include <algorithm>

#include "node/hub.hpp"
#include "node/node_role.hpp"
#include "wire/frame.hpp"

namespace godwit::node {

using net::SharedFrame;

void Hub::entered(const std::vector<Numbered>& numbered, const std::vector<registry::Epoch>& epochs) {
  for (std::size_t i = 0; i < epochs.size(); ++i) {
    if (auto* socket = find(numbered[i]))
      registered(*socket, epochs[i]);
    else if (epochs[i] != 0)
      pass_on(numbered[i].session, epochs[i], node_.hubs_.size() - 1);
  }
}

void Hub::pass_on(const SessionId& session, registry::Epoch epoch, std::size_t others) {
  if (auto* newer = find(session); newer != nullptr && !newer->left_) return registered(*newer, epoch);
  if (others == 0) return spawn(node_.presence_.leave(session, epoch));
  const auto own = std::ranges::find(node_.hubs_, this, &std::unique_ptr<Hub>::get);
  auto& next = *(std::next(own) == node_.hubs_.end() ? node_.hubs_.front() : *std::next(own));
  next.executor().post([&next, session, epoch, others] { next.pass_on(session, epoch, others - 1); });
}

void Hub::registered(Socket& socket, registry::Epoch epoch) {
  const bool older = epoch < socket.epoch_;
  if (epoch == 0 || (older && !socket.registered_)) return socket.end(Close::replaced);  // taken elsewhere since
  if (!older) socket.epoch_ = epoch;
  socket.registered_ = true;
}

void Hub::taken(const SessionId& session, registry::Epoch epoch) {
  auto* socket = find(session);
  if (socket == nullptr || socket->epoch_ >= epoch) return;
  if (socket->registered_)
    socket->end(Close::replaced);
  else
    socket->epoch_ = epoch;  // its own registration is under way, before this one or after it
}

Task<void> Hub::register_all() {
  const auto sockets = all();
  for (std::size_t begin = 0; begin < sockets.size(); begin += Presence::kBatch) {
    std::vector<registry::Socket> batch;
    std::vector<Numbered> numbered;
    for (auto i = begin; i < std::min(sockets.size(), begin + Presence::kBatch); ++i) {
      const auto* socket = find(sockets[i]);
      if (socket == nullptr) continue;
      const auto& who = socket->who();
      const auto epoch = socket->registered_ ? socket->epoch_ : 0;
      batch.push_back({.user = who.user, .session = who.session, .device = who.device, .epoch = epoch});
      numbered.push_back(sockets[i]);
    }
    entered(numbered, co_await node_.presence_.enter(std::move(batch)));
  }
}

Task<void> Hub::tell_all_friends() {
  for (const auto& socket : all()) co_await tell_friends(socket, false);
}

/// `anew`: the client knows of nobody yet. Asks until somebody can say, or the socket is gone.
Task<void> Hub::tell_friends(Numbered numbered, bool anew) {
  newcomers_[numbered.number] = {};
  for (;; co_await sleep_for(executor_, std::chrono::seconds(1))) {
    auto* socket = find(numbered);
    if (socket == nullptr) break;
    const auto friends = co_await node_.peers_.users.awake_friends(socket->who().user);
    if (!friends && friends.error().code != Code::unavailable) break;
    if (!friends) continue;
    const auto standings = co_await node_.presence_.standings(**friends);
    socket = find(numbered);
    if (socket == nullptr) break;
    if (!standings) continue;
    const auto& user = socket->who().user;
    std::unordered_set<UserKey> told;
    for (std::size_t i = 0; i < (*friends)->size(); ++i) {
      const bool online = standings->users[i].online;
      if (!online && anew) continue;
      socket->send(SharedFrame::text(wire::presence_frame((**friends)[i], user, online)));
      told.insert((**friends)[i]);
    }
    auto& newcomer = newcomers_[numbered.number];
    newcomer.as_of = standings->as_of;
    newcomer.told = std::move(told);
    for (const auto& news : std::exchange(newcomer.heard, {})) tell(*socket, news);
    if (told_ < standings->as_of) co_return;  // what comes up to there it has heard already
    break;
  }
  newcomers_.erase(numbered.number);
}

void Hub::tell(const std::vector<PresenceNews>& news, registry::Position up_to) {
  if (node_.draining()) return;  // everybody here goes; who comes back is told then
  for (const auto& one : news) {
    const auto found = users_.find(one.to);
    if (found == users_.end()) continue;
    for (auto* socket : found->second)
      if (socket->connected_) tell(*socket, one);
  }
  told_ = up_to;
  std::erase_if(newcomers_, [&](const auto& one) { return one.second.as_of && *one.second.as_of <= up_to; });
}

void Hub::tell(Socket& socket, const PresenceNews& news) {
  const auto newcomer = newcomers_.find(socket.number());
  if (newcomer != newcomers_.end()) {
    if (!newcomer->second.as_of) return newcomer->second.heard.push_back(news);
    if (news.number <= newcomer->second.as_of->number && newcomer->second.told.contains(news.of)) return;
  }
  socket.send(news.frame);
}

}  // namespace godwit::node
