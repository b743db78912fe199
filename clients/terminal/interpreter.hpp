#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "clients/terminal/client.hpp"
#include "clients/terminal/command.hpp"

namespace godwit::chat {

/// Does what a written line says: sends it, or carries out its command and tells the Front what became of it.
class Interpreter {
 public:
  Interpreter(Client& client, Front& front) : client_(client), front_(front) {}

  void line(const std::string& written);
  /// Opens what a person may call it: a key, a group's key or name with '#', the beginning of either, "notices", its
  /// place in the list.
  void open(const std::string& what);

 private:
  void carry_out(const Command& command);
  void in_group(const Command& command, const GroupRow& group);  // interpreter_groups.cpp
  bool about_people(const Command& command);                     // interpreter_people.cpp
  bool about_me(const Command& command);                         // interpreter_account.cpp

  // interpreter_talk.cpp
  void recall(const Command& command);
  void reply(const Command& command);
  void search(const std::string& text);
  void help(const std::string& about);
  void quit();
  void not_opened(const std::string& why);
  void open_person(const std::string& key);
  void open_group(const std::string& key);
  struct Matches {
    std::vector<const Talk*> talks;
    bool exact = false;  ///< by their whole name
  };
  [[nodiscard]] Matches matching(std::string word) const;
  [[nodiscard]] const Frame* message_of(const std::string& word);

  // interpreter_people.cpp
  void list_friends();
  void add_friend(const Command& command);
  void list_requests();
  void answer_request(const Command& command, bool yes);
  void answer_found(const std::vector<RequestRow>& pending, const std::string& whose, bool yes);
  void post_answer(const RequestRow& request, bool yes);
  void block(const std::string& whom, bool on);
  void list_blocks();
  void remove_friend(const std::string& key);
  void set_alias(const Command& command);
  void find_people(const std::string& whom);
  [[nodiscard]] std::string person(
      const std::string& word) const;  ///< the key of whom a word names; empty: the open friend

  // interpreter_groups.cpp
  void list_groups();
  void make_group(const Command& command);
  void join_group(const Command& command);
  void list_members(const GroupRow& group);
  void notice(const Command& command, const GroupRow& group);
  void mute(const Command& command, const GroupRow& group);
  void change_group(const GroupRow& group, std::string_view field, const std::string& value, std::string done);
  [[nodiscard]] std::string member(const GroupRow& group, const std::string& word) const;

  // interpreter_account.cpp
  void list_devices();
  void log_out(const std::string& which);
  void change_password();
  void send_password(const std::string& old_one, const std::string& new_one);

  /// Calls, and says `done` or what went wrong; `then` after it went well.
  void change(std::string method, std::string target, std::string body, std::string done,
              std::function<void()> then = {});
  void fail(const Failure& failure) { client_.failed(failure); }

  Client& client_;
  Front& front_;
  std::vector<RequestRow> requests_;  // as they were last listed: N means these
  std::vector<DeviceRow> devices_;
  std::size_t unsent_warned_ = 0;
};

}  // namespace godwit::chat
