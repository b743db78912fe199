#pragma once
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "base/worker.hpp"
#include "dispatch/ledger_suite.hpp"
#include "dispatch/routed_ledger.hpp"
#include "dispatch/sequencer.hpp"
#include "engine/memory/broker.hpp"

namespace godwit::dispatch::testing {

/// A bed of the ledger's suite: a sequencer on a thread of its own, over a store that others made. A restart is another
/// dispatcher on the same store.
class SequencerBed : public suite::Bed, public sequencer::Peers {
 public:
  explicit SequencerBed(LedgerStore& store) : store_(store) { open(); }
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
  memory::Broker& broker() { return broker_; }

 private:
  void open() {
    worker_ = std::make_unique<Worker>("sequencer");
    metrics_ = std::make_unique<Metrics>();
    relay_ = std::make_unique<Relay>(store_, broker_, *worker_, Relay::Settings{}, log_, *metrics_);
    sequencer_ = std::make_unique<Sequencer>(
        Sequencer::Ports{.store = store_, .relay = *relay_, .executor = *worker_},
        Dispatcher{.name = "dispatcher" + std::to_string(++starts_), .address = ""},
        Sequencer::Settings{.beat = std::chrono::milliseconds(20)}, clock_, log_, *metrics_);
    ledger_ = std::make_unique<RoutedLedger>(*sequencer_, *this, store_, *worker_);
    sequencer_->start();
    while (sequencer_->owned() < kShards) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  void close() {
    sync_wait(sequencer_->stop());
    worker_.reset();
  }

  LedgerStore& store_;
  ManualClock clock_;
  SystemClock wall_;
  int null_ = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  Log log_{null_};
  memory::Broker broker_{wall_};
  int starts_ = 0;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<Worker> worker_;
  std::unique_ptr<Relay> relay_;
  std::unique_ptr<Sequencer> sequencer_;
  std::unique_ptr<RoutedLedger> ledger_;
};

}  // namespace godwit::dispatch::testing
