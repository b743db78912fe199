#include <algorithm>
#include <boost/json.hpp>

#include "simulate/json.hpp"
#include "simulate/person.hpp"

namespace godwit::simulate {

/// A device's life: log in, do what is to be done, stay.
Task<void> Client::live() {
  if (first_device_) co_await register_person();
  for (const auto& step : steps_) {
    co_await pause(step.pause);
    if (token_.empty() || session_over_) {
      if (!co_await log_in()) continue;
    }
    co_await perform(step);
  }
  acted_ = true;
  while (!town_.quiet || session_over_ || token_.empty() || !wants_socket_) {
    if (token_.empty() || session_over_) (void)co_await log_in();
    if (!wants_socket_) connect();
    co_await pause(700 * kMilli);
  }
  done_ = true;
}

Task<void> Client::perform(Step step) {
  const auto roll = step.roll;
  switch (step.act) {
    case Act::send_direct: co_return co_await send(someone(roll), false);
    case Act::send_group: {
      const auto group = a_group(roll);
      if (!group.empty()) co_await send(group, true);
      co_return;
    }
    case Act::resend:
      if (!mine_.empty()) co_await post_message(roll % mine_.size());
      co_return;
    case Act::befriend:
      (void)co_await ask("POST", "/v1/friend-requests", R"({"receiver":")" + someone(roll) + R"("})");
      co_return co_await read_friends();
    case Act::approve: co_return co_await answer_request(roll);
    case Act::make_group: co_return co_await make_group(roll);
    case Act::join:
      if (const auto group = a_group(roll); !group.empty())
        (void)co_await ask("POST", "/v1/groups/" + group + "/requests", "{}");
      co_return;
    case Act::leave:
      if (const auto group = a_group(roll); !group.empty()) {
        const auto reply = co_await ask("DELETE", "/v1/groups/" + group + "/members/me");
        story("leaves " + group + ": " + std::to_string(reply.status));
      }
      co_return;
    case Act::remove:
      if (const auto group = a_group(roll); !group.empty()) {
        const auto whom = someone(roll / 7);
        const auto reply = co_await ask("DELETE", "/v1/groups/" + group + "/members/" + whom);
        story("removes " + whom + " from " + group + ": " + std::to_string(reply.status));
      }
      co_return;
    case Act::rename:
      if (const auto group = a_group(roll); !group.empty())
        (void)co_await ask("PATCH", "/v1/groups/" + group, R"({"name":"n)" + std::to_string(roll % 1000) + R"("})");
      co_return;
    case Act::nothing: co_return;
    case Act::block: co_return co_await set_block(roll, true);
    case Act::unblock: co_return co_await set_block(roll, false);
    case Act::unfriend:
      (void)co_await ask("DELETE", "/v1/friends/" + someone(roll));
      co_return co_await read_friends();
    case Act::recall: co_return co_await recall(roll);
    case Act::read: co_return co_await move_read(roll);
    case Act::acknowledge: co_return co_await post_acks();
    case Act::history:
      if (!threads_.empty()) {
        const auto& [name, thread] = *std::next(threads_.begin(), static_cast<std::ptrdiff_t>(roll % threads_.size()));
        const auto above = (roll / 64) % (thread.newest + 1);
        if (roll % 2 == 0)
          co_await read_history(name, "after=" + std::to_string(above) + "&limit=5", above);
        else
          co_await read_history(name, "limit=5", 0);
      }
      co_return;
    case Act::conversations: (void)co_await ask("GET", "/v1/conversations"); co_return;
    case Act::search: {
      const auto asked = now();
      const auto reply = co_await ask("GET", "/v1/messages/search", {}, "q=word" + std::to_string(roll % 8));
      if (!reply.good()) co_return;
      const auto json = boost::json::parse(reply.body).as_object();
      for (const auto& item : json.at("items").as_array())
        show(*read_frame(me_.user, item.as_object().at("message").as_object()), Source::search, asked);
      co_return;
    }
    case Act::reconnect:
      disconnect();
      connect();
      co_return;
    case Act::away:
      disconnect();
      co_await pause(static_cast<Time>(roll % 4000) * kMilli);
      connect();
      co_return;
    case Act::log_out: co_return co_await log_out(session_);
    case Act::end_other: {
      const auto& sessions = town_.sessions[me_.user];
      for (const auto& session : sessions) {
        if (session == session_) continue;
        co_return co_await log_out(session);
      }
      co_return;
    }
  }
}

Task<void> Client::send(std::string receiver, bool group) {
  Mine mine;
  mine.client_id = me_.device + "-" + std::to_string(++client_ids_);
  const auto text = "t" + std::to_string(++town_.texts) + " word" + std::to_string(town_.texts % 8);
  mine.conversation = group ? "g:" + receiver : everybodys_name(me_.user, "u:" + receiver);
  mine.body = R"({"type":)" + std::string(group ? "102" : "101") + R"(,"msgReceiver":")" + receiver + R"(","msg":")" +
              text + R"(","clientId":")" + mine.client_id + R"("})";
  mine_.push_back(std::move(mine));
  co_await post_message(mine_.size() - 1);
}

/// The same clientId until it is answered, or refused, or not worth it any more.
Task<void> Client::post_message(std::size_t index) {
  const auto begin = mine_[index].body.find("\"msg\":\"") + 7;
  const auto text = mine_[index].body.substr(begin, mine_[index].body.find('"', begin) - begin);
  for (int attempt = 0; attempt < 3; ++attempt) {
    Sent sent{.by = me_, .client_id = mine_[index].client_id, .conversation = mine_[index].conversation, .text = text,
              .asked = now()};
    const auto place = town_.record.sends.size();
    town_.record.sends.push_back(sent);  // whoever vanishes meanwhile has sent it, too
    story("sends " + text + " to " + sent.conversation);
    const auto reply = co_await ask("POST", "/v1/messages", mine_[index].body);
    sent.status = reply.status;
    auto& mine = mine_[index];
    if (reply.good()) {
      const auto json = boost::json::parse(reply.body).as_object();
      sent.answered = now();
      sent.id = mine.id = text_of(json, "id");
      sent.seq = mine.seq = static_cast<Seq>(number_of(json, "seq"));
      sent.time = number_of(json, "time");
      mine.answered = true;
      seen_.insert(sent.id);
    }
    story("is answered " + std::to_string(reply.status) + " for " + text + " #" + std::to_string(sent.seq));
    town_.record.sends[place] = sent;
    if (reply.good()) {
      own(sent.conversation, sent.seq);
      co_return;
    }
    if (reply.status != 0 && reply.status < 500) co_return;
    co_await pause(dice_.between(50, 900) * kMilli);
    if (session_over_) co_return;
  }
}

Task<void> Client::answer_request(std::uint64_t roll) {
  if (requests_.empty()) co_return;
  const auto [id, of_group] = requests_[roll % requests_.size()];
  const auto path = std::string(of_group ? "/v1/group-requests/" : "/v1/friend-requests/") + id +
                    (roll % 16 == 0 ? "/reject" : "/approve");
  const auto reply = co_await ask("POST", path);
  story("answers request " + id + ": " + std::to_string(reply.status));
  if (!of_group) co_await read_friends();
}

Task<void> Client::set_block(std::uint64_t roll, bool on) {
  const auto whom = someone(roll);
  const auto place = town_.record.blocks.size();
  town_.record.blocks.push_back({me_.user, whom, now(), 0, on});
  const auto reply = co_await ask(on ? "PUT" : "DELETE", "/v1/blocks/" + whom);
  if (reply.good()) town_.record.blocks[place].answered = now();
  story(std::string(on ? "blocks " : "unblocks ") + whom + ": " + std::to_string(reply.status));
}

Task<void> Client::recall(std::uint64_t roll) {
  if (mine_.empty()) co_return;
  const auto id = mine_[roll % mine_.size()].id;
  if (id.empty()) co_return;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto reply = co_await ask("DELETE", "/v1/messages/" + id);
    story("recalls " + id + ": " + std::to_string(reply.status));
    if (reply.good()) town_.record.recalls.push_back({me_.user, id, now()});
    if (reply.status != 0 && reply.status < 500) co_return;
    co_await pause(300 * kMilli);
  }
}

Task<void> Client::move_read(std::uint64_t roll) {
  if (threads_.empty()) co_return;
  const auto name = std::next(threads_.begin(), static_cast<std::ptrdiff_t>(roll % threads_.size()))->first;
  const auto seq = threads_[name].have;
  if (seq == 0) co_return;
  const auto asked = now();
  const auto reply =
      co_await ask("PUT", "/v1/conversations/" + seen_by_me(name) + "/read", R"({"seq":)" + std::to_string(seq) + "}");
  if (reply.good()) town_.record.moved.push_back({me_.user, name, seq, asked});
}

Task<void> Client::post_acks() {
  if (pulling_ > 0) co_return;
  std::string body;
  for (auto& [name, thread] : threads_) {
    if (thread.have <= thread.acked) continue;
    thread.acked = thread.have;
    town_.record.acks.push_back({me_, name, thread.have, now()});
    body += (body.empty() ? "{\"" : ",\"") + seen_by_me(name) + "\":" + std::to_string(thread.have);
  }
  if (!body.empty()) (void)co_await ask("POST", "/v1/acks", body + "}");
}

Task<void> Client::make_group(std::uint64_t roll) {
  GroupMade made{.key = {}, .owner = me_.user, .members = {me_.user}};
  std::string list;
  for (std::size_t i = 0; i < town_.people.size(); ++i) {
    if (town_.people[i] == me_.user || (roll >> i) % 2 == 0) continue;
    made.members.insert(town_.people[i]);
    list += (list.empty() ? "\"" : ",\"") + town_.people[i] + "\"";
  }
  const auto reply = co_await ask("POST", "/v1/groups", R"({"name":"birds","members":[)" + list + "]}");
  story("makes a group of [" + list + "]: " + std::to_string(reply.status));
  if (reply.status != 201) co_return;
  made.key = text_of(boost::json::parse(reply.body).as_object(), "key");
  if (std::ranges::find(town_.groups, made.key) == town_.groups.end()) town_.groups.push_back(made.key);
  town_.record.groups.push_back(made);
  if (roll % 3 == 0) (void)co_await ask("PATCH", "/v1/groups/" + made.key, R"({"joinPolicy":"open"})");
}

Task<void> Client::log_out(std::string session) {
  const auto reply = co_await ask("DELETE", "/v1/sessions/" + session);
  story("ends session " + session + ": " + std::to_string(reply.status));
  if (!reply.good() && reply.status != 404) co_return;
  town_.sessions[me_.user].erase(session);
  if (reply.good()) town_.record.ends.push_back({session, now()});
  if (session == session_) session_over_ = true;
}

}  // namespace godwit::simulate
