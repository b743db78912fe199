#include <filesystem>

#include "app/maintenance/administration.hpp"
#include "app/maintenance/at_rest.hpp"
#include "domain/text.hpp"
#include "user/admin.hpp"

namespace godwit::app {
namespace {

constexpr std::size_t kPage = 200, kMostKeys = 1'000;

class DirectoryAdministration final : public Administration {
 public:
  explicit DirectoryAdministration(std::unique_ptr<AtRest> opened)
      : opened_(std::move(opened)), admin_(opened_->engines->accounts->store(), opened_->clock, opened_->random) {}

  Result<AccountPage> users(const std::string& query, const std::string& cursor) override {
    TRY(const auto found, sync_wait(admin_.list_users(UserKey(cursor), kPage)));
    AccountPage page;
    for (const auto& user : found) {
      if (user.key.str().starts_with(lower(query)))
        page.items.push_back({.key = user.key.str(),
                              .name = user.name,
                              .disabled = user.disabled,
                              .admin = user.admin,
                              .created_at = user.created_at});
    }
    if (found.size() == kPage) page.next = found.back().key.str();
    return page;
  }

  Result<void> set_disabled(const std::string& key, bool disabled) override {
    return told(key, sync_wait(admin_.set_disabled(UserKey(lower(key)), disabled)));
  }
  Result<void> set_admin(const std::string& key, bool admin) override {
    return told(key, sync_wait(admin_.set_admin(UserKey(lower(key)), admin)));
  }

  Result<std::string> make_service_key(const std::string& name) override {
    TRY(auto made, sync_wait(admin_.create_service_key(name)));
    return std::move(made.text);
  }

  Result<std::vector<ServiceKeyLine>> service_keys() override {
    TRY(const auto keys, sync_wait(admin_.list_service_keys("", kMostKeys)));
    std::vector<ServiceKeyLine> lines;
    for (const auto& key : keys) lines.push_back({key.name, key.created_at});
    return lines;
  }

  Result<void> backup(const std::string& directory) override {
    CHECK_OK(sync_wait(admin_.record_deed({.action = "backup", .detail = directory})));
    static const std::atomic<bool> kNever = false;
    return opened_->engines->backup(directory, kNever);
  }

 private:
  static Result<void> told(const std::string& key, Result<User> done) {
    if (!done && done.error().code == Code::not_found) return fail(Code::not_found, "there is no account " + key);
    CHECK_OK(done);
    return {};
  }

  std::unique_ptr<AtRest> opened_;
  user::Admin admin_;
};

}  // namespace

Result<std::unique_ptr<Administration>> administer_directory(const std::string& data) {
  std::error_code problem;
  if (!std::filesystem::exists(DataPaths(data).accounts(), problem)) {
    return fail(Code::bad_parameter, data + " is no data directory of godwit: it has no accounts.db");
  }
  TRY(auto opened, AtRest::open(data));
  return std::make_unique<DirectoryAdministration>(std::move(opened));
}

}  // namespace godwit::app
