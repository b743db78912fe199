#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "dispatch/sequencer_fixture.hpp"
#include "engine/mysql/ledger_fixture.hpp"
#include "engine/mysql/own_server_fixture.hpp"

namespace godwit::mysql {
namespace {

using dispatch::Outcome;
using dispatch::suite::batch;
using dispatch::suite::good;
using dispatch::suite::kShard;
using dispatch::suite::row;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::LedgerDatabase;
using testing::OwnServer;
using Clock = std::chrono::steady_clock;

Settings impatient(const OwnServer& server) {
  auto settings = server.settings();
  settings.connect_timeout = settings.answer_timeout = seconds(1);
  settings.lock_timeout = seconds(1);
  return settings;
}

/// Everybody sends on until told to stop, and repeats what was not answered.
class Senders {
 public:
  Senders(dispatch::Ledger& ledger, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this, &ledger, i] { send(ledger, i); });
  }
  void stop() {
    stopping_ = true;
    threads_.clear();
  }
  [[nodiscard]] std::size_t answered() {
    std::lock_guard lock(mutex_);
    return answers_.size();
  }
  struct Sent {
    std::string peer;
    dispatch::Published published;
  };
  std::map<std::string, Sent> answers() { return answers_; }  // after `stop`
  std::size_t repeated() { return repeated_; }

 private:
  void send(dispatch::Ledger& ledger, std::size_t who) {
    for (int i = 0; !stopping_; ++i) {
      const auto once = std::to_string(who) + "-" + std::to_string(i);
      const auto peer = "peer" + std::to_string(i % 7);
      for (;;) {
        const auto answer = sync_wait(ledger.append(dispatch::suite::draft(once, "hello", "ann", peer)));
        if (answer) {
          std::lock_guard lock(mutex_);
          answers_[once] = {.peer = peer, .published = *answer};
          repeated_ += answer->repeated ? 1 : 0;
          break;
        }
        if (answer.error().code != Code::unavailable) return;  // seen by the count
        if (stopping_) return;
        std::this_thread::sleep_for(milliseconds(20));
      }
    }
  }

  std::mutex mutex_;
  std::map<std::string, Sent> answers_;
  std::size_t repeated_ = 0;
  std::atomic<bool> stopping_{false};
  std::vector<std::jthread> threads_;
};

void check_all_there(LedgerStore& store, const std::map<std::string, Senders::Sent>& answers) {
  std::map<std::string, std::map<Seq, MessagePtr>> logs;
  std::set<std::string> onces;
  for (int i = 0; i < 7; ++i) {
    const auto peer = "peer" + std::to_string(i);
    const auto conversation = Conversation::direct(UserKey("ann"), UserKey(peer));
    Seq last = 0;
    for (const auto& message : good(sync_wait(store.tail({.conversation = conversation, .limit = 1'000'000})))) {
      CHECK(message->seq == ++last);  // no number twice, none left out
      CHECK(onces.insert(message->client_id).second);
      logs[peer][message->seq] = message;
    }
  }
  for (const auto& [once, sent] : answers) {
    const auto found = logs[sent.peer].find(sent.published.seq);
    REQUIRE(found != logs[sent.peer].end());
    CHECK(found->second->client_id == once);
    CHECK(found->second->id == sent.published.id);
  }
}

TEST_CASE("mysql: a server that is killed while it commits has what was answered, once") {
  OwnServer server;
  LedgerDatabase database(impatient(server));
  {
    dispatch::testing::SequencerBed bed(database.store());
    Senders senders(bed.ledger(), 12);
    for (int round = 0; round < 3; ++round) {
      const auto before = senders.answered();
      const auto deadline = Clock::now() + seconds(30);
      while (senders.answered() < before + 300 && Clock::now() < deadline) std::this_thread::sleep_for(milliseconds(1));
      REQUIRE(senders.answered() >= before + 300);
      server.kill();
      server.start();
    }
    const auto before = senders.answered();
    const auto deadline = Clock::now() + seconds(30);
    while (senders.answered() < before + 100 && Clock::now() < deadline) std::this_thread::sleep_for(milliseconds(1));
    CHECK(senders.answered() >= before + 100);
    senders.stop();
    MESSAGE(senders.answered() << " answered, " << senders.repeated() << " of them by a repeat");
    check_all_there(database.store(), senders.answers());
  }
  database.database().reopen_admin();
}

TEST_CASE(
    "mysql: a server that is paused or away is unavailable within the time-outs, and used again when it is back") {
  OwnServer server;
  LedgerDatabase database(impatient(server));
  auto& store = database.store();
  const auto attendance = dispatch::Attendance{
      .member = {.name = "a", .address = ""}, .lease = seconds(60), .take = {kShard}, .release = {}};
  good(sync_wait(store.attend(attendance)));
  CHECK(good(sync_wait(store.commit(batch(1, 0, {row(1, "flock", 1)})))) == Outcome::committed);
  const auto ask_all = [&] {
    const auto began = Clock::now();
    std::vector<std::jthread> threads;
    std::atomic<int> answered{0};
    for (int i = 0; i < 40; ++i)
      threads.emplace_back([&, i] {
        const bool good = i % 2 == 0
                              ? sync_wait(store.rows(kShard, 0, 1)).has_value()
                              : sync_wait(store.look_up({.sent = {"x"}, .heads = {}, .shards = true})).has_value();
        answered += good ? 1 : 0;
      });
    threads.clear();
    CHECK(Clock::now() - began < seconds(5));
    return answered.load();
  };
  server.pause();
  const auto began = Clock::now();
  const auto unknown = sync_wait(store.commit(batch(1, 1, {row(2, "flock", 2)})));
  REQUIRE_FALSE(unknown.has_value());
  CHECK(unknown.error().code == Code::unavailable);
  CHECK(Clock::now() - began < seconds(4));
  CHECK(ask_all() == 0);
  server.resume();
  // Its packet lies in the server's buffer. Whatever becomes of it, what taking the shard anew says is the last word.
  Result<dispatch::Roll> roll = fail(Code::internal);
  while (!roll && Clock::now() - began < seconds(20)) roll = sync_wait(store.attend(attendance));
  const auto state = good(std::move(roll)).shards[kShard];
  CHECK(ask_all() == 40);
  const auto found = good(sync_wait(store.rows(kShard, 0, 10)));
  CHECK(found.size() == state.position);
  const std::string became = state.position == 2 ? "committed" : "refused";
  MESSAGE("the packet that a paused server had in its buffer was " << became << " when it went on");
  server.kill();
  CHECK(ask_all() == 0);
  server.start();
  CHECK(ask_all() == 40);
  database.database().reopen_admin();
}

}  // namespace
}  // namespace godwit::mysql
