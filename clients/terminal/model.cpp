#include "clients/terminal/model.hpp"

#include <algorithm>
#include <utility>

namespace godwit::chat {

Talk& Model::at(const std::string& name) {
  const auto [found, made] = talks_.try_emplace(name);
  Talk& talk = found->second;
  if (made) {
    talk.name = name;
    talk.other.key = name.substr(2);
    if (const auto group = groups_.find(talk.other.key); talk.group() && group != groups_.end())
      talk.other.name = group->second.name;
    if (const auto known = friends_.find(talk.other.key); talk.direct() && known != friends_.end())
      talk.other.name = known->second.user.name;
  }
  return talk;
}

const Talk* Model::find(const std::string& name) const {
  const auto found = talks_.find(name);
  return found == talks_.end() ? nullptr : &found->second;
}

void Model::take_conversations(const std::vector<ConversationRow>& rows, bool whole) {
  rows_whole_ = whole;
  for (const auto& row : rows) {
    Talk& talk = at(row.conversation);
    if (!row.other.key.empty()) talk.other = row.other;
    talk.head = row.head;
    talk.read = std::max(talk.read, row.read);
    talk.unread = row.unread;
    if (row.last.seq >= talk.last.seq) talk.last = row.last;
  }
}

void Model::take_friends(const std::vector<FriendRow>& rows) {
  friends_.clear();
  for (const auto& row : rows) {
    friends_.emplace(row.user.key, row);
    at("u:" + row.user.key).other = row.user;
  }
}

void Model::take_groups(const std::vector<GroupRow>& rows) {
  groups_.clear();
  for (const auto& row : rows) {
    groups_.emplace(row.key, row);
    at("g:" + row.key).other = {row.key, row.name};
  }
}

void Model::take_members(const std::string& group, const std::vector<MemberRow>& rows) {
  auto& members = at("g:" + group).members;
  members.clear();
  for (const auto& row : rows) members.emplace(row.user.key, row);
}

bool Model::take(const Frame& frame, Millis now) {
  if (is_kept(frame.type)) return take_kept(frame, now);
  take_passing(frame, now);
  return false;
}

bool Model::take_kept(const Frame& frame, Millis now) {
  if (frame.conversation.size() < 2 || frame.seq == 0) return false;
  Talk& talk = at(frame.conversation);
  // Counting starts below what the inbox gives first; a push alone starts at the head that the list told (none told:
  // all of it is new).
  const Seq head = talk.head == 0 && !rows_whole_ ? frame.seq - 1 : talk.head;
  talk.timeline.start_at(std::min(frame.seq - 1, head));
  if (!frame.client_id.empty() && frame.sender == me_) queue_.sent(frame.client_id);
  touched_.insert(talk.name);
  const bool fresh = talk.timeline.add(frame) == Timeline::Added::fresh;
  if (frame.type == Type::recalled && talk.last.id == frame.target) talk.last.recalled = true, talk.last.text.clear();
  if (talk.last.id == frame.id && frame.recalled) talk.last = frame;
  if (!fresh) return false;
  talk.typing.erase(frame.sender);
  if (is_chat(frame.type)) talk.wrote[frame.sender] = now;
  if (frame.seq > talk.last.seq) talk.last = frame;
  if (is_chat(frame.type) && frame.sender != me_ && frame.seq > std::max(talk.head, talk.read)) ++talk.unread;
  lists_changed_ |= frame.type == Type::friend_approved || frame.type == Type::friend_changed ||
                    frame.type == Type::join_approved || frame.type == Type::group_changed;
  if (const auto hole = talk.timeline.hole(); !hole)
    talk.hole_since = 0;
  else if (talk.hole_since == 0)
    talk.hole_since = now;
  return true;
}

void Model::take_passing(const Frame& frame, Millis now) {
  if (frame.type == Type::presence) {
    presence_[frame.sender] = frame.online;
  } else if (frame.type == Type::typing && !frame.conversation.empty()) {
    Talk& talk = at(frame.conversation);
    const auto wrote = talk.wrote.find(frame.sender);
    if (wrote == talk.wrote.end() || now - wrote->second > kTypingOvertaken)
      talk.typing[frame.sender] = now + kTypingBelieved;
  } else if (frame.type == Type::read && !frame.conversation.empty()) {
    Talk& talk = at(frame.conversation);
    if (frame.sender == me_)
      read(talk.name, frame.seq);
    else if (talk.direct())
      talk.peer_read = std::max(talk.peer_read, frame.seq);
  }
}

void Model::refill() {
  for (auto& [name, talk] : talks_) {
    if (talk.head == 0) continue;
    talk.timeline.start_at(std::max(std::min(talk.read, talk.head), talk.head > kRefill ? talk.head - kRefill : 0));
    talk.timeline.expect(talk.head);
  }
}

void Model::start_over() {
  for (auto& [name, talk] : talks_) {
    talk = Talk{.name = name, .other = std::move(talk.other)};
    touched_.insert(name);
  }
}

void Model::take_fill(const std::string& name, Seq after, Seq to, const Page<Frame>& page, Millis now) {
  for (const auto& frame : page.items) take(frame, now);
  Talk& talk = at(name);
  const Seq last = page.items.empty() ? 0 : page.items.back().seq;
  talk.timeline.judged(after + 1, page.next.empty() ? std::max(to, last) : last);
  talk.filling = false;
  talk.hole_since = talk.timeline.hole() ? now - kHolePatience : 0;
  touched_.insert(name);
}

void Model::take_older(const std::string& name, Seq before, const Page<Frame>& page, Millis now) {
  Talk& talk = at(name);
  if (!talk.timeline.started() && before == 0) {
    const Seq last = page.items.empty() ? 0 : page.items.back().seq;
    talk.timeline.start_at(std::max(talk.head, last));
  }
  for (const auto& frame : page.items) take(frame, now);
  if (before == 0) talk.loaded = true;
  const Seq first = page.next.empty() ? 1 : page.items.empty() ? 1 : page.items.front().seq;
  const Seq end = before != 0 ? before - 1 : page.items.empty() ? 0 : page.items.back().seq;
  talk.timeline.judged(first, end);
  touched_.insert(name);
}

void Model::give_up_hole(const std::string& name, Seq to) {
  Talk& talk = at(name);
  talk.timeline.judged(talk.timeline.arrived() + 1, to);
  talk.filling = false;
  talk.hole_since = 0;
  touched_.insert(name);
}

void Model::take_sent(const Outgoing& message, const Sent& sent, Millis now) {
  queue_.sent(message.client_id);
  Frame frame;
  frame.type = message.conversation.starts_with("g:") ? Type::group : Type::direct;
  frame.sender = me_;
  frame.receiver = message.conversation.substr(2);
  frame.text = message.text;
  frame.id = sent.id;
  frame.conversation = sent.conversation;
  frame.seq = sent.seq;
  frame.time = sent.time;
  frame.reply_to = message.reply_to;
  frame.client_id = message.client_id;
  take(frame, now);
}

void Model::recalled(const std::string& name, const std::string& id) {
  Talk& talk = at(name);
  talk.timeline.recall(id);
  if (talk.last.id == id) talk.last.recalled = true, talk.last.text.clear();
}

void Model::disconnected() {
  presence_.clear();
  for (auto& [key, known] : friends_) known.online = false;
  for (auto& [name, talk] : talks_) {
    talk.typing.clear();
    talk.filling = false;
  }
}

std::vector<std::pair<std::string, Seq>> Model::take_acks() {
  std::vector<std::pair<std::string, Seq>> acks;
  for (auto& [name, talk] : talks_) {
    const Seq arrived = talk.timeline.arrived();
    if (arrived <= talk.acked || talk.timeline.highest() == 0) continue;
    talk.acked = arrived;
    acks.emplace_back(name, arrived);
  }
  return acks;
}

void Model::forget_acks() {
  for (auto& [name, talk] : talks_) talk.acked = 0;
}

std::vector<Model::Fill> Model::take_holes(Millis now) {
  std::vector<Fill> fills;
  for (auto& [name, talk] : talks_) {
    const auto hole = talk.timeline.hole();
    if (!hole || talk.filling) continue;
    if (talk.hole_since == 0) talk.hole_since = now;
    if (now - talk.hole_since < kHolePatience) continue;
    talk.filling = true;
    fills.push_back({name, *hole});
  }
  return fills;
}

void Model::try_fill_again(const std::string& name) { at(name).filling = false; }

std::vector<Frame> Model::take_ready() {
  std::vector<Frame> ready;
  for (const auto& name : std::exchange(touched_, {})) {
    for (auto& frame : at(name).timeline.take_ready()) ready.push_back(std::move(frame));
  }
  return ready;
}

bool Model::read(const std::string& name, Seq seq) {
  Talk& talk = at(name);
  if (seq <= talk.read) return false;
  talk.read = seq;
  recount(talk);
  return true;
}

/// What is unread above the read position, as far as the frames are here; never more than it was.
void Model::recount(Talk& talk) {
  const Seq newest = std::max(talk.head, talk.timeline.highest());
  std::int64_t unread = 0;
  for (auto at = talk.timeline.frames().upper_bound(talk.read); at != talk.timeline.frames().end(); ++at) {
    unread += is_chat(at->second.type) && at->second.sender != me_;
  }
  if (talk.read >= newest || talk.timeline.joined(talk.read + 1, newest)) talk.unread = unread;
}

void Model::open(const std::string& name) {
  at(name);
  open_ = name;
}

std::vector<const Talk*> Model::listed() const {
  std::vector<const Talk*> all;
  for (const auto& [name, talk] : talks_) {
    const bool known = friends_.contains(talk.other.key) || groups_.contains(talk.other.key);
    if (talk.last.seq != 0 || known || name == open_) all.push_back(&talk);
  }
  std::ranges::sort(all, [&](const Talk* a, const Talk* b) {
    if (a->last.time != b->last.time) return a->last.time > b->last.time;
    return title(*a) < title(*b);
  });
  return all;
}

std::string Model::name_of(const std::string& key, const Talk* talk) const {
  if (const auto known = friends_.find(key); known != friends_.end()) {
    if (!known->second.alias.empty()) return known->second.alias;
    if (!known->second.user.name.empty()) return known->second.user.name;
  }
  if (talk != nullptr) {
    if (const auto member = talk->members.find(key);
        member != talk->members.end() && !member->second.user.name.empty()) {
      return member->second.user.name;
    }
    if (talk->direct() && talk->other.key == key && !talk->other.name.empty()) return talk->other.name;
  }
  return key;
}

std::string Model::title(const Talk& talk) const {
  if (talk.name == "s:") return "Notices";
  if (talk.group()) return "#" + (talk.other.name.empty() ? talk.other.key : talk.other.name);
  return name_of(talk.other.key, &talk);
}

bool Model::online(const std::string& key) const {
  const auto known = friends_.find(key);
  if (known == friends_.end()) return false;
  const auto told = presence_.find(key);
  return told != presence_.end() ? told->second : known->second.online;
}

std::vector<std::string> Model::typing(const Talk& talk, Millis now) const {
  std::vector<std::string> who;
  for (const auto& [key, until] : talk.typing) {
    if (until > now) who.push_back(name_of(key, &talk));
  }
  return who;
}

}  // namespace godwit::chat
