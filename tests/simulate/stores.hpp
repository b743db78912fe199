#pragma once
#include <array>
#include <vector>

#include "engine/memory/accounts_store.hpp"
#include "engine/memory/archive.hpp"
#include "engine/memory/bus.hpp"
#include "engine/memory/inbox.hpp"
#include "engine/memory/ledger.hpp"
#include "simulate/engine.hpp"
#include "simulate/process.hpp"

namespace godwit::simulate {

/// What stays when the process dies: disks, and how the engines on them do.
class Stores {
 public:
  explicit Stores(Scheduler& scheduler)
      : accounts_engine(scheduler), ledger_engine(scheduler), inbox_engine(scheduler), archive_engine(scheduler) {}

  engine::memory::AccountsDisk accounts;
  engine::memory::MessagesDisk messages;
  engine::memory::ArchiveDisk archive_disk;
  engine::memory::MemoryInbox inbox{messages};
  engine::memory::MemoryArchive archive{archive_disk};
  Engine accounts_engine, ledger_engine, inbox_engine, archive_engine;

  [[nodiscard]] std::vector<Engine*> engines() {
    return {&accounts_engine, &ledger_engine, &inbox_engine, &archive_engine};
  }
  void lose_unsynced() {
    accounts.lose_unsynced();
    messages.lose_unsynced();
  }
};

class FaultyLedger final : public dispatch::Ledger {
 public:
  FaultyLedger(Engine& engine, dispatch::Ledger& inner) : engine_(engine), inner_(inner) {}
  Task<Result<dispatch::Published>> append(dispatch::Draft draft) override {
    return call_engine<Result<dispatch::Published>>({engine_}, [this, draft] { return inner_.append(draft); });
  }
  Task<Result<std::optional<dispatch::Published>>> find(const std::string& once) override {
    return call_engine<Result<std::optional<dispatch::Published>>>({engine_},
                                                                   [this, once] { return inner_.find(once); });
  }

 private:
  Engine& engine_;
  dispatch::Ledger& inner_;
};

/// The stores as one life of a process has them open.
struct OpenStores {
  OpenStores(Stores& stores, Process& process)
      : accounts_store(stores.accounts),
        commits(stores.messages, process.clock()),
        bus(stores.messages, commits, {process.executor(), process.executor(), process.executor()}, process.clock()),
        accounts({stores.accounts_engine}, accounts_store),
        ledger(stores.ledger_engine, commits),
        timeline({stores.inbox_engine}, stores.inbox),
        cursors({stores.inbox_engine}, stores.inbox),
        archive({stores.archive_engine}, stores.archive) {}
  void start() { bus.start(); }

  engine::memory::AccountsStore accounts_store;
  engine::memory::MemoryLedger commits;
  engine::memory::MemoryBus bus;
  FaultyStore accounts;
  FaultyLedger ledger;
  FaultyTimeline timeline;
  FaultyCursors cursors;
  FaultyArchive archive;
};

}  // namespace godwit::simulate
