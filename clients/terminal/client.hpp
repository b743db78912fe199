#pragma once
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "clients/terminal/front.hpp"
#include "clients/terminal/link.hpp"
#include "clients/terminal/mailbox.hpp"
#include "clients/terminal/model.hpp"
#include "clients/terminal/caller.hpp"

namespace godwit::chat {

/// Who is logged in where.
struct Account {
  net::Url server, socket;
  std::string token, session;
  Profile user;
  bool direct = false;  ///< as Login has it
};

/// How the connection stands.
struct Status {
  enum class State { connecting, online, waiting, ended } state = State::connecting;
  Millis until = 0;  ///< waiting: when it is tried again
  std::string why;   ///< waiting, ended
};

/// Keeps the protocol's promises of a client: pulls the inbox after each 201, shows each id once and in order,
/// acknowledges what arrived, fills holes from history, sends what was written once and in order. Model and Front are
/// touched on one thread only, the one that calls `run` and `tick`; calls and the socket have threads of their own that
/// report through a mailbox.
class Client {
 public:
  static constexpr Millis kTick = 100;     ///< acknowledgements and read positions are collected this long
  static constexpr Millis kRetry = 2'000;  ///< after a failed pull or fill
  static constexpr std::size_t kMostHeld =
      1'000;  ///< pushes kept back while the inbox is pulled; beyond: pulled once more

  Client(Account account, const Clock& clock, Random& random);
  ~Client();
  void start(Front& front);

  [[nodiscard]] int fd() const noexcept { return mailbox_->fd(); }  ///< readable when `run` has something to do
  void run();
  void tick();
  [[nodiscard]] int wait_ms() const;  ///< until the next `tick` is due; -1: only when something happens

  // --- what the person does
  void write(std::string text, std::string reply_to = {});
  void open(const std::string& talk);
  void load_older(std::size_t count, bool show);
  void saw(Seq seq);  ///< the newest message of the open conversation that is on the screen
  void types();
  void retry();        ///< sends again what was refused
  void drop_failed();  ///< forgets it
  void leave() { left_ = true; }

  // --- how things stand
  [[nodiscard]] const Model& model() const noexcept { return model_; }
  Model& model() noexcept { return model_; }
  [[nodiscard]] const Status& status() const noexcept { return status_; }
  [[nodiscard]] const Account& account() const noexcept { return account_; }
  Account& account() noexcept { return account_; }
  [[nodiscard]] Millis now() const { return clock_.now(); }
  [[nodiscard]] bool synced() const noexcept { return synced_; }
  [[nodiscard]] bool left() const noexcept { return left_; }
  /// A command was not answered yet, or a message is on its way.
  [[nodiscard]] bool busy() const;
  [[nodiscard]] bool loading() const noexcept { return loading_; }
  Front& front() noexcept { return *front_; }
  void failed(const Failure& failure);
  void read_lists();  ///< friends and groups again

  /// Runs `ask(Api&)` on the calls' thread and `then` with its answer here.
  template <class Ask, class Then>
  void call(Ask ask, Then then) {
    ++calls_;
    const bool taken = hand_over(caller_, std::move(ask), [this, then = std::move(then)](auto answer) mutable {
      --calls_;
      then(std::move(answer));
    });
    if (taken) return;
    --calls_;
    front_->complain("too much at once; wait for the answers");
  }

 private:
  template <class Ask, class Then>
  bool hand_over(Caller& caller, Ask ask, Then then) {
    return caller.submit([box = mailbox_, ask = std::move(ask), then = std::move(then)](Api& api) mutable {
      box->post([answer = ask(api), then = std::move(then)]() mutable { then(std::move(answer)); });
    });
  }
  void on_link(LinkEvent event);
  void on_frame(const Frame& frame);
  void begin_sync();
  void resume_sync();
  void pull(const std::string& cursor);
  void pull_missed();
  void take_inbox(Page<Frame> page);
  void finish_sync();
  void sync_failed(const Failure& failure);
  void hand_on();
  void send_next();
  void take_answer(const Outgoing& message, const Answer<Sent>& answer);
  void fill_holes();
  void tell_acks();
  void tell_reads();
  void read_members(const std::string& group);
  void end(std::string why);

  Account account_;
  const Clock& clock_;
  Random& random_;
  Front* front_ = nullptr;
  Model model_;
  Status status_;
  std::shared_ptr<Mailbox> mailbox_;
  Caller caller_, keeper_, sender_;  // what people ask for; what keeps this client whole; what they write
  std::unique_ptr<Link> link_;

  unsigned connection_ = 0;  // counts 201s: an answer for an older one is dropped
  bool synced_ = false, lists_known_ = false, pull_again_ = false, left_ = false, loading_ = false;
  Millis sync_at_ = 0, acked_at_ = 0, typed_at_ = 0, fill_at_ = 0, reads_at_ = 0;
  std::string epoch_;    // of the store that the model tells of; empty: not heard yet
  std::optional<std::string> pulling_;  // the page of the inbox that is asked for; none before the lists are read
  std::vector<Frame> held_;
  std::map<std::string, Seq> reads_;  // positions to tell
  int calls_ = 0;
};

}  // namespace godwit::chat
