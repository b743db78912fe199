#include <algorithm>
#include <boost/json.hpp>

#include "simulate/json.hpp"
#include "simulate/person.hpp"

namespace godwit::simulate {
namespace {

boost::json::object parsed(const Reply& reply) { return boost::json::parse(reply.body).as_object(); }

/// Whether the same call may go better later.
bool may_repeat(const Reply& reply) { return reply.status == 0 || reply.status >= 500 || reply.status == 429; }

}  // namespace

Task<Reply> Client::ask(std::string method, std::string path, std::string body, std::string query) {
  const auto asked = now();
  const auto session = session_;
  auto reply =
      co_await door_.ask(process_, {std::move(method), std::move(path), std::move(query), std::move(body), token_});
  if (!session.empty()) town_.record.uses.push_back({session, asked, reply.status});
  if (reply.status == 401 && session == session_) session_over_ = true;
  co_return reply;
}

Task<void> Client::register_person() {
  for (;;) {
    const auto reply = co_await ask("POST", "/v1/users", R"({"key":")" + me_.user + R"(","password":"correct horse"})");
    if (reply.status == 201 || reply.status == 409) co_return;
    co_await pause(dice_.between(50, 400) * kMilli);
  }
}

Task<bool> Client::log_in() {
  token_.clear(), session_.clear();
  line_ = 0, connected_ = false;  // an older session's socket is the server's to close
  const auto reply = co_await ask("POST", "/v1/sessions",
                                  R"({"key":")" + me_.user + R"(","password":"correct horse","device":{"id":")" +
                                      me_.device + R"(","name":"simulated"}})");
  if (reply.status != 201) co_return false;
  const auto json = parsed(reply);
  token_ = text_of(json, "token");
  session_ = text_of(json.at("session").as_object(), "id");
  session_over_ = false;
  town_.sessions[me_.user].insert(session_);
  town_.record.logins.push_back({me_, now()});
  story("logged in, session " + session_);
  connect();
  co_return true;
}

/// /v1/offline to its end. Tried again until it came whole, or the socket it is for is gone.
Task<void> Client::pull() {
  if (pulling_ > 0) {
    pull_again_ = true;
    co_return;
  }
  ++pulling_;
  std::uint64_t line = 0;
  do {
    pull_again_ = false;
    line = line_;
    Pulled pulled{.by = me_, .asked = now()};
    const auto session = session_;
    std::string cursor, limit = std::to_string(dice_.chance(0.3) ? 3 : 100);
    bool whole = false;
    while (session == session_ && !session_over_) {
      const auto asked = now();
      const auto reply = co_await ask("GET", "/v1/offline", {},
                                      "limit=" + limit + (cursor.empty() ? "" : "&cursor=" + cursor));
      if (!reply.good()) {
        story("pull answered " + std::to_string(reply.status) + " " + reply.body);
        if (!may_repeat(reply)) break;
        co_await pause(dice_.between(100, 600) * kMilli);
        continue;
      }
      const auto json = parsed(reply);
      for (const auto& item : json.at("items").as_array()) {
        const auto frame = read_frame(me_.user, item.as_object());
        pulled.ids.insert(frame->id);
        show(*frame, Source::inbox, asked);
      }
      if (!json.at("complete").as_bool()) pulled.complete = false;
      cursor = text_of(json, "next");
      if ((whole = cursor.empty())) break;
    }
    if (!whole) continue;  // not at all, or for a socket that came meanwhile
    pulled.answered = now();
    for (const auto& [name, thread] : threads_) pulled.acked[name] = thread.acked;
    town_.record.pulls.push_back(std::move(pulled));
    if (!town_.record.pulls.back().complete) co_await refill();
  } while (pull_again_ || (line != line_ && connected_));
  --pulling_;
  acknowledge_later();
}

/// After `complete:false`: history has what the inbox has not.
Task<void> Client::refill() {
  story("refills from history");
  for (int attempt = 0; attempt < 20; ++attempt) {
    const auto reply = co_await ask("GET", "/v1/conversations", {}, "limit=200");
    if (!reply.good()) {
      if (session_over_) co_return;
      co_await pause(300 * kMilli);
      continue;
    }
    const auto json = parsed(reply);
    for (const auto& item : json.at("items").as_array()) {
      const auto name = everybodys_name(me_.user, text_of(item.as_object(), "conversation"));
      const auto head = static_cast<Seq>(number_of(item.as_object(), "headSeq"));
      if (head <= threads_[name].have) continue;
      threads_[name].above.insert(head);
      if (!std::exchange(threads_[name].filling, true)) co_await fill(name);
    }
    co_return;
  }
}

/// Whoever became a friend while both were connected is told by no 304: the list says who is online.
Task<void> Client::read_friends() {
  town_.record.ties.push_back({me_.user, now()});
  for (int attempt = 0; attempt < 30 && !session_over_; ++attempt) {
    const auto asked = now();
    const auto line = line_;
    const auto reply = co_await ask("GET", "/v1/friends", {}, "limit=200");
    if (!reply.good()) {
      if (!may_repeat(reply)) co_return;
      co_await pause(dice_.between(100, 900) * kMilli);
      continue;
    }
    // A newer socket begins with who is online, and says nothing of who is not: an older list would stay for ever.
    if (line != line_) continue;
    const auto json = parsed(reply);
    for (const auto& item : json.at("items").as_array()) {
      auto& known = presence_[text_of(item.as_object().at("user").as_object(), "key")];
      if (known.told < asked) known.online = item.as_object().at("online").as_bool();
    }
    co_return;
  }
}

/// A hole is waited for a moment; then history is the judge.
Task<void> Client::fill(std::string conversation) {
  co_await pause(300 * kMilli);
  for (int attempt = 0; attempt < 30; ++attempt) {
    auto& thread = threads_[conversation];
    if (thread.above.empty() || session_over_) break;
    const auto after = thread.have, goal = *thread.above.rbegin();
    const auto asked = now();
    const auto reply = co_await ask("GET", "/v1/conversations/" + seen_by_me(conversation) + "/messages", {},
                                    "after=" + std::to_string(after) + "&limit=200");
    if (!reply.good()) {
      co_await pause(dice_.between(200, 800) * kMilli);
      continue;
    }
    const auto json = parsed(reply);
    HistoryRead read{me_.user, conversation, asked, now(), after, 0, {}};
    for (const auto& item : json.at("items").as_array()) {
      const auto frame = read_frame(me_.user, item.as_object());
      read.ids.insert(frame->id);
      read.up_to = frame->seq;
      show(*frame, Source::history, asked);
    }
    if (text_of(json, "next").empty()) read.up_to = 0;
    town_.record.reads.push_back(std::move(read));
    settle(conversation, goal);
  }
  auto& thread = threads_[conversation];
  thread.filling = false;
  if (!thread.above.empty() && !session_over_ && !std::exchange(thread.filling, true)) spawn(fill(conversation));
}

/// One page, of whatever `query` asks for; `above`: what `after` says.
Task<void> Client::read_history(std::string conversation, std::string query, Seq above) {
  const auto asked = now();
  const auto reply =
      co_await ask("GET", "/v1/conversations/" + seen_by_me(conversation) + "/messages", {}, query);
  if (!reply.good()) co_return;
  const auto json = parsed(reply);
  HistoryRead read{me_.user, conversation, asked, now(), above, 0, {}};
  const bool newest = !query.starts_with("after=");
  const bool more = !text_of(json, "next").empty();
  for (const auto& item : json.at("items").as_array()) {
    const auto frame = read_frame(me_.user, item.as_object());
    if (newest && more && read.ids.empty()) read.above = frame->seq - 1;
    read.ids.insert(frame->id);
    if (!newest && more) read.up_to = frame->seq;
    // Not through `show`: what is scrolled to is no sign of what came.
    town_.record.sightings.push_back({me_, Source::history, asked, now(), *frame});
  }
  town_.record.reads.push_back(std::move(read));
}

// ── the look around at the end ──────────────────────────────────────────────────────────────────────────────────────

Task<Reply> Client::ask_patiently(AtRest& rest, std::string method, std::string path, std::string query) {
  Reply reply;
  for (int attempt = 0; attempt < 5; ++attempt) {
    reply = co_await ask(method, path, {}, query);
    if (!may_repeat(reply)) break;
    co_await pause(500 * kMilli);
  }
  if (!reply.good() && reply.status != 404)
    rest.failed.push_back(method + " " + path + "?" + query + " is answered " + std::to_string(reply.status) + " " +
                          reply.body);
  co_return reply;
}

Task<std::vector<Frame>> Client::whole_history(std::string conversation, AtRest& rest) {
  std::vector<Frame> all;
  for (std::string query = "after=0&limit=50";;) {
    const auto asked = now();
    const auto reply = co_await ask_patiently(
        rest, "GET", "/v1/conversations/" + seen_by_me(conversation) + "/messages", query);
    if (!reply.good()) co_return all;
    const auto json = parsed(reply);
    for (const auto& item : json.at("items").as_array()) {
      auto frame = *read_frame(me_.user, item.as_object());
      town_.record.sightings.push_back({me_, Source::history, asked, now(), frame});
      all.push_back(std::move(frame));
    }
    const auto next = text_of(json, "next");
    if (next.empty()) co_return all;
    query = "limit=50&cursor=" + next;
  }
}

Task<void> Client::look_around() {
  AtRest rest{.by = me_, .connected = connected_, .session = session_};
  for (const auto& [key, presence] : presence_) rest.presence[key] = presence.online;
  rest.shown = seen_;
  for (const auto& [name, thread] : threads_) rest.newest[name] = thread.newest;
  if (token_.empty() || session_over_) {
    rest.connected = false;
  } else {
    // The inbox first: what is not acknowledged must still be in it.
    if (connected_) co_await pull();
    const auto friends = co_await ask_patiently(rest, "GET", "/v1/friends", "limit=200");
    if (friends.good()) {
      const auto json = parsed(friends);
      for (const auto& item : json.at("items").as_array())
        rest.friends[text_of(item.as_object().at("user").as_object(), "key")] = item.as_object().at("online").as_bool();
    }
    const auto list = co_await ask_patiently(rest, "GET", "/v1/conversations", "limit=200");
    if (list.good()) {
      const auto json = parsed(list);
      for (const auto& value : json.at("items").as_array()) {
        const auto& item = value.as_object();
        const auto name = everybodys_name(me_.user, text_of(item, "conversation"));
        rest.heads[name] = static_cast<Seq>(number_of(item, "headSeq"));
        rest.reads[name] = static_cast<Seq>(number_of(item, "readSeq"));
        rest.unread[name] = static_cast<std::uint64_t>(number_of(item, "unread"));
      }
    }
    std::set<std::string> names;
    for (const auto& [name, head] : rest.heads) names.insert(name);
    for (const auto& [name, thread] : threads_) names.insert(name);
    for (const auto& name : names) rest.history[name] = co_await whole_history(name, rest);
  }
  town_.record.at_rest.push_back(std::move(rest));
  looked_ = true;
}

}  // namespace godwit::simulate
