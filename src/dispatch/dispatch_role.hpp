#pragma once
#include <atomic>
#include <optional>
#include <span>
#include <string>

#include "service/archive.hpp"
#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "service/bus.hpp"
#include "dispatch/ledger.hpp"
#include "dispatch/live_readers.hpp"
#include "dispatch/message_kind.hpp"
#include "dispatch/node_links.hpp"
#include "service/call_table.hpp"
#include "service/routes.hpp"
#include "service/offline.hpp"

namespace godwit::dispatch {

struct Settings {
  Millis recall_window_ms = 120'000;
  std::size_t live_readers = 1'000'000;  ///< names, over the groups of which it is known who reads
};

/// What a client asks to send (POST /v1/messages), its fields proven.
struct Outgoing {
  Type type = Type::direct;
  std::string receiver;
  std::string text;
  std::string client_id;  ///< empty: the server makes one up
  std::optional<Millis> sent_at;
  std::string reply_to;
};

/// A notice of a business system (POST /v1/push) or of an admin (POST /v1/admin/notices).
struct NoticeTo {
  std::vector<UserKey> users;
  std::vector<GroupKey> groups;
  bool all = false;
};
struct Notice {
  NoticeTo to;
  std::string text, title, client_id;
};

/// Who pushes a notice: what receivers see, and whose `clientId`s it counts among.
struct Pusher {
  std::string sender;
  std::string scope;
};
[[nodiscard]] Pusher service_pusher(const std::string& service);
[[nodiscard]] Pusher admin_pusher(const UserKey& admin);

/// The dispatch role (消息待处理层): authorises a send, has the ledger number it and make it durable, answers, and
/// pushes what was committed to the nodes. Thread-safe: all state is in the ledger.
class DispatchRole final : public Service {
 public:
  struct Ports {
    Ledger& ledger;
    OrderedCommits& commits;
    Bus& bus;
  };
  struct Peers {
    user::Service& users;
    archive::Service& archive;
    offline::Service& offline;
  };
  DispatchRole(Ports ports, Peers peers, Settings settings, const Clock& clock, Random& random, Metrics& metrics);

  Task<Result<Published>> publish(Message frame, std::string once) override;
  Task<void> announce_read(Identity who, Conversation conversation, Seq seq) override;
  Task<void> announce_typing(Identity who, Conversation conversation) override;

  /// A send by a person. Errors in the protocol's order; a repeat of a clientId answers its first result even where the
  /// sender may no longer write.
  Task<Result<Published>> send_message(const Identity& who, Outgoing outgoing);
  /// Recalls a message: the text is gone from inboxes, history and search when this comes back. Again: the same answer.
  Task<Result<MessagePtr>> recall_message(const Identity& who, MessageId id);
  struct PushResult {
    MessageId id;  ///< of the first receiver's notice
    std::size_t receivers = 0;
  };
  Task<Result<PushResult>> push_notice(const Pusher& by, Notice notice);
  /// The same by an admin, into the audit log first. forbidden: no admin any more.
  Task<Result<PushResult>> push_admin_notice(const UserKey& admin, Notice notice);

  /// Where the nodes' links end.
  [[nodiscard]] link::DispatcherEnd& links() noexcept { return links_; }
  [[nodiscard]] gateway::RoleClient& calls() noexcept { return calls_; }
  /// Settings that may change while running (SIGHUP).
  void set_recall_window(Millis window_ms) { recall_window_ms_.store(window_ms, std::memory_order_relaxed); }

 private:
  [[nodiscard]] const MessageKind* kind_of(Type type) const noexcept;
  /// What is answered to must be a message of the same conversation that the sender may read. invalid_fields.
  Task<Result<void>> check_reply(const UserKey& sender, const Conversation& conversation, const std::string& reply_to);
  Task<Result<Published>> append(Message message, std::string once);
  Task<Result<void>> push_to(const Pusher& by, const Notice& notice, std::vector<UserKey> users, PushResult& result);
  Task<Result<std::vector<UserKey>>> receivers_of(const NoticeTo& to);
  /// Turns what was committed into pushes; on the ledger's thread, in commit order.
  void deliver(std::span<const MessagePtr> batch);
  /// The same for those of which it was not known at once who may read them; on any thread.
  void deliver_late(std::span<const Readable> messages);

  Ports ports_;
  Peers peers_;
  std::atomic<Millis> recall_window_ms_;
  const Clock& clock_;
  Random& random_;
  NodeLinks links_;
  LiveReaders readers_;
  FriendMessage friend_message_;
  GroupMessage group_message_;
  Counter& sent_;
  Counter& repeated_;
  Counter& pushed_;

  using Calls = gateway::CallTable<DispatchRole>;
  static std::vector<Calls::Binding> bindings();
  Calls calls_{*this, kRoutes, bindings()};
};

/// What a repeat of a send must have in common with the first.
[[nodiscard]] std::string fingerprint_of(const Message& message);

}  // namespace godwit::dispatch
