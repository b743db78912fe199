#include "domain/text.hpp"
#include "user/administration/administration.hpp"
#include "user/administration/secret_shapes.hpp"
#include "user/context/routes.hpp"
#include "wire/name_fields.hpp"

namespace godwit::user {
namespace {
using gateway::Answer;
using gateway::Call;

Task<Answer> add_account(Context& context, Call& call) {
  CO_TRY(auto fields, wire::Fields::parse(call.body));
  const auto key = key_of("key", fields.text("key"));
  const auto name = wire::maybe_name_in(fields, kName, fields.maybe_text("name"));
  if (!key) fields.require(std::unexpected(key.error()));
  CO_CHECK(fields.verdict());
  auto admin = administer(context, Actor::account(call.who.user));
  CO_TRY(const auto added, co_await admin.add_user(*key, name.value_or("")));
  wire::JsonWriter json;
  json.begin_object().field("key", added.user.key.str()).field("password", added.password).end_object();
  co_return wire::reply(201, json.take());
}

Task<Answer> reset_password(Context& context, Call& call) {
  CO_TRY(auto key, key_in_path(call.params[0]));
  auto admin = administer(context, Actor::account(call.who.user));
  CO_TRY(const auto password, co_await admin.reset_password(std::move(key)));
  wire::JsonWriter json;
  json.begin_object().field("password", password).end_object();
  co_return wire::reply(200, json.take());
}

Task<Answer> get_keys(Context& context, Call& call) {
  CO_TRY(const auto page, wire::page_query(call.query));
  CO_TRY(auto after, after_of("admin-keys", page));
  auto admin = administer(context, Actor::account(call.who.user));
  CO_TRY(auto keys, co_await admin.list_service_keys(std::move(after), page.limit + 1));
  for (auto& key : keys) key.last_used_at = context.keys_used.last(key.id, key.last_used_at);
  const auto next =
      cut_page(keys, page.limit, [](const ServiceKey& last) { return wire::make_cursor("admin-keys", {last.id}); });
  co_return wire::reply_page(keys, next, [](wire::JsonWriter& json, const ServiceKey& key) { write(json, key); });
}

Task<Answer> delete_key(Context& context, Call& call) {
  CO_CHECK(co_await administer(context, Actor::account(call.who.user)).revoke_service_key(call.params[0]));
  co_return wire::no_content();
}
}  // namespace

void add_admin_account_routes(Bindings& routes) {
  routes.insert(routes.end(), {
                                  {"POST", "/v1/admin/users", add_account},
                                  {"POST", "/v1/admin/users/{key}/password", reset_password},
                                  {"GET", "/v1/admin/keys", get_keys},
                                  {"DELETE", "/v1/admin/keys/{id}", delete_key},
                              });
}

}  // namespace godwit::user
