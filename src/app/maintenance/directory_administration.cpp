#include <algorithm>
#include <filesystem>
#include <iterator>

#include "app/maintenance/administration.hpp"
#include "app/maintenance/at_rest.hpp"
#include "app/maintenance/dead_letter_id.hpp"
#include "domain/names.hpp"
#include "user/accounts/argon2_hasher.hpp"
#include "user/accounts/shown_once.hpp"
#include "user/administration/admin.hpp"
#include "user/context/context.hpp"
#include "wire/record.hpp"

namespace godwit::app {
namespace {

constexpr std::size_t kPage = 200;

class DirectoryAdministration final : public Administration {
 public:
  explicit DirectoryAdministration(std::unique_ptr<AtRest> opened)
      : opened_(std::move(opened)),
        hasher_({}, opened_->metrics),
        admin_({.store = opened_->engines->accounts().store(),
                .hasher = hasher_,
                .clock = opened_->clock,
                .random = opened_->random}) {}

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

  Result<bool> set_disabled(const std::string& key, bool disabled) override {
    return told(key, sync_wait(admin_.set_disabled(UserKey(lower(key)), disabled)));
  }
  Result<bool> set_admin(const std::string& key, bool admin) override {
    return told(key, sync_wait(admin_.set_admin(UserKey(lower(key)), admin)));
  }

  Result<std::string> add_user(const std::string& key, const std::string& name) override {
    TRY(auto wanted, user::key_of("key", key));
    TRY(auto shown, name.empty() ? Result<std::string>(name) : clean_name(kName, name));
    TRY(auto added, sync_wait(admin_.add_user(std::move(wanted), std::move(shown))));
    return std::move(added.password);
  }
  Result<std::string> reset_password(const std::string& key) override {
    return told(key, sync_wait(admin_.reset_password(UserKey(lower(key)))));
  }

  Result<std::string> make_service_key(const user::NewServiceKey& wanted) override {
    TRY(auto made, sync_wait(admin_.create_service_key(wanted)));
    return std::move(made.text);
  }
  Result<std::vector<user::ServiceKey>> service_keys() override {
    return all<user::ServiceKey>([&](const std::string& after) { return admin_.list_service_keys(after, kPage); });
  }
  Result<void> revoke_service_key(const std::string& name) override {
    return sync_wait(admin_.revoke_service_keys_named(name));
  }

  Result<std::string> make_invite(const user::NewInvite& wanted) override {
    TRY(auto made, sync_wait(admin_.make_invite(wanted)));
    return std::move(made.text);
  }
  Result<std::vector<user::Invite>> invites() override {
    return all<user::Invite>([&](const std::string& after) { return admin_.list_invites(after, kPage); });
  }
  Result<void> revoke_invite(const std::string& invite) override {
    return sync_wait(admin_.revoke_invite(user::id_of_invite(invite)));
  }

  Result<std::vector<DeadLetterLine>> dead_letters() override {
    std::vector<DeadLetterLine> lines;
    for (std::optional<dispatch::DeadLetter::Place> after;;) {
      TRY(const auto page, sync_wait(letters().list(after, kPage)));
      for (const auto& letter : page) lines.push_back(line_of(letter));
      if (page.size() < kPage) return lines;
      after = page.back().place;
    }
  }
  Result<void> replay_dead_letter(const std::string&) override {
    return fail(Code::bad_parameter, "only a running server can replay one: its consumers take it");
  }
  Result<void> drop_dead_letter(const std::string& id) override {
    TRY(const auto place, place_of(id));
    CHECK_OK(sync_wait(admin_.record_deed({.action = "drop_dead_letter", .target = id})));
    return sync_wait(letters().drop(place));
  }

  Result<ProcessList> processes() override {
    return fail(Code::bad_parameter, "a directory at rest has no processes: leave --data out");
  }

  Result<void> backup(const std::string& directory) override {
    CHECK_OK(sync_wait(admin_.record_deed({.action = "backup", .detail = directory})));
    static const std::atomic<bool> kNever = false;
    return opened_->engines->backup(directory, kNever);
  }

 private:
  template <class T>
  static Result<T> told(const std::string& key, Result<T> done) {
    if (!done && done.error().code == Code::not_found) return fail(Code::not_found, "there is no account " + key);
    return done;
  }

  [[nodiscard]] dispatch::DeadLetters& letters() { return opened_->engines->messages().dead_letters(); }
  static DeadLetterLine line_of(const dispatch::DeadLetter& letter) {
    DeadLetterLine line{
        .id = id_of(letter.place), .reason = letter.reason, .time = letter.time, .bytes = letter.record.size()};
    if (const auto message = wire::decode_record(letter.record)) {
      line.message = message->id.str();
      line.conversation = message->conversation.name();
      line.sender = message->sender;
    }
    return line;
  }

  /// Every page of a list by id.
  template <class Item, class PageAfter>
  static Result<std::vector<Item>> all(PageAfter page_after) {
    std::vector<Item> items;
    for (std::string after;; after = items.back().id) {
      TRY(auto page, sync_wait(page_after(after)));
      std::ranges::move(page, std::back_inserter(items));
      if (page.size() < kPage) return items;
    }
  }

  std::unique_ptr<AtRest> opened_;
  user::Argon2Hasher hasher_;
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
