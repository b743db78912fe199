#include <algorithm>
#include <charconv>

#include "clients/terminal/columns.hpp"
#include "clients/terminal/describe.hpp"
#include "clients/terminal/interpreter.hpp"
#include "base/utf8.hpp"
#include "domain/text.hpp"

namespace godwit::chat {
namespace {

/// "N  text", the found ranges between « and »; a long text is cut around the first of them.
std::string marked(const Hit& hit) {
  const auto text = decode_utf8(hit.message.text);
  std::u32string out;
  std::size_t from = 0;
  if (!hit.highlight.empty() && hit.highlight.front().first > 30) {
    from = hit.highlight.front().first - 20;
    out += U'…';
  }
  for (std::size_t i = from; i < text.size(); ++i) {
    for (const auto& [start, end] : hit.highlight) {
      if (start == i) out += U'«';
      if (end == i) out += U'»';
    }
    out += text[i];
  }
  for (const auto& [start, end] : hit.highlight)
    if (end == text.size()) out += U'»';
  return encode_utf8(out);
}

bool begins(const std::string& text, const std::string& start) { return lower(text).starts_with(start); }
}  // namespace

/// Exact names before beginnings: somebody called "ann" is found though "anna" is there too.
Interpreter::Matches Interpreter::matching(std::string word) const {
  word = lower(word);
  const bool group = word.starts_with('#');
  if (group) word.erase(0, 1);
  if (word.starts_with('@')) word.erase(0, 1);
  const auto& model = client_.model();
  std::vector<const Talk*> exact;
  std::vector<const Talk*> near;
  for (const Talk* talk : model.listed()) {
    if (talk->name == "s:" || (group && !talk->group())) continue;
    const std::string title = model.title(*talk).substr(talk->group() ? 1 : 0);
    if (talk->other.key == word || talk->name == word) return {{talk}, true};
    if (lower(title) == word || lower(talk->other.name) == word)
      exact.push_back(talk);
    else if (begins(title, word) || begins(talk->other.key, word))
      near.push_back(talk);
  }
  return exact.empty() ? Matches{near, false} : Matches{exact, true};
}

void Interpreter::not_opened(const std::string& why) {
  front_.complain(why);
  front_.not_opened();
}

void Interpreter::open(const std::string& what) {
  if (what == "notices" || what == "s:") return client_.open("s:");
  const auto listed = client_.model().listed();
  std::size_t place = 0;
  const auto [end, error] = std::from_chars(what.data(), what.data() + what.size(), place);
  const bool numeric = error == std::errc{} && end == what.data() + what.size();
  if (numeric && what.size() < 3 && place >= 1 && place <= listed.size()) {
    client_.open(listed[place - 1]->name);
    return front_.say("talking in " + client_.model().title(*listed[place - 1]));
  }
  const auto [found, exact] = matching(what);
  const std::size_t sign = what.starts_with('#') || what.starts_with('@')     ? 1
                           : what.starts_with("u:") || what.starts_with("g:") ? 2
                                                                              : 0;
  const std::string key = lower(what.substr(sign));
  if (found.size() == 1) {
    const std::string name = found.front()->name;
    client_.open(name);
    return front_.say("talking in " + client_.model().title(client_.model().at(name)));
  }
  if (found.size() > 1 && (exact || !is_key(key))) {
    std::string names;
    for (const Talk* talk : found) {
      const std::string by = (talk->group() ? "#" : "") + talk->other.key;
      names += (names.empty() ? "" : ", ") + client_.model().title(*talk) + " is /open " + by;
    }
    return not_opened("which one? " + names);
  }
  if (!is_key(key)) return not_opened("nobody is called " + what);
  what.starts_with('#') || what.starts_with("g:") ? open_group(key) : open_person(key);
}

void Interpreter::open_person(const std::string& key) {
  client_.call([key](Api& api) { return api.ask<Profile>("GET", "/v1/users/" + Api::escape(key)); },
               [this, key](const Answer<Profile>& user) {
                 if (!user && user.error().status == 404)
                   return not_opened("nobody has the key " + key + "; /who TEXT finds people");
                 if (!user) return fail(user.error()), front_.not_opened();
                 client_.model().at("u:" + key).other = {user->key, user->name};
                 client_.open("u:" + key);
                 const bool friends = client_.model().friends().contains(key) || key == client_.model().me();
                 front_.say(friends ? "talking to " + user->name : user->name + " is not your friend yet: /add " + key);
               });
}

void Interpreter::open_group(const std::string& key) {
  client_.call([key](Api& api) { return api.ask<GroupRow>("GET", "/v1/groups/" + Api::escape(key)); },
               [this, key](const Answer<GroupRow>& group) {
                 if (!group && group.error().status == 404) return not_opened("there is no group " + key);
                 if (!group) return fail(group.error()), front_.not_opened();
                 if (group->role.empty())
                   return not_opened("you are not a member of " + group->name + ": /join " + key);
                 client_.read_lists();
                 client_.model().at("g:" + key).other = {group->key, group->name};
                 client_.open("g:" + key);
                 front_.say("talking in #" + group->name);
               });
}

/// A message of the open conversation by its number or id.
const Frame* Interpreter::message_of(const std::string& word) {
  const Talk* talk = client_.model().find(client_.model().open());
  if (talk == nullptr) return nullptr;
  if (const Frame* frame = talk->timeline.find(word)) return frame;
  Seq seq = 0;
  const std::string digits = word.starts_with('#') ? word.substr(1) : word;
  std::from_chars(digits.data(), digits.data() + digits.size(), seq);
  const auto found = talk->timeline.frames().find(seq);
  return found != talk->timeline.frames().end() && is_chat(found->second.type) ? &found->second : nullptr;
}

void Interpreter::recall(const Command& command) {
  const Talk* talk = client_.model().find(client_.model().open());
  const Frame* frame = talk == nullptr         ? nullptr
                       : command.words.empty() ? talk->timeline.last_of(client_.model().me())
                                               : message_of(command.word(0));
  const bool is_id = command.word(0).size() == 32;
  if (frame == nullptr && !is_id) {
    return front_.complain(command.words.empty() ? "there is no message of yours to take back"
                                                 : "there is no message " + command.word(0) + " here");
  }
  const std::string id = frame != nullptr ? frame->id : command.word(0);
  change("DELETE", "/v1/messages/" + Api::escape(id), {}, "taken back",
         [this, id, name = client_.model().open()] { client_.model().recalled(name, id); });
}

void Interpreter::reply(const Command& command) {
  const Frame* frame = message_of(command.word(0));
  if (frame == nullptr) return front_.complain("there is no message " + command.word(0) + " here");
  client_.write(command.after(1), frame->id);
}

void Interpreter::search(const std::string& text) {
  const std::string path = "/v1/messages/search?limit=50&q=" + Api::escape(text);
  client_.call([path](Api& api) { return api.page<Hit>(path); },
               [this, text](const Answer<Page<Hit>>& hits) {
                 if (!hits) return fail(hits.error());
                 if (hits->items.empty()) return front_.say("nothing found for " + text);
                 auto& model = client_.model();
                 std::vector<std::string> lines;
                 for (const auto& hit : hits->items) {
                   const Frame& frame = hit.message;
                   const Talk& talk = model.at(frame.conversation);
                   const std::string who = frame.sender == model.me() ? "you" : model.name_of(frame.sender, &talk);
                   const std::string where = model.title(talk) + "  " + short_time(frame.time, client_.now()) + "  " +
                                             std::to_string(frame.seq);
                   lines.push_back(where + "  " + who + ": " + marked(hit));
                 }
                 front_.show("Found for “" + text + "”" + (hits->next.empty() ? "" : " (the first 50)"), lines);
               });
}

void Interpreter::help(const std::string& about) {
  const std::string name = about.starts_with('/') ? about.substr(1) : about;
  std::vector<std::string> lines;
  for (const auto& info : commands()) {
    if (!name.empty() && info.name != name) continue;
    const std::string usage = "/" + std::string(info.name) + (info.usage.empty() ? "" : " ") + std::string(info.usage);
    lines.push_back(fit(usage, std::max(columns(usage), 30)) + "  " + std::string(info.help));
  }
  if (lines.empty()) return front_.complain("there is no /" + name);
  if (name.empty()) lines.emplace_back("Anything else is sent to the open conversation; //word sends /word.");
  front_.show("Commands", lines);
}

/// Messages that wait here are nowhere else: leaving them behind takes saying it twice.
void Interpreter::quit() {
  const auto unsent = client_.model().queue().unsent();
  if (unsent != 0 && unsent_warned_ == 0 && client_.status().state != Status::State::ended) {
    unsent_warned_ = 2;
    return front_.complain(std::to_string(unsent) + (unsent == 1 ? " message is" : " messages are") +
                           " not sent yet; /quit again leaves without");
  }
  client_.leave();
}

}  // namespace godwit::chat
