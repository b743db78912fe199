#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "clients/terminal/send_queue.hpp"
#include "clients/terminal/timeline.hpp"

namespace godwit::chat {

/// One conversation of mine, by the name that the protocol gives it: "u:<key>", "g:<group>", "s:".
struct Talk {
  std::string name;
  Person other;  ///< the friend or the group
  Timeline timeline{};
  Frame last{};       ///< the newest frame known; seq 0: none
  Seq head = 0;       ///< the server's, when its list was read
  Seq read = 0;       ///< mine
  Seq peer_read = 0;  ///< the friend's, as far as it was told since this client started
  std::int64_t unread = 0;
  bool loaded = false;                     ///< the newest page of history was read
  std::map<std::string, Millis> typing{};  ///< who writes, until when that is believed
  std::map<std::string, Millis> wrote{};   ///< who wrote, and when it came here
  std::map<std::string, MemberRow> members{};
  Seq acked = 0;          ///< told on this connection
  Millis hole_since = 0;  ///< 0: none seen
  bool filling = false;

  [[nodiscard]] bool direct() const { return name.starts_with("u:"); }
  [[nodiscard]] bool group() const { return name.starts_with("g:"); }
};

/// Everything this client knows, and what follows from it: what to acknowledge, which holes to fill, what to send next,
/// what is unread. Pure and of one thread; who talks to the server is Client.
class Model {
 public:
  static constexpr Millis kHolePatience = 250;  ///< most holes fill by themselves: an answer overtaken by a push
  static constexpr Millis kTypingBelieved = 6'000;
  static constexpr Millis kTypingOvertaken = 1'000;  ///< word of typing this soon behind a message was sent before it
  static constexpr Seq kRefill = 500;                ///< how far back a rebuilt inbox is refilled

  explicit Model(std::string me) : me_(std::move(me)) {}

  // --- what the server tells
  /// The list of conversations; `whole`: no others exist.
  void take_conversations(const std::vector<ConversationRow>& rows, bool whole);
  void take_friends(const std::vector<FriendRow>& rows);
  void take_groups(const std::vector<GroupRow>& rows);
  void take_members(const std::string& group, const std::vector<MemberRow>& rows);
  /// A frame pushed, from the inbox or from history. True: something that was not known before.
  bool take(const Frame& frame, Millis now);
  /// The inbox could not give everything: what was not read is expected from history.
  void refill();
  /// The server's store is another than the one that all this came from: conversations are read anew, their numbers may
  /// stand for other messages. What waits to be sent stays.
  void start_over();
  /// A page of history after `after` asked for because of a hole up to `to`.
  void take_fill(const std::string& talk, Seq after, Seq to, const Page<Frame>& page, Millis now);
  /// A page of history before `before` (0: the newest).
  void take_older(const std::string& talk, Seq before, const Page<Frame>& page, Millis now);
  /// History cannot be read there: what is missing stays missing.
  void give_up_hole(const std::string& talk, Seq to);
  void take_sent(const Outgoing& message, const Sent& sent, Millis now);
  void recalled(const std::string& talk, const std::string& id);
  void disconnected();

  // --- what is to be done
  /// Arrived and not yet told on this connection: name and seq for 301. Marks them told.
  [[nodiscard]] std::vector<std::pair<std::string, Seq>> take_acks();
  void forget_acks();  ///< a new connection: tell it all again
  struct Fill {
    std::string talk;
    Hole hole;
  };
  /// Holes that did not close by themselves; each is marked as being filled until the answer is taken or
  /// `try_fill_again`.
  [[nodiscard]] std::vector<Fill> take_holes(Millis now);
  void try_fill_again(const std::string& talk);
  /// What arrived in order since the last time, for whoever hands every message on once.
  [[nodiscard]] std::vector<Frame> take_ready();
  /// Whether friends or groups changed in a way that wants their lists read again; resets.
  [[nodiscard]] bool take_lists_changed() { return std::exchange(lists_changed_, false); }

  // --- what the person does
  /// Moves my read position; true where the server must be told.
  bool read(const std::string& talk, Seq seq);
  SendQueue& queue() noexcept { return queue_; }
  [[nodiscard]] const SendQueue& queue() const noexcept { return queue_; }
  void open(const std::string& talk);
  void leave() { open_.clear(); }
  /// The conversation that the person looks at; empty: none.
  [[nodiscard]] const std::string& open() const noexcept { return open_; }

  // --- looking
  [[nodiscard]] const std::string& me() const noexcept { return me_; }
  [[nodiscard]] const Talk* find(const std::string& talk) const;
  Talk& at(const std::string& talk);  ///< made where it is not there
  /// Conversations, the one with the newest message first; then friends and groups without any, by name.
  [[nodiscard]] std::vector<const Talk*> listed() const;
  [[nodiscard]] const std::map<std::string, FriendRow>& friends() const noexcept { return friends_; }
  [[nodiscard]] const std::map<std::string, GroupRow>& groups() const noexcept { return groups_; }
  /// How a person is called in this client: my alias, their name, their key. `talk` may know more names.
  [[nodiscard]] std::string name_of(const std::string& key, const Talk* talk = nullptr) const;
  [[nodiscard]] std::string title(const Talk& talk) const;
  [[nodiscard]] bool online(const std::string& key) const;
  [[nodiscard]] std::vector<std::string> typing(const Talk& talk, Millis now) const;

 private:
  bool take_kept(const Frame& frame, Millis now);
  void take_passing(const Frame& frame, Millis now);
  void recount(Talk& talk);

  std::string me_, open_;
  std::map<std::string, Talk> talks_;
  std::map<std::string, FriendRow> friends_;
  std::map<std::string, GroupRow> groups_;
  std::map<std::string, bool> presence_;  // what the socket told since it connected; newer than any list
  std::set<std::string> touched_;
  SendQueue queue_;
  bool rows_whole_ = false, lists_changed_ = false;
};

}  // namespace godwit::chat
