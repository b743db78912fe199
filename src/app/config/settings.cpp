#include <algorithm>
#include <cctype>

#include "app/config/sections.hpp"

namespace godwit::app {
namespace {

using C = Config;

std::vector<Setting> registration_settings() {
  return {
      {"registration",
       "Who may make an account: everybody, whoever has an invite (`godwit admin invite`), or nobody (403 "
       "`registration_closed`). `godwit admin users add` always works.",
       top<&C::registration>,
       4,
       6,
       {"open", "invite", "closed"},
       Reloads::yes},
      {"reserved_keys",
       "Account keys that nobody may register (409 `key_taken`), besides `admin`, `administrator`, `godwit`, `root`, "
       "`server`, `system` and the names of service keys. `godwit admin users add` may make them.",
       top<&C::reserved_keys>,
       0,
       1024,
       {},
       Reloads::yes},
  };
}

std::vector<Setting> node_settings() {
  return {
      {"node.name", "What sessions and logs call this process.", at<&C::node, &C::Node::name>, 1, 64},
      {"node.listen",
       "With `gateway.sockets = \"direct\"`: where clients open sockets at the node of this process. What holds for "
       "`http.listen` holds here, too: TLS comes from a proxy in front of it.",
       at<&C::node, &C::Node::listen>},
      {"storage.data", "The directory of everything that is kept. Made at the first start, mode 0700.",
       at<&C::storage, &C::Storage::data>, 1, 4096},
      {"storage.block_cache_bytes", "Memory for blocks read from the message store.",
       at<&C::storage, &C::Storage::block_cache_bytes>, kMega, 64 * kGiga},
      {"storage.memtable_bytes",
       "Memory for messages not yet sorted into files; the more, the fewer and larger the files.",
       at<&C::storage, &C::Storage::memtable_bytes>, kMega, 4 * kGiga},
      {"storage.queue", "Sends that may wait for the disk. Above it a send is answered 503 `unavailable` at once.",
       at<&C::storage, &C::Storage::queue>, 1, 1'000'000},
  };
}

std::vector<Setting> http_settings() {
  return {
      {"http.listen",
       "Where clients connect: HTTP and WebSocket on one port. An address other than loopback opens the server "
       "to the network; put a proxy with TLS in front of it.",
       at<&C::http, &C::Http::listen>},
      {"http.threads", "Event loops, one thread each. 0: one for each core.", at<&C::http, &C::Http::threads>, 0, 256},
      {"http.head_bytes", "Request line and headers together; above: 431.", at<&C::http, &C::Http::head_bytes>, 1024,
       kMega},
      {"http.body_bytes", "A request's body; above: 413.", at<&C::http, &C::Http::body_bytes>, 1024, 16 * kMega},
      {"http.header_timeout", "Seconds from a request's first byte to the end of its headers; then 408.",
       at<&C::http, &C::Http::header_timeout>, 0.01, 3600},
      {"http.body_timeout", "Seconds for a request's body to arrive; then 408.", at<&C::http, &C::Http::body_timeout>,
       0.01, 3600},
      {"http.idle_timeout", "Seconds that a kept-alive connection may be silent.", at<&C::http, &C::Http::idle_timeout>,
       0.01, 86400},
      {"http.connections",
       "Open HTTP connections of the process, sockets not counted. At one more the one idle for longest is closed; "
       "where "
       "none is idle: 503.",
       at<&C::http, &C::Http::connections>, 1, 10'000'000},
      {"http.buffer_bytes",
       "Memory for requests that are under way and answers that are not taken yet, of the process: above 503. One "
       "address may have an eighth of it: above 429.",
       at<&C::http, &C::Http::buffer_bytes>, kMega, 64 * kGiga},
  };
}

std::vector<Setting> socket_settings() {
  return {
      {"socket.ping_interval", "Seconds between the server's pings on a silent socket; frame 201 tells clients.",
       at<&C::socket, &C::Socket::ping_interval>, 0.05, 3600},
      {"socket.pong_timeout", "Seconds to answer a ping; then the socket closes with 4003.",
       at<&C::socket, &C::Socket::pong_timeout>, 0.05, 3600},
      {"socket.queue_bytes", "Bytes that may wait for one slow client; above: it is closed with 4002.",
       at<&C::socket, &C::Socket::queue_bytes>, 1024, kGiga},
      {"socket.message_bytes", "One message from a client; above: closed with 1009.",
       at<&C::socket, &C::Socket::message_bytes>, 1024, 16 * kMega},
      {"socket.connections",
       "Open sockets of the process, above: 4503; of a gateway that is no node, those that it carries to nodes, above: "
       "503.",
       at<&C::socket, &C::Socket::connections>, 1, 10'000'000},
      {"gateway.origins",
       "Web origins besides the server's own that browsers may connect from, as in `https://chat.example.org`. "
       "In the environment separated by commas.",
       at<&C::gateway, &C::Gateway::origins>, 0, 256},
      {"gateway.trusted_proxies",
       "Addresses and networks (`10.0.0.0/8`, `::1`) of proxies that are believed when they name the client's address: "
       "by "
       "X-Forwarded-For, Forwarded or the PROXY protocol. Limits then count that one. In the environment separated by "
       "commas.",
       at<&C::gateway, &C::Gateway::trusted_proxies>, 0, 256},
      {"gateway.sockets",
       "How clients' sockets come to nodes of other processes: carried by the gateway (`relay`), or opened at the node "
       "by clients who ask the gateway for a ticket first (`direct`; needs `peers.node_public`). Clients who do not "
       "ask "
       "are relayed in either case.",
       at<&C::gateway, &C::Gateway::sockets>,
       5,
       6,
       {"relay", "direct"}},
      {"gateway.ticket_lifetime", "Seconds within which a ticket for a socket at a node has to be used.",
       at<&C::gateway, &C::Gateway::ticket_lifetime>, 1, 30},
  };
}

std::vector<Setting> people_settings() {
  return {
      {"sessions.lifetime", "Seconds that a login lasts.", at<&C::sessions, &C::Sessions::lifetime>, 1, 3650 * kDay},
      {"sessions.per_user", "Sessions (devices) of one user; at one more the oldest is logged out.",
       at<&C::sessions, &C::Sessions::per_user>, 1, 1000},
      {"passwords.threads",
       "Threads that check passwords (argon2id, about 20 ms each): they bound what a storm of logins can take from "
       "sends.",
       at<&C::passwords, &C::Passwords::threads>, 1, 64},
      {"passwords.queue", "Password checks that may wait; above it a login is answered 503 at once.",
       at<&C::passwords, &C::Passwords::queue>, 1, 100'000},
      {"users.threads", "Threads for the store of accounts, friends and groups.", at<&C::users, &C::Users::threads>, 1,
       64},
      {"users.queue", "Calls that may wait for that store; above: 503.", at<&C::users, &C::Users::queue>, 1, 1'000'000},
  };
}

std::vector<Setting> message_settings() {
  return {
      {"messages.recall_window",
       "Seconds in which a sender may recall a message.",
       at<&C::messages, &C::Messages::recall_window>,
       0,
       365 * kDay,
       {},
       Reloads::yes},
      {"inbox.keep", "Seconds that an unacknowledged message waits in the inbox; older ones are in the history only.",
       at<&C::inbox, &C::Inbox::keep>, 1, 365 * kDay},
      {"archive.threads", "Threads that read history and search.", at<&C::archive, &C::Archive::threads>, 1, 64},
      {"archive.queue", "Reads that may wait for the archive; above: 503.", at<&C::archive, &C::Archive::queue>, 1,
       1'000'000},
  };
}

Setting rate(std::string_view name, std::string_view doc, double& (*field)(Config&)) {
  return {name, doc, field, 0.01, 1'000'000};
}

std::vector<Setting> limit_settings() {
  using L = C::Limits;
  return {
      {"limits.enabled", "Whether the rates of this section are held. `false` only for load tests.",
       at<&C::limits, &L::enabled>},
      rate("limits.requests_per_user", "Calls a second of one user; bursts of twice that. Above: 429.",
           at<&C::limits, &L::requests_per_user>),
      rate("limits.requests_per_address",
           "Calls a second from one address that come without a good token; bursts of twice that.",
           at<&C::limits, &L::requests_per_address>),
      rate("limits.sends_per_user", "Messages a second of one user; bursts of twice that.",
           at<&C::limits, &L::sends_per_user>),
      rate("limits.connects_per_user",
           "Sockets that one user opens a second; bursts of thirty times that. Each may tell all friends (304).",
           at<&C::limits, &L::connects_per_user>),
      rate("limits.login_per_account",
           "Wrong passwords for one account from one network (an IPv4 address, an IPv6 /64), one known device or one "
           "session; then each try waits twice as long as the one before, up to 15 minutes. One is forgotten every 10 "
           "minutes. A right password costs nothing.",
           at<&C::limits, &L::login_per_account>),
      rate("limits.login_per_account_anywhere",
           "Wrong passwords a minute for one account from everywhere; devices that it knows are not concerned.",
           at<&C::limits, &L::login_per_account_anywhere>),
      rate("limits.login_per_address", "Wrong passwords a minute from one network, for all accounts.",
           at<&C::limits, &L::login_per_address>),
      rate("limits.registrations_per_address", "New accounts a minute from one address.",
           at<&C::limits, &L::registrations_per_address>),
      {"limits.connections_per_address",
       "Open HTTP connections of one address, sockets not counted; of an IPv6 /64, and four times as many of a /48. At "
       "one more the one idle for longest is closed; where none is idle: 429.",
       at<&C::limits, &L::connections_per_address>, 1, 10'000'000},
      rate("limits.typing_per_socket", "Typing signals a second of one socket; more are dropped.",
           at<&C::limits, &L::typing_per_socket>),
      rate("limits.frames_per_socket",
           "Frames a second that one socket may send, of every kind, pings too; bursts of ten seconds' worth. Above, "
           "the socket is not read for a while; far above, or above for a minute: 4504.",
           at<&C::limits, &L::frames_per_socket>),
      rate("limits.frames_per_user", "The same for all sockets of one user together.",
           at<&C::limits, &L::frames_per_user>),
  };
}

std::vector<Setting> change_settings() {
  using L = C::Limits;
  return {
      rate("limits.profile_changes_per_user",
           "Changes a minute of one user's name, bio or picture; each tells every friend.",
           at<&C::limits, &L::profile_changes_per_user>),
      rate("limits.group_changes_per_user",
           "Groups that one user makes or changes a minute; each tells every member. Of one group ten, and then one "
           "every 5 minutes.",
           at<&C::limits, &L::group_changes_per_user>),
      rate("limits.requests_to_others_per_user",
           "Friend requests and requests to join a minute of one user. To the same person or group ten, and then one "
           "every 5 minutes.",
           at<&C::limits, &L::requests_to_others_per_user>),
      rate("limits.member_changes_per_user",
           "Roles, mutes and removals a minute by one user; each tells every member. Of the same member ten, and then "
           "one every 5 minutes.",
           at<&C::limits, &L::member_changes_per_user>),
  };
}

std::vector<Setting> cap_settings() {
  using K = C::Caps;
  constexpr double kMost = 1'000'000;
  const auto cap = [](std::string_view name, std::string_view doc, std::size_t& (*field)(Config&)) {
    return Setting{name, doc, field, 1, kMost};
  };
  return {
      cap("caps.groups_owned", "Groups that one user owns; above: 409 `group_limit`. Caps hold with limits off, too.",
          at<&C::caps, &K::groups_owned>),
      cap("caps.memberships", "Groups that one user is in; above: 409 `membership_limit`.",
          at<&C::caps, &K::memberships>),
      cap("caps.group_members", "Members of one group; above: 409 `member_limit`.", at<&C::caps, &K::group_members>),
      cap("caps.friends", "Friends of one user; above: 409 `friend_limit`.", at<&C::caps, &K::friends>),
      cap("caps.pending_sent",
          "Unanswered friend requests of one user, and as many to groups; above: 409 `request_limit`.",
          at<&C::caps, &K::pending_sent>),
      cap("caps.pending_received",
          "Unanswered friend requests to one user, or requests to one group; above: 409 `request_limit`.",
          at<&C::caps, &K::pending_received>),
      cap("caps.devices",
          "Devices of one user whose place in the inbox is kept; the one not logged in for longest is forgotten.",
          at<&C::caps, &K::devices>),
      {"caps.cooling_off",
       "Seconds after a rejected request until the same may be asked again; before: 429 `cooling_off`.",
       at<&C::caps, &K::cooling_off>, 0, 365 * kDay},
      {"caps.answered_requests", "Seconds that answered requests stay in the lists.",
       at<&C::caps, &K::answered_requests>, 1, 3650 * kDay},
  };
}

std::vector<Setting> operation_settings() {
  return {
      {"log.level",
       "The least important lines that are written.",
       at<&C::log, &C::Logging::level>,
       1,
       5,
       {"debug", "info", "warn", "error"},
       Reloads::yes},
      {"admin.listen", "Where health, metrics and `godwit admin` are answered.", at<&C::admin, &C::Admin::listen>},
      {"admin.key",
       "What `godwit admin` must present; at least 16 characters. Needed where `admin.listen` is not loopback.",
       at<&C::admin, &C::Admin::key>,
       0,
       256,
       {},
       Reloads::no,
       Secret::yes},
      {"debug.echo",
       "`/debug/echo` answers every message with itself, for conformance suites. On a loopback `http.listen` only.",
       at<&C::debug, &C::Debug::echo>},
  };
}

std::vector<Setting> all_settings() {
  std::vector<Setting> all;
  for (auto part : {registration_settings, process_settings, node_settings, peer_settings, engine_settings,
                    carrier_settings, http_settings, socket_settings, people_settings, message_settings, limit_settings,
                    change_settings, cap_settings, operation_settings}) {
    std::ranges::move(part(), std::back_inserter(all));
  }
  return all;
}

}  // namespace

std::span<const Setting> settings() {
  static const auto all = all_settings();
  return all;
}

const Setting* find_setting(std::string_view name) {
  const auto found = std::ranges::find(settings(), name, &Setting::name);
  return found == settings().end() ? nullptr : &*found;
}

std::string variable_of(std::string_view name) {
  std::string variable = "GODWIT_";
  for (const char c : name) variable += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return variable;
}

}  // namespace godwit::app
