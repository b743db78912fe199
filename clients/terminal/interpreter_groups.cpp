#include <charconv>

#include "clients/terminal/describe.hpp"
#include "clients/terminal/interpreter.hpp"
#include "domain/text.hpp"
#include "wire/json.hpp"

namespace godwit::chat {
namespace {
std::string path_of(const GroupRow& group) { return "/v1/groups/" + Api::escape(group.key); }
std::string path_of(const GroupRow& group, const std::string& member) {
  return path_of(group) + "/members/" + Api::escape(member);
}

std::string one_field(std::string_view name, std::string_view value) {
  wire::JsonWriter json;
  json.begin_object().field(name, value).end_object();
  return json.take();
}
}  // namespace

/// Whom a word names in this group: a key, or the name of a member.
std::string Interpreter::member(const GroupRow& group, const std::string& word) const {
  const std::string name = lower(word.starts_with('@') ? word.substr(1) : word);
  const Talk* talk = client_.model().find("g:" + group.key);
  if (talk == nullptr || talk->members.contains(name)) return name;
  for (const auto& [key, row] : talk->members) {
    if (lower(row.user.name) == name) return key;
  }
  return person(word);
}

void Interpreter::in_group(const Command& command, const GroupRow& group) {
  const std::string talk = "g:" + group.key;
  switch (command.info->verb) {
    case Verb::members: return list_members(group);
    case Verb::notice: return notice(command, group);
    case Verb::rename:
      return change_group(group, "name", command.after(0), "this group is #" + command.after(0) + " now");
    case Verb::mute: return mute(command, group);
    case Verb::role: {
      const std::string whom = member(group, command.word(0));
      const std::string role = lower(command.word(1));
      return change("PATCH", path_of(group, whom), one_field("role", role), whom + " is " + role + " now",
                    [this] { client_.read_lists(); });
    }
    case Verb::kick: {
      const std::string whom = member(group, command.word(0));
      return change("DELETE", path_of(group, whom), {}, whom + " is out",
                    [this, talk, whom] { client_.model().at(talk).members.erase(whom); });
    }
    case Verb::leave:
      return change("DELETE", path_of(group, "me"), {}, "you left #" + group.name, [this] { client_.read_lists(); });
    case Verb::dissolve:
      if (lower(command.word(0)) != "yes")
        return front_.complain("this ends the group for everybody; if you mean it: /dissolve yes");
      return change("DELETE", path_of(group), {}, "#" + group.name + " is dissolved", [this] { client_.read_lists(); });
    default: return front_.complain("that does nothing here");
  }
}

void Interpreter::list_groups() {
  client_.call([](Api& api) { return api.all<GroupRow>("/v1/groups", 5000); },
               [this](const Answer<Page<GroupRow>>& rows) {
                 if (!rows) return fail(rows.error());
                 client_.model().take_groups(rows->items);
                 if (rows->items.empty())
                   return front_.say("no groups yet: /group NAME makes one, /join KEY asks for one");
                 std::vector<std::string> lines;
                 for (const auto& row : rows->items) {
                   const std::string count =
                       std::to_string(row.member_count) + (row.member_count == 1 ? " member, " : " members, ");
                   lines.push_back("#" + row.name + "  (" + row.key + ")  " + count + row.role);
                 }
                 front_.show("Groups", lines);
               });
}

void Interpreter::make_group(const Command& command) {
  wire::JsonWriter json;
  json.begin_object().field("name", command.word(0)).key("members").begin_array();
  for (std::size_t i = 1; i < command.words.size(); ++i) json.string(person(command.words[i]));
  json.end_array().end_object();
  client_.call([body = json.take()](Api& api) { return api.ask<GroupRow>("POST", "/v1/groups", body); },
               [this](const Answer<GroupRow>& group) {
                 if (!group && group.error().code == "not_friends")
                   return front_.complain("a group starts with friends of yours; who is not one joins by /join");
                 if (!group) return fail(group.error());
                 client_.read_lists();
                 client_.model().at("g:" + group->key).other = {group->key, group->name};
                 client_.open("g:" + group->key);
                 front_.say("made #" + group->name + "; others join it with /join " + group->key);
               });
}

void Interpreter::join_group(const Command& command) {
  const std::string key = lower(command.word(0).starts_with('#') ? command.word(0).substr(1) : command.word(0));
  const std::string body = command.words.size() > 1 ? one_field("note", command.after(1)) : "{}";
  const std::string path = "/v1/groups/" + Api::escape(key) + "/requests";
  client_.call([path, body](Api& api) { return api.ask<RequestRow>("POST", path, body); },
               [this, key](const Answer<RequestRow>& request) {
                 if (!request && request.error().status == 404) return front_.complain("there is no group " + key);
                 if (!request) return fail(request.error());
                 if (request->state != "approved")
                   return front_.say("asked to join #" + (request->target.name.empty() ? key : request->target.name));
                 client_.read_lists();
                 front_.say("you are in: /open #" + key);
               });
}

void Interpreter::list_members(const GroupRow& group) {
  const std::string path = path_of(group) + "/members";
  client_.call([path](Api& api) { return api.all<MemberRow>(path, 2000); },
               [this, group](const Answer<Page<MemberRow>>& rows) {
                 if (!rows) return fail(rows.error());
                 client_.model().take_members(group.key, rows->items);
                 std::vector<std::string> lines;
                 for (const auto& row : rows->items) {
                   const bool here = client_.model().online(row.user.key);
                   const std::string mine = row.user.key == client_.model().me() ? ", you" : "";
                   lines.push_back((here ? "● " : "  ") + called(row.user) + "  " + row.role + mine +
                                   (row.muted_until > client_.now() ? ", muted" : ""));
                 }
                 front_.show("#" + group.name + " (" + group.key + ")", lines);
               });
}

void Interpreter::notice(const Command& command, const GroupRow& group) {
  if (!command.rest.empty()) return change_group(group, "notice", command.after(0), "the notice is set");
  client_.call([path = path_of(group)](Api& api) { return api.ask<GroupRow>("GET", path); },
               [this](const Answer<GroupRow>& row) {
                 if (!row) return fail(row.error());
                 front_.say(row->notice.empty() ? "this group has no notice" : "notice: " + row->notice);
               });
}

void Interpreter::change_group(const GroupRow& group, std::string_view field, const std::string& value,
                               std::string done) {
  change("PATCH", path_of(group), one_field(field, value), std::move(done), [this] { client_.read_lists(); });
}

void Interpreter::mute(const Command& command, const GroupRow& group) {
  const std::string whom = member(group, command.word(0));
  const std::string& how = command.words.size() > 1 ? command.words[1] : "60";
  Millis minutes = 0;
  const auto [end, error] = std::from_chars(how.data(), how.data() + how.size(), minutes);
  const bool off = how == "off";
  if (!off && (error != std::errc{} || *end != 0 || minutes <= 0))
    return front_.complain("like this: /mute KEY 60 (minutes), or /mute KEY off");
  wire::JsonWriter json;
  json.begin_object().key("mutedUntil");
  if (off)
    json.null();
  else
    json.integer(client_.now() + std::min<Millis>(minutes, 5'256'000) * 60'000);
  json.end_object();
  change("PATCH", path_of(group, whom), json.take(),
         off ? whom + " may speak again" : whom + " is muted for " + how + " minutes");
}

}  // namespace godwit::chat
