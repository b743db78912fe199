#include "clients/terminal/interpreter.hpp"

#include <charconv>

namespace godwit::chat {
namespace {
std::size_t number_or(const std::string& word, std::size_t otherwise) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  return error == std::errc{} && end == word.data() + word.size() ? value : otherwise;
}
}  // namespace

void Interpreter::line(const std::string& written) {
  const Line line = parse_line(written);
  if (!std::holds_alternative<Nothing>(line) && unsent_warned_ != 0) --unsent_warned_;
  if (const auto* text = std::get_if<Text>(&line)) return client_.write(text->text);
  if (const auto* mistake = std::get_if<Mistake>(&line)) return front_.complain(mistake->what);
  if (const auto* command = std::get_if<Command>(&line)) carry_out(*command);
}

void Interpreter::carry_out(const Command& command) {
  switch (command.info->verb) {
    case Verb::open: return open(command.after(0));
    case Verb::recall: return recall(command);
    case Verb::reply: return reply(command);
    case Verb::search: return search(command.after(0));
    case Verb::history: return client_.load_older(number_or(command.word(0), 20), true);
    case Verb::retry: return command.word(0) == "drop" ? client_.drop_failed() : client_.retry();
    case Verb::help: return help(command.word(0));
    case Verb::quit: return quit();
    case Verb::groups: return list_groups();
    case Verb::group: return make_group(command);
    case Verb::join: return join_group(command);
    case Verb::read:
      if (const Talk* talk = client_.model().find(client_.model().open()))
        client_.saw(std::max(talk->head, talk->timeline.highest()));
      return front_.say("read");
    default: break;
  }
  if (about_people(command) || about_me(command)) return;
  const auto& model = client_.model();
  const Talk* talk = model.find(model.open());
  if (talk == nullptr || !talk->group()) return front_.complain("open a group first: /open #GROUP");
  const auto group = model.groups().find(talk->other.key);
  if (group == model.groups().end()) return front_.complain("you are not a member of this group");
  in_group(command, group->second);
}

void Interpreter::change(std::string method, std::string target, std::string body, std::string done,
                         std::function<void()> then) {
  client_.call([method = std::move(method), target = std::move(target),
                body = std::move(body)](Api& api) { return api.call(method, target, body); },
               [this, done = std::move(done), then = std::move(then)](const Answer<std::string>& answer) {
                 if (!answer) return fail(answer.error());
                 front_.say(done);
                 if (then) then();
               });
}

}  // namespace godwit::chat
