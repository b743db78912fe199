#include <algorithm>
#include <charconv>

#include "clients/terminal/describe.hpp"
#include "clients/terminal/interpreter.hpp"
#include "domain/text.hpp"
#include "wire/json.hpp"

namespace godwit::chat {
namespace {
struct Requests {
  std::vector<RequestRow> in, out;
};

/// Those that wait for an answer, to me first.
Answer<Requests> pending_requests(Api& api) {
  Requests all;
  for (const std::string_view list : {"/v1/friend-requests", "/v1/group-requests"}) {
    for (auto* box : {&all.in, &all.out}) {
      auto page = api.all<RequestRow>(std::string(list) + (box == &all.in ? "?box=in" : "?box=out"), 500);
      if (!page) return std::unexpected(std::move(page).error());
      std::ranges::copy_if(page->items, std::back_inserter(*box),
                           [](const RequestRow& row) { return row.state == "pending"; });
    }
  }
  return all;
}

std::string wants(const RequestRow& row) {
  const std::string what = row.of_group ? " asks to join #" + row.target.name : " wants to be your friend";
  return called(row.sender) + what + (row.note.empty() ? "" : ": “" + row.note + "”");
}
}  // namespace

std::string Interpreter::person(const std::string& word) const {
  const auto& model = client_.model();
  if (word.empty()) {
    const Talk* talk = model.find(model.open());
    return talk != nullptr && talk->direct() ? talk->other.key : std::string();
  }
  const std::string name = lower(word.starts_with('@') ? word.substr(1) : word);
  if (model.friends().contains(name)) return name;
  for (const auto& [key, known] : model.friends()) {
    if (lower(known.alias) == name || lower(known.user.name) == name) return key;
  }
  return name;
}

bool Interpreter::about_people(const Command& command) {
  const std::string whom = person(command.word(0));
  switch (command.info->verb) {
    case Verb::friends: list_friends(); return true;
    case Verb::add: add_friend(command); return true;
    case Verb::requests: list_requests(); return true;
    case Verb::approve: answer_request(command, true); return true;
    case Verb::reject: answer_request(command, false); return true;
    case Verb::block: whom.empty() ? list_blocks() : block(whom, true); return true;
    case Verb::unblock: block(whom, false); return true;
    case Verb::remove: remove_friend(whom); return true;
    case Verb::alias: set_alias(command); return true;
    case Verb::who: find_people(command.rest.empty() ? whom : command.after(0)); return true;
    default: return false;
  }
}

void Interpreter::list_friends() {
  client_.call([](Api& api) { return api.all<FriendRow>("/v1/friends", 5000); },
               [this](const Answer<Page<FriendRow>>& rows) {
                 if (!rows) return fail(rows.error());
                 client_.model().take_friends(rows->items);
                 if (rows->items.empty()) return front_.say("no friends yet: /add KEY asks somebody");
                 std::vector<std::string> lines;
                 for (const auto& row : rows->items) {
                   lines.push_back((client_.model().online(row.user.key) ? "● " : "○ ") +
                                   (row.alias.empty() ? "" : row.alias + " · ") + called(row.user));
                 }
                 front_.show("Friends", lines);
               });
}

void Interpreter::add_friend(const Command& command) {
  const std::string key = lower(command.word(0));
  wire::JsonWriter json;
  json.begin_object().field("receiver", key);
  if (command.words.size() > 1) json.field("note", command.after(1));
  json.end_object();
  const std::string body = json.take();
  client_.call([body](Api& api) { return api.ask<RequestRow>("POST", "/v1/friend-requests", body); },
               [this, key](const Answer<RequestRow>& request) {
                 if (!request && request.error().status == 404)
                   return front_.complain("nobody has the key " + key + "; /who TEXT finds people");
                 if (!request) return fail(request.error());
                 if (request->state == "approved") {
                   client_.read_lists();
                   return front_.say(key + " had asked you too: you are friends now");
                 }
                 front_.say("asked " + key);
               });
}

void Interpreter::list_requests() {
  client_.call(pending_requests, [this](Answer<Requests> all) {
    if (!all) return fail(all.error());
    requests_ = std::move(all->in);
    if (requests_.empty() && all->out.empty()) return front_.say("no requests");
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < requests_.size(); ++i)
      lines.push_back(std::to_string(i + 1) + "  " + wants(requests_[i]));
    for (const auto& row : all->out)
      lines.push_back("·  you asked " + std::string(row.of_group ? "to join #" : "") + called(row.target));
    front_.show("Requests (/approve N, /reject N)", lines);
  });
}

/// N is a place in the list that was shown; a key or an id is looked up anew.
void Interpreter::answer_request(const Command& command, bool yes) {
  const std::string whose = lower(command.word(0));
  std::size_t place = 0;
  const auto [end, error] = std::from_chars(whose.data(), whose.data() + whose.size(), place);
  const bool numeric = error == std::errc{} && end == whose.data() + whose.size();
  if (numeric && place >= 1 && place <= requests_.size()) return post_answer(requests_[place - 1], yes);
  client_.call(pending_requests, [this, whose, yes](const Answer<Requests>& all) {
    if (!all) return fail(all.error());
    answer_found(all->in, whose, yes);
  });
}

void Interpreter::answer_found(const std::vector<RequestRow>& pending, const std::string& whose, bool yes) {
  std::vector<RequestRow> meant;
  for (std::size_t i = 0; i < pending.size(); ++i) {
    const auto& row = pending[i];
    const bool named =
        row.id == whose || row.sender.key == whose || lower(row.sender.name) == whose || std::to_string(i + 1) == whose;
    if (whose.empty() || named) meant.push_back(row);
  }
  if (meant.size() == 1) return post_answer(meant.front(), yes);
  if (meant.empty())
    return front_.complain(whose.empty() ? "no requests wait for an answer"
                                         : "no request of " + whose + " waits for an answer");
  requests_ = meant;
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < meant.size(); ++i) lines.push_back(std::to_string(i + 1) + "  " + wants(meant[i]));
  front_.show(std::string("Which one? ") + (yes ? "/approve N" : "/reject N"), lines);
}

void Interpreter::post_answer(const RequestRow& request, bool yes) {
  const std::string path =
      (request.of_group ? "/v1/group-requests/" : "/v1/friend-requests/") + Api::escape(request.id);
  const std::string target = path + (yes ? "/approve" : "/reject");
  const std::string& who = request.sender.key;
  const std::string done = !yes               ? "turned down"
                           : request.of_group ? who + " is in"
                                              : who + " and you are friends: /open " + who;
  change("POST", target, "{}", done, [this] { client_.read_lists(); });
}

void Interpreter::block(const std::string& whom, bool on) {
  if (whom.empty()) return front_.complain("whom? /unblock KEY");
  const std::string done =
      on ? whom + " cannot write to you any more; /unblock " + whom : whom + " can write to you again";
  change(on ? "PUT" : "DELETE", "/v1/blocks/" + Api::escape(whom), {}, done);
}

void Interpreter::list_blocks() {
  client_.call([](Api& api) { return api.all<FriendRow>("/v1/blocks"); },
               [this](const Answer<Page<FriendRow>>& rows) {
                 if (!rows) return fail(rows.error());
                 if (rows->items.empty()) return front_.say("nobody is blocked");
                 std::vector<std::string> lines;
                 for (const auto& row : rows->items) lines.push_back(called(row.user));
                 front_.show("Blocked", lines);
               });
}

void Interpreter::remove_friend(const std::string& key) {
  change("DELETE", "/v1/friends/" + Api::escape(key), {}, key + " is no longer your friend",
         [this] { client_.read_lists(); });
}

/// "/alias bob Bobby" names bob; in bob's conversation "/alias Bobby" is enough.
void Interpreter::set_alias(const Command& command) {
  const std::string first = person(command.word(0));
  const bool named = command.words.size() > 1 && client_.model().friends().contains(first);
  const std::string whom = named ? first : person({});
  if (whom.empty()) return front_.complain("whose? /alias KEY NAME");
  const std::string alias = command.after(named ? 1 : 0);
  wire::JsonWriter json;
  json.begin_object().field("alias", alias).end_object();
  change("PATCH", "/v1/friends/" + Api::escape(whom), json.take(), whom + " is " + alias + " to you now",
         [this] { client_.read_lists(); });
}

void Interpreter::find_people(const std::string& whom) {
  if (whom.empty()) {
    const auto& model = client_.model();
    const auto group =
        model.open().starts_with("g:") ? model.groups().find(model.open().substr(2)) : model.groups().end();
    if (group == model.groups().end()) return front_.complain("whom? /who KEY or the beginning of a name");
    return list_members(group->second);
  }
  const std::string path = "/v1/users?limit=20&q=" + Api::escape(whom);
  client_.call([path](Api& api) { return api.page<Profile>(path); },
               [this, whom](const Answer<Page<Profile>>& users) {
                 if (!users) return fail(users.error());
                 if (users->items.empty()) return front_.say("nobody found for " + whom);
                 std::vector<std::string> lines;
                 for (const auto& user : users->items) {
                   const auto& model = client_.model();
                   const bool known = model.friends().contains(user.key);
                   const std::string tie = user.key == model.me()   ? "  you"
                                           : !known                 ? ""
                                           : model.online(user.key) ? "  friend, here now"
                                                                    : "  friend";
                   lines.push_back(called({user.key, user.name}) + tie + (user.bio.empty() ? "" : "  " + user.bio));
                 }
                 front_.show("People", lines);
               });
}

}  // namespace godwit::chat
