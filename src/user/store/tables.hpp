#pragma once
#include "user/store/account_store.hpp"
#include "user/store/admin_store.hpp"
#include "user/store/audit_store.hpp"
#include "user/store/block_store.hpp"
#include "user/store/change_outbox.hpp"
#include "user/store/friend_store.hpp"
#include "user/store/group_store.hpp"
#include "user/store/invite_store.hpp"
#include "user/store/notice_outbox.hpp"
#include "user/store/request_store.hpp"
#include "user/store/service_key_store.hpp"
#include "user/store/session_store.hpp"
#include "user/store/store.hpp"
#include "user/store/tidy_store.hpp"

/// Every port of the store: for engines and suites, which take them all.
