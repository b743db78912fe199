#pragma once
#include "user/store/store_fixture.hpp"

/// All that an engine of the user role is held to: a suite that is added here runs on each of them. Each is its
/// `*_suite.cpp`, compiled once for all engines.
namespace godwit::user::suite {

/// Its ports, table by table.
void account_store(const MakeBed& make);
void session_store(const MakeBed& make);
void service_key_store(const MakeBed& make);
void invite_store(const MakeBed& make);
void friend_store(const MakeBed& make);
void block_store(const MakeBed& make);
void request_store(const MakeBed& make);
void group_store(const MakeBed& make);
void notice_outbox(const MakeBed& make);
void change_outbox(const MakeBed& make);
void admin_store(const MakeBed& make);
void audit_store(const MakeBed& make);
void store(const MakeBed& make);
void exact_texts(const MakeBed& make);
void bulk_loader(const MakeBed& make);

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
void sessions(const MakeBed& make);
void people(const MakeBed& make);
void groups(const MakeBed& make);
void caps(const MakeBed& make);
void administration(const MakeBed& make);
void changes_told(const MakeBed& make);
void races(const MakeBed& make);
void operators(const MakeBed& make);

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
