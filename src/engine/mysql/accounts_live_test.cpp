#include "engine/mysql/accounts_fixture.hpp"
#include "user/administration_suite.hpp"
#include "user/caps_suite.hpp"
#include "user/changes_suite.hpp"
#include "user/groups_suite.hpp"
#include "user/notices/exact_texts_suite.hpp"
#include "user/notices/notice_outbox_suite.hpp"
#include "user/operators_suite.hpp"
#include "user/people_suite.hpp"
#include "user/races_suite.hpp"
#include "user/sessions_suite.hpp"
#include "user/store/account_store_suite.hpp"
#include "user/store/admin_store_suite.hpp"
#include "user/store/change_outbox_suite.hpp"
#include "user/store/friend_store_suite.hpp"
#include "user/store/group_store_suite.hpp"
#include "user/store/request_store_suite.hpp"
#include "user/store/secret_store_suite.hpp"
#include "user/store/session_store_suite.hpp"

/// The ports of the user role, and the role as a whole, on a server that runs.
namespace godwit::mysql::testing {
namespace {
const suite::MakeBed kMake = make_mysql_bed;
}  // namespace

TEST_SUITE("accounts on MySQL") {
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
}

TEST_SUITE("the user role on MySQL") {
  TEST_CASE("sessions") { suite::sessions(kMake); }
  TEST_CASE("people") { suite::people(kMake); }
  TEST_CASE("groups") { suite::groups(kMake); }
  TEST_CASE("caps, rates of changes, and what is tidied away") { suite::caps(kMake); }
  TEST_CASE("administration") { suite::administration(kMake); }
  TEST_CASE("changes told") { suite::changes_told(kMake); }
  TEST_CASE("two at once") { suite::races(kMake); }
  TEST_CASE("operators") { suite::operators(kMake); }
}

}  // namespace godwit::mysql::testing
