#include <algorithm>

#include "domain/text.hpp"
#include "user/context/routes.hpp"
#include "user/sessions/sessions.hpp"
#include "wire/name_fields.hpp"

namespace godwit::user {
namespace {
using gateway::Answer;
using gateway::Call;

void read_device(wire::Fields& fields, Login& login) {
  auto device = fields.object("device");
  if (!device) return;
  const auto id = device->maybe_text("id"), name = device->maybe_text("name");
  fields.require(device->verdict());
  if (id) fields.require(check(kDeviceId, *id));
  login.device_id = id.value_or("");
  login.device_name = wire::name_in(fields, kDeviceName, name.value_or(""));
}

net::Reply answer_login(const LoggedIn& login, bool direct_sockets) {
  wire::JsonWriter json;
  json.begin_object().field("token", login.token).field("expiresAt", login.session.expires_at).key("user");
  write(json, wire::OwnProfile{login.user});
  json.key("session");
  write(json, login.session, true);
  json.field("node", login.node).field("socket", "/v1/socket");
  json.field("sockets", direct_sockets ? "direct" : "relay").end_object();
  return wire::reply(201, json.take());
}

Task<Answer> post_session(Context& context, Call& call) {
  CO_TRY(auto fields, wire::Fields::parse(call.body));
  Login login{.key = fields.text("key"),
              .password = fields.text("password"),
              .device_id = {},
              .device_name = {},
              .address = call.peer};
  read_device(fields, login);
  CO_CHECK(fields.verdict());
  CO_TRY(const auto logged_in, co_await log_in(context, std::move(login)));
  co_return answer_login(logged_in, context.settings.direct_sockets);
}

// They are ten at most, so a page is cut from all of them.
Task<Answer> get_sessions(Context& context, Call& call) {
  CO_TRY(const auto page, wire::page_query(call.query));
  CO_TRY(const auto after, after_of("sessions", page));
  CO_TRY(auto sessions, co_await list_sessions(context, call.who.user));
  std::ranges::sort(sessions, {}, &Session::id);
  std::erase_if(sessions, [&](const Session& session) { return session.id.str() <= after; });
  const auto next = cut_page(sessions, page.limit,
                             [](const Session& last) { return wire::make_cursor("sessions", {last.id.str()}); });
  co_return wire::reply_page(sessions, next, [&](wire::JsonWriter& json, const Session& session) {
    write(json, session, session.id == call.who.session);
  });
}

Task<Answer> delete_session(Context& context, Call& call) {
  CO_CHECK(co_await log_out(context, call.who, call.params[0]));
  co_return wire::no_content();
}
}  // namespace

void add_session_routes(Bindings& routes) {
  routes.insert(routes.end(), {
                                  {"POST", "/v1/sessions", post_session},
                                  {"GET", "/v1/sessions", get_sessions},
                                  {"DELETE", "/v1/sessions/{id}", delete_session},
                              });
}

}  // namespace godwit::user
