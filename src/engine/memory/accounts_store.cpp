#include "engine/memory/accounts_store.hpp"

#include "engine/memory/accounts_tables.hpp"

namespace godwit::engine::memory {
namespace {
/// Puts a row that must be new; false: its key is taken.
template <class Key, class Row>
bool put_new(Table<Key, Row>& table, const Key& key, Row row) {
  return table.change().emplace(key, std::move(row)).second;
}

bool load_people(AccountRows& rows, const user::BulkData& data, Millis now) {
  bool fresh = true;
  for (const auto& user : data.users)
    fresh &= put_new(rows.accounts, user.key, user::Account{.user = user, .password_hash = data.password_hash});
  for (const auto& session : data.sessions) fresh &= put_new(rows.sessions, session.id, session);
  for (const auto& [a, b] : data.friends) {
    fresh &= put_new(rows.friends, std::pair(a, b), Tie{.since = now});
    fresh &= put_new(rows.friends, std::pair(b, a), Tie{.since = now});
  }
  return fresh;
}

bool load_groups(AccountRows& rows, const user::BulkData& data) {
  bool fresh = true;
  for (const auto& group : data.groups) fresh &= put_new(rows.groups, group.key, KeptGroup{.group = group});
  for (const auto& [group, member] : data.members)
    fresh &= put_new(rows.members, std::pair(group, member.user), member);
  return fresh;
}
}  // namespace

Task<Result<void>> AccountsStore::run_read(const Work& work, std::string) {
  AccountRows rows = disk_.rows();  // what the work changes in it is nobody's
  AccountsTables own(rows);
  co_return work(own.tables());
}

Task<Result<void>> AccountsStore::run_write(const Work& work, user::Durability durability) {
  co_return write_now(work, durability);
}

Result<void> AccountsStore::write_now(const Work& work, user::Durability durability) {
  const std::lock_guard lock(writing_);
  AccountRows rows = disk_.rows();
  AccountsTables own(rows);
  CHECK_OK(work(own.tables()));
  disk_.commit(std::move(rows), durability);
  return {};
}

Result<void> AccountsStore::load(const user::BulkData& data, Millis now) {
  const std::lock_guard lock(writing_);
  AccountRows rows = disk_.rows();
  if (!load_people(rows, data, now) || !load_groups(rows, data))
    return fail(Code::key_taken, "some of this data is there already");
  AccountsTables own(rows);
  for (const auto& notice : data.notices) CHECK_OK(own.tables().outbox.add(notice));
  disk_.commit(std::move(rows), user::Durability::synced);
  return {};
}

}  // namespace godwit::engine::memory
