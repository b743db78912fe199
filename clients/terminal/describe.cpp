#include "clients/terminal/describe.hpp"

#include <charconv>
#include <ctime>

#include "clients/terminal/columns.hpp"

namespace godwit::chat {
namespace {

std::string format_time(Millis time, const char* format) {
  const std::time_t seconds = time / 1000;
  std::tm local{};
  localtime_r(&seconds, &local);
  char text[64];
  return {text, std::strftime(text, sizeof text, format, &local)};
}

std::string group_name(const std::string& key, const Model& model) {
  const auto group = model.groups().find(key);
  return "#" + (group == model.groups().end() || group->second.name.empty() ? key : group->second.name);
}

std::string describe_muted(const Frame& frame, const std::string& who, const std::string& target) {
  Millis until = 0;
  std::from_chars(frame.detail.data(), frame.detail.data() + frame.detail.size(), until);
  if (until == 0) return who + " let " + target + " speak again";
  return who + " muted " + target + " until " + format_time(until, "%d %b %H:%M");
}

std::string describe_group_change(const Frame& frame, const Model& model, const Talk* talk) {
  const std::string who = frame.sender == model.me() ? "you" : model.name_of(frame.sender, talk);
  const std::string target = frame.target == model.me() ? "you" : model.name_of(frame.target, talk);
  if (frame.change == "created") return who + " made this group";
  if (frame.change == "renamed") return who + " named the group " + (frame.detail.empty() ? "anew" : frame.detail);
  if (frame.change == "notice") return who + " changed the notice (/notice shows it)";
  if (frame.change == "avatar") return who + " changed the picture";
  if (frame.change == "policy") return who + " changed who may join";
  if (frame.change == "role") {
    return who + " made " + target +
           (frame.detail == "admin"   ? " an admin"
            : frame.detail == "owner" ? " the owner"
                                      : " a member");
  }
  if (frame.change == "muted") return describe_muted(frame, who, target);
  if (frame.change == "left") return target + " left";
  if (frame.change == "removed") return who + " removed " + target;
  if (frame.change == "dissolved") return who + " dissolved the group";
  return who + " changed the group: " + frame.change;
}

std::string describe_plainly(const Frame& frame, const Model& model) {
  const Talk* talk = model.find(frame.conversation);
  const auto sender = [&] { return model.name_of(frame.sender, talk); };
  const std::string note = frame.text.empty() ? "" : " (“" + frame.text + "”)";
  switch (frame.type) {
    case Type::notice: return frame.sender + ": " + (frame.title.empty() ? "" : frame.title + " · ") + frame.text;
    case Type::friend_request: return sender() + " wants to be your friend" + note + ": /approve " + frame.sender;
    case Type::join_request:
      return sender() + " asks to join " + group_name(frame.group, model) + note + ": /approve " + frame.sender;
    case Type::friend_approved: return sender() + " and you are friends now";
    case Type::join_approved: return (frame.sender == model.me() ? "you" : sender()) + std::string(" joined");
    case Type::request_rejected:
      return (frame.group.empty() ? "your friend request" : "your request to join " + group_name(frame.group, model)) +
             " was turned down";
    case Type::group_changed: return describe_group_change(frame, model, talk);
    case Type::friend_changed:
      return sender() + (frame.change == "removed" ? " is no longer your friend" : " changed their profile");
    default: return {};
  }
}
}  // namespace

std::string describe(const Frame& frame, const Model& model) { return printable(describe_plainly(frame, model)); }

std::string preview(const Frame& frame, const Model& model) {
  if (frame.seq == 0) return {};
  if (!is_chat(frame.type)) return describe(frame, model);
  if (frame.recalled) return "(recalled)";
  if (frame.sender == model.me()) return printable("you: " + frame.text);
  if (frame.type != Type::group) return printable(frame.text);
  return printable(model.name_of(frame.sender, model.find(frame.conversation)) + ": " + frame.text);
}

std::string quoted(const Frame& frame, const Talk& talk, const Model& model) {
  if (frame.reply_to.empty()) return {};
  const Frame* original = talk.timeline.find(frame.reply_to);
  if (original == nullptr) return "↪ an earlier message";
  return printable("↪ " + model.name_of(original->sender, &talk) + ": " +
                   (original->recalled ? "(recalled)" : original->text));
}

std::string called(const Person& person) {
  return person.name.empty() || person.name == person.key ? person.key : person.name + " (" + person.key + ")";
}

std::string clock_time(Millis time) { return format_time(time, "%H:%M"); }
std::string calendar_day(Millis time) { return format_time(time, "%A, %-d %B %Y"); }
std::string short_time(Millis time, Millis now) {
  return format_time(time, "%F") == format_time(now, "%F") ? clock_time(time) : format_time(time, "%-d %b");
}

}  // namespace godwit::chat
