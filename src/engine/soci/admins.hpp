#pragma once
#include "engine/soci/failure.hpp"
#include "user/store/admin_store.hpp"
#include "user/store/audit_store.hpp"

namespace godwit::engine::soci {

class SociAdmins final : public user::AdminStore {
 public:
  SociAdmins(SociConnection& connection, Log& log) : db_(connection), log_(log) {}

  Result<bool> set_admin(const UserKey& key, bool admin) override;
  Result<std::vector<User>> accounts(const std::string& prefix, const UserKey& after, std::size_t limit) override;
  Result<std::vector<Group>> groups(const std::string& prefix, const GroupKey& after, std::size_t limit) override;
  Result<user::Census> count(Millis now) override;
  Result<user::Ties> ties(const UserKey& user) override;

 private:
  SociQuery& all_accounts(const UserKey& after, std::size_t limit);
  SociQuery& matching_accounts(const std::string& words, const UserKey& after, std::size_t limit);

  SociConnection& db_;
  Log& log_;
};

class SociAuditLog final : public user::AuditStore {
 public:
  SociAuditLog(SociConnection& connection, Log& log) : db_(connection), log_(log) {}

  Result<void> add(const user::AuditEntry& entry, std::size_t keep) override;
  Result<std::vector<user::AuditEntry>> list(std::int64_t before, std::size_t limit) override;

 private:
  SociConnection& db_;
  Log& log_;
};

}  // namespace godwit::engine::soci
