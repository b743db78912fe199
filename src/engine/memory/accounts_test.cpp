#include "engine/memory/accounts_fixture.hpp"
#include "user/notices/exact_texts_suite.hpp"
#include "user/notices/notice_outbox_suite.hpp"
#include "user/store/account_store_suite.hpp"
#include "user/store/admin_store_suite.hpp"
#include "user/store/change_outbox_suite.hpp"
#include "user/store/friend_store_suite.hpp"
#include "user/store/group_store_suite.hpp"
#include "user/store/request_store_suite.hpp"
#include "user/store/secret_store_suite.hpp"
#include "user/store/session_store_suite.hpp"
#include "user/store/store_suite.hpp"

namespace godwit::engine::memory {
namespace suite = user::suite;
namespace {
const suite::MakeBed kMake = make_memory_bed;
}

TEST_SUITE("accounts in memory") {
  TEST_CASE("account store") { suite::account_store(kMake); }
  TEST_CASE("session store") { suite::session_store(kMake); }
  TEST_CASE("service key store") { suite::service_key_store(kMake); }
  TEST_CASE("invite store") { suite::invite_store(kMake); }
  TEST_CASE("friend store") { suite::friend_store(kMake); }
  TEST_CASE("block store") { suite::block_store(kMake); }
  TEST_CASE("request store") { suite::request_store(kMake); }
  TEST_CASE("group store") { suite::group_store(kMake); }
  TEST_CASE("notice outbox") { suite::notice_outbox(kMake); }
  TEST_CASE("change outbox") { suite::change_outbox(kMake); }
  TEST_CASE("admin store") { suite::admin_store(kMake); }
  TEST_CASE("audit store") { suite::audit_store(kMake); }
  TEST_CASE("store") { suite::store(kMake); }
  TEST_CASE("exact texts") { suite::exact_texts(kMake); }
  TEST_CASE("bulk loader") { suite::bulk_loader(kMake); }

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
