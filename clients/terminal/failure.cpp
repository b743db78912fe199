#include "clients/terminal/failure.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace godwit::chat {
namespace {
using Words = std::pair<std::string_view, std::string_view>;
constexpr auto kWords = std::to_array<Words>({
    {"unreachable", "the server cannot be reached"},
    {"unauthenticated", "you are not logged in any more; leave, and start again"},
    {"bad_credentials", "the key or the password is wrong"},
    {"account_disabled", "this account is disabled"},
    {"not_friends", "you are not friends: /add KEY asks"},
    {"not_member", "you are not a member of this group"},
    {"muted", "you are muted in this group"},
    {"blocked", "one of you has blocked the other"},
    {"recall_too_late", "it is too late to recall that message"},
    {"group_closed", "this group takes nobody in"},
    {"forbidden", "you may not do that here"},
    {"not_found", "there is nothing of that name, or not for you to see"},
    {"key_taken", "that key is taken"},
    {"already_friends", "you are friends already"},
    {"already_answered", "that request was answered before"},
    {"already_member", "already a member of that group"},
    {"client_id_reused", "the server knows another message by this number; write it again"},
    {"owner_must_transfer", "hand the group over first: /role KEY owner (or /dissolve it)"},
    {"registration_closed", "this server takes no new accounts"},
    {"group_invites_refused", "they do not want to be taken into groups"},
    {"group_limit", "you own as many groups as you may"},
    {"membership_limit", "that is more groups than one may be in"},
    {"member_limit", "the group is full"},
    {"friend_limit", "that is more friends than one may have"},
    {"request_limit", "too many requests wait for an answer"},
    {"cooling_off", "they said no a short while ago; try again later"},
    {"body_too_large", "that is too long"},
    {"unavailable", "the server is busy; try again in a moment"},
    {"internal", "the server made a mistake; its log knows more"},
});

std::string in_seconds(Millis ms) { return std::to_string(std::max<Millis>(1, (ms + 999) / 1000)) + " s"; }

std::string explain_fields(const Failure& failure) {
  std::string out;
  for (const auto& [field, reason] : failure.fields) {
    if (!out.empty()) out += "; ";
    out += field == "msg" ? "the message" : field;
    out += ' ' + reason;
  }
  return out;
}
}  // namespace

std::string explain(const Failure& failure) {
  if (failure.code == "rate_limited" || failure.code == "too_many_connections") {
    return "too much at once; try again in " + in_seconds(failure.retry_after);
  }
  if (failure.code == "bad_credentials" && failure.status == 403) return "the old password is wrong";
  if (failure.code == "invalid_fields" && !failure.fields.empty()) return explain_fields(failure);
  if (const auto words = std::ranges::find(kWords, std::string_view(failure.code), &Words::first);
      words != kWords.end()) {
    return std::string(words->second);
  }
  if (!failure.detail.empty()) return failure.detail;
  return failure.status == 0 ? "the server cannot be reached" : "the server answered " + std::to_string(failure.status);
}

std::string explain_close(unsigned code) {
  switch (code) {
    case 4001: return "the server is going down for a moment";
    case 4002: return "this terminal was too slow";
    case 4003: return "the line went dead";
    case 4501: return "your login has expired; leave, and start again";
    case 4502: return "this session was ended: logged out, or logged in again under the same device";
    case 4503: return "too many connections";
    case 4504: return "the server did not understand this client";
    case 4505: return "this session is connected somewhere else now";
    default: break;
  }
  return code >= 4500 && code <= 4999 ? "the server ended the connection (" + std::to_string(code) + ")"
                                      : "the connection was lost";
}

}  // namespace godwit::chat
