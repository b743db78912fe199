#include "engine/memory/accounts_fixture.hpp"
#include "user/every_suite.hpp"

namespace godwit::engine::memory {
namespace suite = user::suite;
namespace {
const suite::MakeBed kMake = make_memory_bed;
}

TEST_SUITE("accounts in memory") {
  TEST_CASE("every store") { suite::every_store(kMake); }

  TEST_CASE("a power cut leaves what was synced, and all before it") {
    AccountsDisk disk;
    AccountsStore store(disk);
    const auto write = [&](const UserKey& key, user::Durability durability) {
      suite::taken(sync_wait(
          store.write([&](user::Tables& tables) { return tables.accounts.add(suite::account(key)); }, durability)));
    };
    const auto there = [&] {
      std::string keys;
      for (const auto& user :
           suite::read(store, [](user::Tables& tables) { return tables.accounts.list(UserKey{}, 9); }))
        keys += user.key.str() + " ";
      return keys;
    };
    write(suite::kAnn, user::Durability::relaxed);
    write(suite::kBob, user::Durability::synced);
    write(suite::kCarl, user::Durability::relaxed);
    CHECK(there() == "ann bob carl ");
    disk.lose_unsynced();
    CHECK(there() == "ann bob ");
  }

  TEST_CASE("what a read changes is changed for nobody") {
    AccountsDisk disk;
    AccountsStore store(disk);
    suite::read(store, [](user::Tables& tables) { return tables.accounts.add(suite::account(suite::kAnn)); });
    CHECK_FALSE(suite::read(store, [](user::Tables& tables) { return tables.accounts.find(suite::kAnn); }).has_value());
  }
}

}  // namespace godwit::engine::memory
