#include "base/unicode.hpp"
#include "domain/text.hpp"
#include "user/accounts/accounts.hpp"
#include "user/accounts/registration_policy.hpp"
#include "user/context/routes.hpp"
#include "wire/name_fields.hpp"

namespace godwit::user {
namespace {
using gateway::Answer;
using gateway::Call;

Task<Answer> post_user(Context& context, Call& call) {
  CO_CHECK(co_await count_registration(context, call.peer));
  CO_TRY(auto fields, wire::Fields::parse(call.body));
  const auto key = key_of("key", fields.text("key"));
  const auto name = wire::maybe_name_in(fields, kName, fields.maybe_text("name"));
  NewAccount fresh{.key = key.value_or(UserKey{}),
                   .password = fields.text("password"),
                   .name = name.value_or(""),
                   .invite = fields.maybe_text("invite").value_or("")};
  if (!key) fields.require(std::unexpected(key.error()));
  fields.require(check(kPassword, nfc(fresh.password)));
  CO_CHECK(fields.verdict());
  CO_TRY(const auto user, co_await register_user(context, std::move(fresh)));
  co_return wire::reply_with(201, user);
}

Task<Answer> get_registration(Context& context, Call&) {
  wire::JsonWriter json;
  json.begin_object().field("registration", name_of(context.registration.mode())).end_object();
  co_return wire::reply(200, json.take());
}

Task<Answer> get_me(Context& context, Call& call) {
  CO_TRY(const auto user, co_await find_user(context, call.who.user));
  co_return wire::reply_with(200, wire::OwnProfile{user});
}

Task<Answer> patch_me(Context& context, Call& call) {
  CO_TRY(auto fields, wire::Fields::parse(call.body));
  ProfileChange change{
      .name = wire::maybe_name_in(fields, kName, fields.maybe_text("name")),
      .bio = fields.maybe_text("bio"),
      .avatar = fields.maybe_text("avatar"),
      .group_invites = {}};
  if (const auto invites = fields.maybe_text("groupInvites")) {
    change.group_invites = *invites == "allow";
    if (*invites != "allow" && *invites != "refuse") fields.reject("groupInvites", "must be allow or refuse");
  }
  check_maybe(fields, kBio, change.bio);
  check_maybe(fields, kAvatar, change.avatar);
  CO_CHECK(fields.verdict());
  CO_TRY(const auto user, co_await change_profile(context, call.who.user, std::move(change)));
  co_return wire::reply_with(200, wire::OwnProfile{user});
}

Task<Answer> put_password(Context& context, Call& call) {
  CO_TRY(auto fields, wire::Fields::parse(call.body));
  PasswordChange change{.before = fields.text("old"), .after = fields.text("new")};
  constexpr FieldLimit kNew{"new", kPassword.least, kPassword.most};
  fields.require(check(kNew, nfc(change.after)));
  CO_CHECK(fields.verdict());
  CO_TRY(const auto user, co_await change_password(context, call.who, std::move(change)));
  co_return wire::reply_with(200, wire::OwnProfile{user});
}

Result<SearchPlace> search_place(const std::string& cursor) {
  if (cursor.empty()) return SearchPlace{};
  TRY(auto fields, wire::read_cursor("users", cursor, 3));
  return SearchPlace{.by_name = fields[0] == "n", .word = std::move(fields[1]), .key = UserKey(std::move(fields[2]))};
}

Task<Answer> get_users(Context& context, Call& call) {
  CO_TRY(const auto words, wire::text_query(call.query, "q"));
  CO_TRY(const auto page, wire::page_query(call.query));
  CO_TRY(auto after, search_place(page.cursor));
  CO_TRY(auto found, co_await search_users(context, words.value_or(""), std::move(after), page.limit + 1));
  const auto next = cut_page(found, page.limit, [](const Found& last) {
    return wire::make_cursor("users", {last.place.by_name ? "n" : "k", last.place.word, last.place.key.str()});
  });
  co_return wire::reply_page(found, next, [](wire::JsonWriter& json, const Found& row) { write(json, row.user); });
}

Task<Answer> get_user(Context& context, Call& call) {
  CO_TRY(auto key, key_in_path(call.params[0]));
  CO_TRY(const auto user, co_await find_user(context, std::move(key)));
  co_return wire::reply_with(200, user);
}
}  // namespace

void add_account_routes(Bindings& routes) {
  routes.insert(routes.end(), {
                                  {"POST", "/v1/users", post_user},
                                  {"GET", "/v1/registration", get_registration},
                                  {"GET", "/v1/users", get_users},
                                  {"GET", "/v1/users/{key}", get_user},
                                  {"GET", "/v1/me", get_me},
                                  {"PATCH", "/v1/me", patch_me},
                                  {"PUT", "/v1/me/password", put_password},
                              });
}

}  // namespace godwit::user
