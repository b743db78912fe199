#include "simulate/oracle.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <tuple>
#include <utility>

namespace godwit::simulate {
namespace {

/// One message as all that was ever seen of it says.
struct Fact {
  std::string id, conversation, sender, text, change, target, device;
  Seq seq = 0;
  int type = 0;
  std::int64_t time = 0;
  Time known = std::numeric_limits<Time>::max();  ///< from then on somebody knows that it is durable
  bool recalled = false;
};

const char* name_of(Source source) {
  switch (source) {
    case Source::push: return "a push";
    case Source::inbox: return "the inbox";
    case Source::history: return "history";
    case Source::search: return "search";
    case Source::list: return "the list";
  }
  return "";
}

std::string said(const Device& device) { return device.user + "/" + device.device; }
std::string at(Time time) { return "at " + std::to_string(time / kMilli) + " ms"; }
std::string place(const std::string& conversation, Seq seq) { return conversation + " #" + std::to_string(seq); }
std::string place(const Fact& fact) {
  return place(fact.conversation, fact.seq) + (fact.text.empty() ? "" : " (" + fact.text + ")");
}

class Judge {
 public:
  Judge(const Record& record, const Promises& promises) : record_(record), promises_(promises) {}

  std::vector<std::string> all() {
    gather();
    number_each_once();
    keep_time();
    hold_rights();
    deny_nobody_pushed();
    forget_recalled();
    show_soon();
    fill_inboxes();
    fill_histories();
    repeat_first_answer();
    end_sessions();
    hold_blocks();
    for (const auto& rest : record_.at_rest) come_to_rest(rest);
    return std::move(faults_);
  }

 private:
  void fault(std::string sentence) {
    if (faults_.size() < 20) faults_.push_back(std::move(sentence));
  }

  // ── what is known ─────────────────────────────────────────────────────────────────────────────────────────────────

  Fact& learn(const std::string& id, const std::string& conversation, Seq seq, Time known) {
    auto& fact = facts_[id];
    if (fact.id.empty()) {
      fact.id = id, fact.conversation = conversation, fact.seq = seq;
      const auto [slot, fresh] = numbers_.try_emplace({conversation, seq}, id);
      if (!fresh)
        fault("2: " + place(conversation, seq) + " is the number of two messages, " + slot->second + " and " + id);
    } else if (fact.conversation != conversation || fact.seq != seq) {
      fault("2: message " + id + " is " + place(fact.conversation, fact.seq) + " and " + place(conversation, seq));
    }
    fact.known = std::min(fact.known, known);
    return fact;
  }

  void gather() {
    for (const auto& seen : record_.sightings) {
      const auto& frame = seen.frame;
      auto& fact = learn(frame.id, frame.conversation, frame.seq, seen.came);
      if (!frame.text.empty() && !fact.text.empty() && fact.text != frame.text)
        fault("2: message " + frame.id + " says \"" + fact.text + "\" and \"" + frame.text + "\"");
      if (fact.type != 0 && fact.time != frame.time)
        fault("2: " + place(fact) + " has two times, " + std::to_string(fact.time) + " and " +
              std::to_string(frame.time));
      if (!frame.text.empty()) fact.text = frame.text;
      fact.type = frame.type, fact.sender = frame.sender, fact.change = frame.change, fact.target = frame.target;
      fact.time = frame.time;
    }
    for (const auto& sent : record_.sends) {
      devices_[sent.text] = sent.by;
      if (sent.id.empty()) continue;
      auto& fact = learn(sent.id, sent.conversation, sent.seq, sent.answered);
      if (fact.text.empty()) fact.text = sent.text;
      if (fact.text != sent.text) fault("1: " + place(fact) + " was answered to the sender of \"" + sent.text + "\"");
      if (fact.type == 0) fact.type = sent.conversation.starts_with("g:") ? 102 : 101;
      fact.sender = sent.by.user;
      if (fact.time == 0) fact.time = sent.time;
    }
    for (auto& [id, fact] : facts_) {
      if (const auto by = devices_.find(fact.text); by != devices_.end()) fact.device = by->second.device;
    }
  }

  /// Each send has a text of its own: two ids with one text are one send that became two messages.
  void number_each_once() {
    std::map<std::string, std::string> first;
    for (const auto& [id, fact] : facts_) {
      if (fact.type != 101 && fact.type != 102) continue;
      if (fact.text.empty()) continue;
      const auto [slot, fresh] = first.try_emplace(fact.text, id);
      if (!fresh)
        fault("1: \"" + fact.text + "\" was sent once and became two messages, " + place(facts_[slot->second]) +
              " and " + place(fact));
    }
  }

  void keep_time() {
    std::string conversation;
    std::int64_t last = 0;
    Seq seq = 0;
    for (const auto& [number, id] : numbers_) {
      const auto& fact = facts_[id];
      if (number.first != conversation) conversation = number.first, last = 0;
      if (fact.time < last && last - fact.time < promises_.most_lead_ms)
        fault("2: " + place(fact) + " is older by its time than #" + std::to_string(seq) + " before it");
      last = fact.time, seq = fact.seq;
    }
  }

  // ── who may read what ─────────────────────────────────────────────────────────────────────────────────────────────

  struct Stay {
    Seq from = 0, to = 0;  // 0: open
  };

  void hold_rights() {
    std::map<std::string, const GroupMade*> made;
    for (const auto& group : record_.groups) made["g:" + group.key] = &group;
    for (const auto& [number, id] : numbers_) {  // in the order of seq
      const auto& fact = facts_[id];
      if (!fact.conversation.starts_with("g:")) continue;
      if (fact.type == 209 && fact.change == "created" && made.contains(fact.conversation)) {
        known_groups_.insert(fact.conversation);
        for (const auto& member : made[fact.conversation]->members) join(member, fact);
      } else if (fact.type == 206) {
        join(fact.sender, fact);
      } else if (fact.type == 209 && (fact.change == "left" || fact.change == "removed")) {
        auto& stays = stays_[{fact.target, fact.conversation}];
        if (!stays.empty() && stays.back().to == 0) stays.back().to = fact.seq;
      }
    }
  }
  void join(const std::string& user, const Fact& fact) {
    auto& stays = stays_[{user, fact.conversation}];
    if (stays.empty() || stays.back().to != 0) stays.push_back({fact.seq, 0});
  }

  /// nullopt: too little is known to say.
  [[nodiscard]] std::optional<bool> may_read(const std::string& user, const std::string& conversation, Seq seq) const {
    if (conversation.starts_with("s:")) return conversation == "s:" + user;
    if (conversation.starts_with("u:"))
      return conversation.starts_with("u:" + user + ":") || conversation.ends_with(":" + user);
    if (!known_groups_.contains(conversation)) return std::nullopt;
    const auto found = stays_.find({user, conversation});
    if (found == stays_.end()) return false;
    for (const auto& stay : found->second)
      if (seq >= stay.from && (stay.to == 0 || seq <= stay.to)) return true;
    return false;
  }
  [[nodiscard]] bool must_see(const std::string& user, const Fact& fact) const {
    return may_read(user, fact.conversation, fact.seq).value_or(false);
  }

  void deny_nobody_pushed() {
    for (const auto& seen : record_.sightings) {
      if (may_read(seen.by.user, seen.frame.conversation, seen.frame.seq).value_or(true)) continue;
      fault("9: " + said(seen.by) + " is shown " + place(facts_[seen.frame.id]) + " by " + name_of(seen.source) + " " +
            at(seen.came) + ", and may not read it");
    }
  }

  // ── what was promised of single answers ───────────────────────────────────────────────────────────────────────────

  void forget_recalled() {
    std::map<std::string, Time> recalled;
    for (const auto& recall : record_.recalls) recalled.try_emplace(recall.id, recall.answered);
    for (const auto& seen : record_.sightings) {
      const auto found = recalled.find(seen.frame.id);
      if (found == recalled.end() || seen.frame.text.empty()) continue;
      const auto late = seen.source == Source::push ? told_by(found->second) : found->second;
      if (seen.asked > late)
        fault("6: the recall of " + place(facts_[seen.frame.id]) + " was answered " + at(found->second) + ", and " +
              name_of(seen.source) + " shows its text to " + said(seen.by) + " " + at(seen.came));
    }
    // Answered or not: where the 208 is, the text is nowhere in the end.
    std::set<std::string> targets;
    for (const auto& [id, fact] : facts_)
      if (fact.type == 208) targets.insert(fact.target);
    for (const auto& seen : record_.sightings) {
      if (seen.asked >= record_.rest && seen.source != Source::push && !seen.frame.text.empty() &&
          targets.contains(seen.frame.id))
        fault("6: " + place(facts_[seen.frame.id]) + " was recalled, and at rest " + name_of(seen.source) +
              " shows its text to " + said(seen.by));
    }
  }

  /// Where the device begins in a conversation: what others of the user's had acknowledged by its first pull. It
  /// begins with its login, but where nobody heard that this was written down: then it may be so a moment later.
  Seq beginning(const Device& device, const std::string& conversation) const {
    Time first = std::numeric_limits<Time>::max();
    for (const auto& pull : record_.pulls)
      if (pull.by == device) first = std::min(first, pull.answered);
    Seq begin = 0;
    for (const auto& ack : record_.acks)
      if (ack.by.user == device.user && ack.by.device != device.device && ack.conversation == conversation &&
          ack.said < first)
        begin = std::max(begin, ack.seq);
    return begin;
  }
  [[nodiscard]] bool is_for(const Device& device, const Fact& fact) const {
    return must_see(device.user, fact) && !(fact.sender == device.user && fact.device == device.device);
  }

  void fill_inboxes() {
    for (const auto& pull : record_.pulls) {
      if (!pull.complete) continue;
      for (const auto& [id, fact] : facts_) {
        if (fact.known >= pull.asked || pull.ids.contains(id) || !is_for(pull.by, fact)) continue;
        const auto acked = pull.acked.find(fact.conversation);
        if (acked != pull.acked.end() && fact.seq <= acked->second) continue;
        if (fact.seq <= beginning(pull.by, fact.conversation)) continue;
        fault("4: the inbox of " + said(pull.by) + ", asked " + at(pull.asked) + ", lacks " + place(fact) +
              ", known " + at(fact.known) + " and never acknowledged by it");
      }
    }
  }

  /// Whoever is connected is shown what is known to be there: by a push, or by the pull that they are told to make.
  void show_soon() {
    std::map<std::pair<std::string, std::string>, std::map<std::string, Time>> came;  // user and device: by id
    for (const auto& shown : record_.shown) came[{shown.by.user, shown.by.device}].emplace(shown.id, shown.came);
    for (const auto& socket : record_.sockets) {
      const auto until = in_use_until(socket);
      const auto& shown = came[{socket.by.user, socket.by.device}];
      for (const auto& [id, fact] : facts_) {
        if (fact.known >= until || !is_for(socket.by, fact)) continue;
        const auto late = told_by(std::max(fact.known, socket.began), promises_.delays);
        if (late >= until || fact.seq <= beginning(socket.by, fact.conversation)) continue;
        const auto found = shown.find(id);
        if (found != shown.end() && found->second <= late) continue;
        fault("3: " + place(fact) + ", known " + at(fact.known) + ", is not shown to " + said(socket.by) +
              ", connected from " + at(socket.began) + " to " + at(until) + ", by " + at(late));
      }
    }
  }
  /// Till when its client goes by what comes down this socket: it ends, or its session does, as the client knows.
  [[nodiscard]] Time in_use_until(const SocketLife& socket) const {
    auto until = socket.ended == 0 ? record_.rest : socket.ended;
    for (const auto& login : record_.logins)
      if (login.by == socket.by && login.answered > socket.began) until = std::min(until, login.answered);
    for (const auto& use : record_.uses)
      if (use.session == socket.session && use.status == 401) until = std::min(until, use.asked);
    for (const auto& end : record_.ends)
      if (end.session == socket.session) until = std::min(until, end.answered);
    return until;
  }

  void fill_histories() {
    for (const auto& read : record_.reads) {
      for (auto number = numbers_.lower_bound({read.conversation, read.above + 1});
           number != numbers_.end() && number->first.first == read.conversation; ++number) {
        const auto& fact = facts_[number->second];
        if (read.up_to != 0 && fact.seq > read.up_to) break;
        if (fact.known >= read.asked || read.ids.contains(fact.id) || !must_see(read.user, fact)) continue;
        fault("8: history as " + read.user + " asked it " + at(read.asked) + " lacks " + place(fact) + ", known " +
              at(fact.known));
      }
    }
  }

  void repeat_first_answer() {
    std::map<std::tuple<std::string, std::string>, const Sent*> first;
    for (const auto& sent : record_.sends) {
      if (sent.id.empty()) continue;
      const auto [slot, fresh] = first.try_emplace({sent.by.user, sent.client_id}, &sent);
      if (!fresh && (slot->second->id != sent.id || slot->second->seq != sent.seq))
        fault("1: \"" + sent.text + "\" was answered as " + place(sent.conversation, slot->second->seq) +
              " and again as #" + std::to_string(sent.seq));
    }
  }

  /// When somebody who was to be told at `from` has been, with all that went wrong meanwhile.
  [[nodiscard]] Time told_by(Time from) const { return told_by(from, promises_.troubles); }
  [[nodiscard]] Time told_by(Time from, const Promises::Spans& spans) const {
    for (bool again = true; std::exchange(again, false);) {
      for (const auto& [begin, end] : spans) {
        if (begin < from + promises_.socket_ends_after && from < end) from = end, again = true;
      }
    }
    return from + promises_.socket_ends_after;
  }

  void end_sessions() {
    std::map<std::string, Time> ended;
    for (const auto& end : record_.ends) ended.try_emplace(end.session, end.answered);
    for (const auto& use : record_.uses) {
      const auto found = ended.find(use.session);
      if (found == ended.end() || use.status < 200 || use.status >= 300) continue;
      if (use.asked > found->second + promises_.change_holds_after)
        fault("9: a call of " + at(use.asked) + " is answered " + std::to_string(use.status) +
              " although its session's end was answered " + at(found->second));
    }
    for (const auto& socket : record_.sockets) {
      const auto found = ended.find(socket.session);
      if (found == ended.end()) continue;
      const auto late = told_by(std::max(found->second, socket.began));
      if (socket.ended == 0 || socket.ended > late)
        fault("9: a socket of " + said(socket.by) + ", open since " + at(socket.began) +
              ", outlives its session, whose end was answered " + at(found->second));
    }
  }

  /// Of two changes that were under way at one time, from two devices, either may come last.
  void hold_blocks() {
    for (const auto& block : record_.blocks) {
      if (!block.on || block.answered == 0) continue;
      Time until = std::numeric_limits<Time>::max();
      for (const auto& other : record_.blocks)
        if (!other.on && other.by == block.by && other.whom == block.whom &&
            (other.asked > block.asked || other.answered > block.asked))
          until = std::min(until, other.asked);
      for (const auto& sent : record_.sends) {
        if (sent.status != 201 || sent.asked <= block.answered + promises_.change_holds_after || sent.answered >= until)
          continue;
        const auto between =
            block.by < block.whom ? "u:" + block.by + ":" + block.whom : "u:" + block.whom + ":" + block.by;
        if (sent.conversation == between)
          fault("9: " + sent.by.user + "'s \"" + sent.text + "\" of " + at(sent.asked) + " passes, although " +
                block.by + " blocks " + block.whom + " since " + at(block.answered));
      }
    }
  }

  // ── at rest ───────────────────────────────────────────────────────────────────────────────────────────────────────

  void come_to_rest(const AtRest& rest) {
    for (const auto& failed : rest.failed)
      fault("7: all is well again, and " + said(rest.by) + " has no answer: " + failed);
    if (!rest.connected) return fault("7: all is well again, and " + said(rest.by) + " is not connected");
    for (const auto& [id, fact] : facts_) {
      if (!is_for(rest.by, fact) || rest.shown.contains(id)) continue;
      if (fact.seq <= beginning(rest.by, fact.conversation)) continue;
      fault("3: " + place(fact) + ", known " + at(fact.known) + ", never came to " + said(rest.by) +
            ", which is connected and pulled after that");
    }
    histories_are_whole(rest);
    lists_are_right(rest);
    if (promises_.presence) presence_is_right(rest);
  }

  void histories_are_whole(const AtRest& rest) {
    std::map<std::string, std::set<std::string>> got;
    for (const auto& [conversation, frames] : rest.history) {
      Seq last = 0;
      for (const auto& frame : frames) {
        if (frame.seq <= last)
          fault("2: the history of " + conversation + " as " + rest.by.user + " reads it is not in order at #" +
                std::to_string(frame.seq));
        last = frame.seq;
        got[conversation].insert(frame.id);
      }
    }
    for (const auto& [id, fact] : facts_) {
      if (must_see(rest.by.user, fact) && !got[fact.conversation].contains(id))
        fault("8: at rest, history as " + rest.by.user + " reads it lacks " + place(fact) + ", known " +
              at(fact.known));
    }
  }

  void lists_are_right(const AtRest& rest) {
    std::map<std::string, Seq> heads;
    for (const auto& [id, fact] : facts_)
      if (must_see(rest.by.user, fact)) heads[fact.conversation] = std::max(heads[fact.conversation], fact.seq);
    for (const auto& [conversation, seq] : heads) {
      const auto found = rest.heads.find(conversation);
      const auto listed = found == rest.heads.end() ? 0 : found->second;
      if (listed != seq)
        fault("8: at rest, the list of " + rest.by.user + " has " + conversation + " up to #" + std::to_string(listed) +
              " instead of #" + std::to_string(seq));
    }
    for (const auto& moved : record_.moved) {
      if (std::ranges::any_of(promises_.losses, [&](Time lost) { return lost > moved.asked; })) continue;
      // Who just left may still write for a moment, and reads not what comes after the leaving.
      if (!may_read(moved.user, moved.conversation, moved.seq).value_or(false)) continue;
      const auto found = rest.reads.find(moved.conversation);
      if (moved.user == rest.by.user && (found == rest.reads.end() || found->second < moved.seq))
        fault("8: " + moved.user + " has read " + place(moved.conversation, moved.seq) + ", and it is forgotten");
    }
  }

  [[nodiscard]] Time last_tie(const std::string& a, const std::string& b) const {
    Time last = 0;
    for (const auto& tie : record_.ties)
      if (tie.user == a || tie.user == b) last = std::max(last, tie.ended);
    return last;
  }
  [[nodiscard]] Time connected_since(const Device& device) const {
    Time last = 0;
    for (const auto& socket : record_.sockets)
      if (socket.by == device && socket.ended == 0) last = std::max(last, socket.began);
    return last;
  }

  void presence_is_right(const AtRest& rest) {
    std::set<std::string> connected, blocked;
    for (const auto& other : record_.at_rest)
      if (other.connected) connected.insert(other.by.user);
    for (const auto& block : record_.blocks) {
      if (block.by == rest.by.user) blocked.insert(block.whom);
      if (block.whom == rest.by.user) blocked.insert(block.by);
    }
    for (const auto& [key, online] : rest.friends) {
      const bool is = connected.contains(key);
      if (online != is)
        fault("presence: the friends of " + rest.by.user + " say that " + key + " is " + (is ? "away" : "online"));
      if (blocked.contains(key)) continue;
      const auto told = rest.presence.find(key);
      // Whoever became a friend after this device had connected is told of by no 304.
      if (told == rest.presence.end() && last_tie(rest.by.user, key) + 5 * kSecond > connected_since(rest.by)) continue;
      if ((told != rest.presence.end() && told->second) != is)
        fault("presence: " + said(rest.by) + " was last told that " + key + " is " + (is ? "away" : "online"));
    }
  }

  const Record& record_;
  const Promises& promises_;
  std::vector<std::string> faults_;
  std::map<std::string, Fact> facts_;                            // by id
  std::map<std::pair<std::string, Seq>, std::string> numbers_;   // conversation and seq → id
  std::map<std::string, Device> devices_;                        // text → who sent it
  std::map<std::pair<std::string, std::string>, std::vector<Stay>> stays_;  // user and conversation
  std::set<std::string> known_groups_;
};

}  // namespace

std::vector<std::string> judge(const Record& record, const Promises& promises) { return Judge(record, promises).all(); }

}  // namespace godwit::simulate
