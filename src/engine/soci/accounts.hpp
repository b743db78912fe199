#pragma once
#include "engine/soci/failure.hpp"
#include "user/store/account_store.hpp"

namespace godwit::engine::soci {

/// The first seven columns: user_key, name, bio, avatar, created_at, disabled, admin.
[[nodiscard]] User read_user(const SociQuery& row);
/// Above every text that begins with `prefix`, in the order of bytes.
[[nodiscard]] std::string end_of_prefix(std::string_view prefix);

class SociAccounts final : public user::AccountStore {
 public:
  SociAccounts(SociConnection& connection, Log& log) : db_(connection), log_(log) {}

  Result<bool> add(const user::Account& account) override;
  Result<std::optional<user::Account>> find(const UserKey& key) override;
  Result<bool> change_profile(const User& user) override;
  Result<bool> set_password(const UserKey& key, const std::string& hash) override;
  Result<bool> set_disabled(const UserKey& key, bool disabled) override;
  Result<std::vector<Card>> cards(std::span<const UserKey> keys) override;
  Result<std::vector<user::Found>> search(const std::string& prefix, const user::SearchPlace& after,
                                          std::size_t limit) override;
  Result<std::vector<User>> list(const UserKey& after, std::size_t limit) override;

 private:
  void search_keys(const std::string& prefix, const UserKey& after, std::size_t limit, std::vector<user::Found>& found);
  void search_names(const std::string& keys, const std::string& words, const user::SearchPlace& after,
                    std::size_t limit, std::vector<user::Found>& found);

  SociConnection& db_;
  Log& log_;
};

}  // namespace godwit::engine::soci
