#pragma once
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "service/archive.hpp"
#include "service/dispatch.hpp"
#include "service/gateway.hpp"
#include "service/offline.hpp"
#include "service/sequencer.hpp"
#include "service/user.hpp"
#include "simulate/network.hpp"

/// Each role's contract, as another process has it: every call goes over the network.
namespace godwit::simulate {

/// A process that runs a role, and the role in its present life.
template <class S>
struct Seat {
  Process* process = nullptr;
  S* role = nullptr;
};

/// From one process to those that run a role. Any of them may be asked; one that is known to be down is not.
template <class S>
class Edge {
 public:
  Edge(Network& network, Process& from, std::span<const Seat<S>> seats, Time patience = 3 * kSecond)
      : network_(network), from_(from), seats_(seats), patience_(patience) {}

  /// `work(S&)` → Task<R>, with all that it needs in it, runs there. unavailable: it may have run, or may yet run.
  template <class R, class Work>
  Task<R> ask(Work work, bool repeatable = true) {
    const auto& seat = some();
    co_return co_await call<R>(network_, from_, *seat.process, patience_, repeatable,
                               R(fail(Code::unavailable, "the role does not answer")),
                               [&seat, work = std::move(work)] { return work(*seat.role); });
  }
  /// The same, and nobody waits for it.
  template <class Work>
  void tell(Work work) {
    const auto& seat = some();
    network_.send(from_, *seat.process, true, [&seat, work] { spawn(work(*seat.role)); }, [] {});
  }

 private:
  [[nodiscard]] const Seat<S>& some() {
    auto& dice = network_.scheduler().dice();
    const auto first = dice.below(seats_.size());
    for (std::size_t i = 0; i < seats_.size(); ++i) {
      const auto& seat = seats_[(first + i) % seats_.size()];
      if (seat.process->alive()) return seat;
    }
    return seats_[first];
  }

  Network& network_;
  Process& from_;
  std::span<const Seat<S>> seats_;
  Time patience_;
};

class UsersElsewhere final : public user::Service {
 public:
  using Role = user::Service;
  explicit UsersElsewhere(Edge<Role> edge) : edge_(edge) {}

  Task<Result<user::Proven>> authenticate(std::string_view token) override {
    return edge_.ask<Result<user::Proven>>([token = std::string(token)](Role& to) { return to.authenticate(token); });
  }
  Task<Result<user::Proven>> prove_again(Identity who) override {
    return edge_.ask<Result<user::Proven>>([who](Role& to) { return to.prove_again(who); });
  }
  Task<Result<user::ServiceIdentity>> authenticate_service(std::string_view key) override {
    return edge_.ask<Result<user::ServiceIdentity>>(
        [key = std::string(key)](Role& to) { return to.authenticate_service(key); });
  }
  Task<Result<bool>> is_admin(const UserKey& user) override {
    return edge_.ask<Result<bool>>([user](Role& to) { return to.is_admin(user); });
  }
  Task<Result<void>> record_deed(const UserKey& admin, user::Deed deed) override {
    return edge_.ask<Result<void>>([admin, deed](Role& to) { return to.record_deed(admin, deed); }, false);
  }
  void seen(const SessionId& session) override {
    edge_.tell([session](Role& to) { return see(to, session); });
  }
  Task<Result<DirectRelation>> relation(const UserKey& from, const UserKey& to) override {
    return edge_.ask<Result<DirectRelation>>([from, to](Role& role) { return role.relation(from, to); });
  }
  Task<Result<std::shared_ptr<const std::vector<UserKey>>>> awake_friends(const UserKey& user) override {
    return edge_.ask<Result<std::shared_ptr<const std::vector<UserKey>>>>(
        [user](Role& to) { return to.awake_friends(user); });
  }
  Task<Result<std::shared_ptr<const Roster>>> roster(const GroupKey& group) override {
    return edge_.ask<Result<std::shared_ptr<const Roster>>>([group](Role& to) { return to.roster(group); });
  }
  Task<Result<std::vector<Card>>> user_cards(const std::vector<UserKey>& keys) override {
    return edge_.ask<Result<std::vector<Card>>>([keys](Role& to) { return to.user_cards(keys); });
  }
  Task<Result<std::vector<Card>>> group_cards(const std::vector<GroupKey>& keys) override {
    return edge_.ask<Result<std::vector<Card>>>([keys](Role& to) { return to.group_cards(keys); });
  }
  Task<Result<std::vector<UserKey>>> users_after(const UserKey& after, std::size_t limit) override {
    return edge_.ask<Result<std::vector<UserKey>>>([after, limit](Role& to) { return to.users_after(after, limit); });
  }

 private:
  static Task<void> see(Role& to, SessionId session) {
    to.seen(session);
    co_return;
  }
  Edge<Role> edge_;
};

class DispatchElsewhere final : public dispatch::Service {
 public:
  using Role = dispatch::Service;
  explicit DispatchElsewhere(Edge<Role> edge) : edge_(edge) {}

  Task<Result<dispatch::Published>> publish(Message frame, std::string once) override {
    return edge_.ask<Result<dispatch::Published>>([frame, once](Role& to) { return to.publish(frame, once); });
  }
  Task<void> announce_read(Identity who, Conversation conversation, std::uint64_t seq) override {
    edge_.tell([who, conversation, seq](Role& to) { return to.announce_read(who, conversation, seq); });
    co_return;
  }
  Task<void> announce_typing(Identity who, Conversation conversation) override {
    edge_.tell([who, conversation](Role& to) { return to.announce_typing(who, conversation); });
    co_return;
  }

 private:
  Edge<Role> edge_;
};

class OfflineElsewhere final : public offline::Service {
 public:
  using Role = offline::Service;
  explicit OfflineElsewhere(Edge<Role> edge) : edge_(edge) {}

  Task<Result<void>> adopt_device(const UserKey& user, const DeviceId& device) override {
    return edge_.ask<Result<void>>([user, device](Role& to) { return to.adopt_device(user, device); });
  }
  Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) override {
    return edge_.ask<Result<bool>>([user, device](Role& to) { return to.knows_device(user, device); });
  }
  Task<Result<void>> acknowledge(std::vector<offline::Acknowledged> devices) override {
    return edge_.ask<Result<void>>([devices](Role& to) { return to.acknowledge(devices); });
  }
  Task<Result<ReadRanges>> ranges(const UserKey& user, const Conversation& conversation) override {
    return edge_.ask<Result<ReadRanges>>([user, conversation](Role& to) { return to.ranges(user, conversation); });
  }
  Task<Result<offline::OpenReaders>> readers(const Conversation& conversation) override {
    return edge_.ask<Result<offline::OpenReaders>>([conversation](Role& to) { return to.readers(conversation); });
  }
  Task<Result<std::vector<MessagePtr>>> tail(const Conversation& conversation, std::uint64_t after,
                                             std::uint64_t before, std::size_t limit, bool newest) override {
    return edge_.ask<Result<std::vector<MessagePtr>>>([conversation, after, before, limit, newest](Role& to) {
      return to.tail(conversation, after, before, limit, newest);
    });
  }

 private:
  Edge<Role> edge_;
};

class ArchiveElsewhere final : public archive::Service {
 public:
  using Role = archive::Service;
  explicit ArchiveElsewhere(Edge<Role> edge) : edge_(edge) {}

  Task<Result<MessagePtr>> find(const MessageId& id) override {
    return edge_.ask<Result<MessagePtr>>([id](Role& to) { return to.find(id); });
  }
  Task<Result<MessagePtr>> last_up_to(const Conversation& conversation, std::uint64_t seq) override {
    return edge_.ask<Result<MessagePtr>>([conversation, seq](Role& to) { return to.last_up_to(conversation, seq); });
  }
  Task<Result<std::uint64_t>> count_chat(const Conversation& conversation, const UserKey& user, std::uint64_t after,
                                         std::uint64_t up_to) override {
    return edge_.ask<Result<std::uint64_t>>([conversation, user, after, up_to](Role& to) {
      return to.count_chat(conversation, user, after, up_to);
    });
  }

 private:
  Edge<Role> edge_;
};

/// Of one dispatcher, or of whichever is there.
class SequencerElsewhere final : public sequencer::Service {
 public:
  using Role = sequencer::Service;
  explicit SequencerElsewhere(Edge<Role> edge) : edge_(edge) {}

  Task<Result<sequencer::Numbered>> number(dispatch::Draft draft) override {
    return edge_.ask<Result<sequencer::Numbered>>([draft](Role& to) { return to.number(draft); });
  }
  Task<Result<std::vector<Position>>> committed() override {
    return edge_.ask<Result<std::vector<Position>>>([](Role& to) { return to.committed(); });
  }
  Task<Result<std::vector<MessagePtr>>> tail(dispatch::Stretch stretch) override {
    return edge_.ask<Result<std::vector<MessagePtr>>>([stretch](Role& to) { return to.tail(stretch); });
  }

 private:
  Edge<Role> edge_;
};

/// The dispatchers as one of them reaches the others: by address, which is the process's name.
class SequencerPeers final : public sequencer::Peers {
 public:
  SequencerPeers(Network& network, Process& from, std::span<const Seat<sequencer::Service>> all) {
    for (const auto& seat : all) {
      const std::span one(&seat, 1);
      peers_.try_emplace(seat.process->name(), Edge<sequencer::Service>(network, from, one));
    }
  }
  sequencer::Service* at(const dispatch::Dispatcher& dispatcher) override {
    const auto found = peers_.find(dispatcher.address);
    return found == peers_.end() ? nullptr : &found->second;
  }

 private:
  std::map<std::string, SequencerElsewhere> peers_;
};

/// The calls of a role, for a gateway.
class CallsElsewhere final : public gateway::RoleClient {
 public:
  using Role = gateway::RoleClient;
  CallsElsewhere(std::span<const gateway::RouteSpec> routes, Edge<Role> edge) : routes_(routes), edge_(edge) {}

  [[nodiscard]] std::span<const gateway::RouteSpec> routes() const override { return routes_; }
  Task<gateway::Answer> call(std::size_t route, gateway::Call& call) override {
    return edge_.ask<gateway::Answer>([route, call](Role& to) { return make(to, route, call); },
                                      routes_[route].method == "GET");
  }

 private:
  static Task<gateway::Answer> make(Role& to, std::size_t route, gateway::Call call) {
    co_return co_await to.call(route, call);
  }
  std::span<const gateway::RouteSpec> routes_;
  Edge<Role> edge_;
};

}  // namespace godwit::simulate
