#include "simulate/person.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "simulate/json.hpp"

namespace godwit::simulate {

Client::Client(Town& town, Door& door, Process& process, Device device, std::vector<Step> steps, bool first_device)
    : town_(town),
      door_(door),
      process_(process),
      me_(std::move(device)),
      steps_(std::move(steps)),
      first_device_(first_device),
      dice_(process.scheduler().dice().split()) {}

void Client::start() {
  process_.executor().post([this] { spawn(live()); });
}

void Client::vanish() {
  story("is gone for good");
  disconnect();
  vanished_ = true;
  for (const auto& [line, life] : sockets_) {  // of sessions before, that the server has not closed yet
    door_.hang_up(line);
    town_.record.sockets[life].ended = now();
  }
  process_.end();
}

void Client::story(const std::string& what) { town_.tell(me_.user + "/" + me_.device + " " + what); }

std::string Client::seen_by_me(const std::string& conversation) const {
  if (conversation.starts_with("g:")) return conversation;
  if (conversation.starts_with("s:")) return "s:";
  const auto both = conversation.substr(2);
  const auto colon = both.find(':');
  const auto a = both.substr(0, colon), b = both.substr(colon + 1);
  return "u:" + (a == me_.user ? b : a);
}

std::string Client::someone(std::uint64_t roll) const {
  std::vector<std::string> others;
  for (const auto& person : town_.people)
    if (person != me_.user) others.push_back(person);
  return others[roll % others.size()];
}

std::string Client::a_group(std::uint64_t roll) const {
  return town_.groups.empty() ? std::string() : town_.groups[roll % town_.groups.size()];
}

// ── the socket ──────────────────────────────────────────────────────────────────────────────────────────────────────

void Client::connect() {
  if (line_ != 0 || token_.empty() || session_over_) return;
  wants_socket_ = true;
  line_ = ++town_.lines;
  door_.dial(process_, line_, token_, *this);
}

void Client::disconnect() {
  wants_socket_ = false;
  if (line_ == 0) return;
  door_.hang_up(line_);
  on_closed(line_, 0, 0);
}

/// With full jitter, as the protocol asks.
void Client::come_back() {
  if (!wants_socket_ || session_over_) return;
  const auto most = std::min<Time>(8 * kSecond, kSecond << std::min(attempt_++, 3U));
  process_.executor().post_after(std::chrono::milliseconds(dice_.between(0, most) / kMilli), [this] {
    if (wants_socket_) connect();
  });
}

void Client::on_closed(std::uint64_t line, int code, int status) {
  if (const auto life = sockets_.find(line); life != sockets_.end()) {
    town_.record.sockets[life->second].ended = now();
    sockets_.erase(life);
  }
  if (line != line_) return;
  if (wants_socket_) story("socket ended " + std::to_string(code != 0 ? code : status));
  line_ = 0, connected_ = false;
  if (code == 4501 || code == 4502 || status == 401) {
    session_over_ = true;
    return;
  }
  come_back();
}

void Client::on_frame(std::uint64_t line, const std::string& text) {
  if (line != line_) return;
  const auto json = boost::json::parse(text).as_object();
  const int type = static_cast<int>(json.at("type").to_number<std::int64_t>());
  if (type == 201) {
    connected_ = true, attempt_ = 0;
    presence_.clear();  // what an older socket was told; this one is told who is online, and of nobody else
    sockets_[line] = town_.record.sockets.size();
    town_.record.sockets.push_back({me_, session_, now(), 0});
    story("connected to " + text_of(json, "node"));
    spawn(pull());
  } else if (type == 304) {
    presence_[text_of(json, "msgSender")] = {json.at("online").as_bool(), now()};
  } else if (type == 305) {
    story("is told to pull");
    spawn(pull());
  } else if (auto frame = read_frame(me_.user, json)) {
    show(*frame, Source::push, now());
  }
}

// ── what is shown ───────────────────────────────────────────────────────────────────────────────────────────────────

/// The one function that everything goes through: an id is shown once, at its place by seq.
void Client::show(const Frame& frame, Source source, Time asked) {
  town_.record.sightings.push_back({me_, source, asked, now(), frame});
  if (source == Source::search || source == Source::list) return;
  if (!seen_.insert(frame.id).second) return;
  town_.record.shown.push_back({me_, frame.id, now()});
  static constexpr const char* kNames[] = {"by push", "in the inbox", "in history"};
  story("sees " + std::to_string(frame.type) + " " + frame.conversation + " #" + std::to_string(frame.seq) + " " +
        (frame.text.empty() ? frame.change : frame.text) + " " + kNames[static_cast<int>(source)]);
  if (frame.type == 203 || frame.type == 204) requests_.emplace_back(frame.request, frame.type == 204);
  if (frame.type == 205 || frame.type == 210) spawn(read_friends());
  if (!frame.group.empty() && std::ranges::find(town_.groups, frame.group) == town_.groups.end())
    town_.groups.push_back(frame.group);
  note(threads_[frame.conversation], frame.conversation, frame.seq);
}

/// A message of my own has its place, too.
void Client::own(const std::string& conversation, Seq seq) { note(threads_[conversation], conversation, seq); }

void Client::note(Thread& thread, const std::string& name, Seq seq) {
  thread.known.insert(seq);
  thread.newest = std::max(thread.newest, seq);
  if (seq > thread.have) thread.above.insert(seq);
  settle(name, thread.have);
  if (thread.above.empty() || thread.filling) return;
  thread.filling = true;
  spawn(fill(name));
}

/// All up to `up_to` is here, or there is no such thing; what follows on it is moved up to.
void Client::settle(const std::string& name, Seq up_to) {
  auto& thread = threads_[name];
  thread.have = std::max(thread.have, up_to);
  while (!thread.above.empty() && *thread.above.begin() <= thread.have + 1) {
    thread.have = std::max(thread.have, *thread.above.begin());
    thread.above.erase(thread.above.begin());
  }
  if (thread.have > thread.acked) acknowledge_later();
}

void Client::acknowledge_later() {
  if (std::exchange(acks_planned_, true)) return;
  process_.executor().post_after(std::chrono::milliseconds(200), [this] {
    acks_planned_ = false;
    say_acks();
  });
}

/// One 301 a conversation, by the socket; held back while the inbox is being pulled.
void Client::say_acks() {
  if (!connected_ || pulling_ > 0) return;
  for (auto& [name, thread] : threads_) {
    if (thread.have <= thread.acked) continue;
    thread.acked = thread.have;
    story("acknowledges " + name + " #" + std::to_string(thread.have));
    town_.record.acks.push_back({me_, name, thread.have, now()});
    door_.say(line_, R"({"type":301,"conversation":")" + seen_by_me(name) + R"(","seq":)" +
                         std::to_string(thread.have) + "}");
  }
}

}  // namespace godwit::simulate
