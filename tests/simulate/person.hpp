#pragma once
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/task.hpp"
#include "simulate/network.hpp"
#include "simulate/record.hpp"

namespace godwit::simulate {

/// A call as it goes over the wire. `status` 0 of a reply: none came.
struct Ask {
  std::string method, path, query, body, token;
};
struct Reply {
  int status = 0;
  std::string body;
  [[nodiscard]] bool good() const noexcept { return status >= 200 && status < 300; }
};

/// The client's end of a socket. `code` 0: the line broke, or the call was refused (then `status` says how).
class Ear {
 public:
  virtual ~Ear() = default;
  virtual void on_frame(std::uint64_t line, const std::string& text) = 0;
  virtual void on_closed(std::uint64_t line, int code, int status) = 0;
};

/// The server as clients see it.
class Door {
 public:
  virtual ~Door() = default;
  virtual Task<Reply> ask(Process& from, Ask ask) = 0;
  /// Opens a socket; `ear` hears of it on the caller's executor. `line` names it, and is the caller's to choose.
  virtual void dial(Process& from, std::uint64_t line, std::string token, Ear& ear) = 0;
  virtual void say(std::uint64_t line, std::string text) = 0;
  virtual void hang_up(std::uint64_t line) = 0;
};

/// What somebody does next. `roll` picks among whatever there is to pick from then.
enum class Act : char {
  send_direct, send_group, resend, befriend, approve, make_group, join, leave, remove, block, unblock, unfriend,
  recall, read, acknowledge, history, conversations, search, reconnect, away, log_out, end_other, rename, nothing
};
struct Step {
  Act act;
  std::uint64_t roll = 0;
  Time pause = 0;  ///< before it
};

/// What all know that meet elsewhere: who there is, which groups.
struct Town {
  std::vector<std::string> people;
  std::vector<std::string> groups;
  std::map<std::string, std::set<std::string>> sessions;  ///< of each person, that live as far as they know
  Record record;
  std::function<void(const std::string&)> tell = [](const std::string&) {};  ///< the story
  std::uint64_t texts = 0, lines = 0;
  bool quiet = false;  ///< all is healed; only what must come still comes
};

/// One device of one person: a client that does what docs/protocol.md asks of clients, on an executor of its own.
class Client final : private Ear {
 public:
  Client(Town& town, Door& door, Process& process, Device device, std::vector<Step> steps, bool first_device);

  void start();
  /// It goes, and never comes back: nobody says anything, as when a battery is empty.
  void vanish();
  [[nodiscard]] bool vanished() const noexcept { return vanished_; }
  /// It does nothing any more of its own accord.
  [[nodiscard]] bool acted() const noexcept { return acted_ || vanished_; }
  /// … and is connected.
  [[nodiscard]] bool done() const noexcept { return done_ || vanished_; }
  /// After everything has come to rest: looks at all there is to see, and writes it into the record.
  Task<void> look_around();
  [[nodiscard]] bool looked() const noexcept { return looked_ || vanished_; }
  [[nodiscard]] Process& process() noexcept { return process_; }
  [[nodiscard]] const std::string& user() const noexcept { return me_.user; }

 private:
  struct Thread {  // a conversation as this device has it
    Seq have = 0, newest = 0, acked = 0;
    std::set<Seq> above;  // seen above `have`
    std::set<Seq> known;
    bool filling = false;
  };
  struct Mine {  // a send that was answered, or given up
    std::string client_id, body, id, conversation;
    Seq seq = 0;
    bool answered = false;
  };

  // person_calls.cpp
  Task<Reply> ask(std::string method, std::string path, std::string body = {}, std::string query = {});
  Task<void> register_person();
  Task<bool> log_in();
  Task<void> pull();
  Task<void> fill(std::string conversation);
  Task<void> read_history(std::string conversation, std::string query, Seq above);
  Task<std::vector<Frame>> whole_history(std::string conversation, AtRest& rest);
  Task<void> refill();
  Task<void> read_friends();
  Task<Reply> ask_patiently(AtRest& rest, std::string method, std::string path, std::string query = {});

  // person_acts.cpp
  Task<void> live();
  Task<void> perform(Step step);
  Task<void> send(std::string receiver, bool group);
  Task<void> post_message(std::size_t mine);
  Task<void> answer_request(std::uint64_t roll);
  Task<void> set_block(std::uint64_t roll, bool on);
  Task<void> recall(std::uint64_t roll);
  Task<void> move_read(std::uint64_t roll);
  Task<void> post_acks();
  Task<void> make_group(std::uint64_t roll);
  Task<void> log_out(std::string session);

  // person.cpp: the socket, and what is shown
  void connect();
  void disconnect();
  void come_back();
  void on_frame(std::uint64_t line, const std::string& text) override;
  void on_closed(std::uint64_t line, int code, int status) override;
  void show(const Frame& frame, Source source, Time asked);
  void own(const std::string& conversation, Seq seq);
  void note(Thread& thread, const std::string& name, Seq seq);
  void settle(const std::string& name, Seq up_to);
  void acknowledge_later();
  void say_acks();
  void story(const std::string& what);
  [[nodiscard]] std::string seen_by_me(const std::string& conversation) const;
  [[nodiscard]] std::string someone(std::uint64_t roll) const;
  [[nodiscard]] std::string a_group(std::uint64_t roll) const;
  [[nodiscard]] Time now() const { return process_.scheduler().now(); }
  Task<void> pause(Time time) { co_await sleep_for(process_.executor(), std::chrono::milliseconds(time / kMilli)); }

  Town& town_;
  Door& door_;
  Process& process_;
  const Device me_;
  const std::vector<Step> steps_;
  const bool first_device_;
  Dice dice_;

  std::string token_, session_;
  std::uint64_t line_ = 0;       ///< 0: none
  bool connected_ = false;       ///< 201 came
  bool wants_socket_ = false;
  bool session_over_ = false;
  unsigned attempt_ = 0;
  unsigned pulling_ = 0;
  bool pull_again_ = false;
  bool acks_planned_ = false;
  std::map<std::uint64_t, std::size_t> sockets_;  ///< in the record, by line; of ended sessions, too
  std::map<std::string, Thread> threads_;
  std::set<std::string> seen_;   ///< ids
  struct Presence {
    bool online = false;
    Time told = 0;  ///< by a 304; 0: read
  };
  std::map<std::string, Presence> presence_;
  std::vector<Mine> mine_;
  std::vector<std::pair<std::string, bool>> requests_;  ///< id, of a group
  std::uint64_t client_ids_ = 0;
  bool acted_ = false, done_ = false, looked_ = false, vanished_ = false;
};


}  // namespace godwit::simulate
