#include <fcntl.h>
#include <unistd.h>

#include "base/worker.hpp"
#include "dispatch/ledger_suite.hpp"
#include "dispatch/routed_ledger.hpp"
#include "dispatch/sequencer.hpp"
#include "engine/memory/broker.hpp"
#include "engine/memory/ledger_store.hpp"

namespace godwit::dispatch {
namespace {

/// The ledger's suite on a sequencer that runs on a thread of its own; a restart is another dispatcher on the same
/// store.
class SequencerBed final : public suite::Bed, public sequencer::Peers {
 public:
  SequencerBed() { open(); }
  ~SequencerBed() override { close(); }
  Ledger& ledger() override { return *ledger_; }
  OrderedCommits& commits() override { return *sequencer_; }
  Bus& bus() override { throw std::logic_error("none here"); }
  ManualClock& clock() override { return clock_; }
  void restart() override {
    close();
    open();
  }
  sequencer::Service* at(const Dispatcher& /*dispatcher*/) override { return nullptr; }

 private:
  void open() {
    worker_ = std::make_unique<Worker>("sequencer");
    relay_ = std::make_unique<Relay>(store_, broker_, *worker_, Relay::Settings{}, log_, metrics_);
    sequencer_ = std::make_unique<Sequencer>(
        Sequencer::Ports{.store = store_, .relay = *relay_, .executor = *worker_},
        Dispatcher{.name = "dispatcher" + std::to_string(++starts_), .address = ""},
        Sequencer::Settings{.beat = std::chrono::milliseconds(20)}, clock_, log_, metrics_);
    ledger_ = std::make_unique<RoutedLedger>(*sequencer_, *this, store_, *worker_);
    sequencer_->start();
    while (sequencer_->owned() < kShards) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  void close() {
    sync_wait(sequencer_->stop());
    worker_.reset();
  }

  ManualClock clock_;
  SystemClock wall_;
  int null_ = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  Log log_{null_};
  Metrics metrics_;
  memory::LedgerStore store_{wall_, "first"};
  memory::Broker broker_{wall_};
  int starts_ = 0;
  std::unique_ptr<Worker> worker_;
  std::unique_ptr<Relay> relay_;
  std::unique_ptr<Sequencer> sequencer_;
  std::unique_ptr<RoutedLedger> ledger_;
};

TEST_CASE("sequencer: the ledger") {
  suite::ledger_suite([] { return std::make_unique<SequencerBed>(); });
}

}  // namespace
}  // namespace godwit::dispatch
