#pragma once
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
#include "user/store/store_suite.hpp"

/// All that an engine of the user role is held to: a suite that is added here runs on each of them.
namespace godwit::user::suite {

/// Its ports, table by table.
inline void every_store(const MakeBed& make) {
  SUBCASE("account store") { account_store(make); }
  SUBCASE("session store") { session_store(make); }
  SUBCASE("service key store") { service_key_store(make); }
  SUBCASE("invite store") { invite_store(make); }
  SUBCASE("friend store") { friend_store(make); }
  SUBCASE("block store") { block_store(make); }
  SUBCASE("request store") { request_store(make); }
  SUBCASE("group store") { group_store(make); }
  SUBCASE("notice outbox") { notice_outbox(make); }
  SUBCASE("change outbox") { change_outbox(make); }
  SUBCASE("admin store") { admin_store(make); }
  SUBCASE("audit store") { audit_store(make); }
  SUBCASE("store") { store(make); }
  SUBCASE("exact texts") { exact_texts(make); }
  SUBCASE("bulk loader") { bulk_loader(make); }
}

/// The role as a whole on it.
inline void every_use(const MakeBed& make) {
  SUBCASE("sessions") { sessions(make); }
  SUBCASE("people") { people(make); }
  SUBCASE("groups") { groups(make); }
  SUBCASE("caps, rates of changes, and what is tidied away") { caps(make); }
  SUBCASE("administration") { administration(make); }
  SUBCASE("changes told") { changes_told(make); }
  SUBCASE("two at once") { races(make); }
  SUBCASE("operators") { operators(make); }
}

}  // namespace godwit::user::suite
