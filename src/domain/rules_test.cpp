#include "domain/rules.hpp"

#include <doctest/doctest.h>

#include "base/utf8.hpp"
#include "domain/text.hpp"

using namespace godwit;

namespace {
Code code_of(const Result<void>& result) {
  REQUIRE_FALSE(result);
  return result.error().code;
}
Member member(const char* key, Role role) { return {.user = UserKey(key), .role = role}; }
}  // namespace

TEST_CASE("blocked comes before not_friends, and both after not_found") {
  CHECK(may_send_direct({.exists = true, .friends = true, .blocked = false}));
  CHECK(code_of(may_send_direct({.exists = true, .friends = false, .blocked = true})) == Code::blocked);
  CHECK(code_of(may_send_direct({.exists = true, .friends = true, .blocked = true})) == Code::blocked);
  CHECK(code_of(may_send_direct({.exists = true, .friends = false, .blocked = false})) == Code::not_friends);
  CHECK(code_of(may_send_direct({})) == Code::not_found);
}

TEST_CASE("owner over all, admins over members") {
  const auto owner = member("own", Role::owner), admin = member("adm", Role::admin), other = member("ad2", Role::admin),
             plain = member("mem", Role::member);
  CHECK(may_manage(owner, admin));
  CHECK(may_manage(owner, plain));
  CHECK(may_manage(admin, plain));
  for (const auto& [actor, target] :
       {std::pair{admin, other}, {admin, owner}, {plain, other}, {plain, plain}, {owner, owner}}) {
    CHECK(code_of(may_manage(actor, target)) == Code::forbidden);
  }
  CHECK(may_change_role(owner, plain));
  CHECK(code_of(may_change_role(admin, plain)) == Code::forbidden);
  CHECK(code_of(may_change_role(owner, owner)) == Code::forbidden);
}

TEST_CASE("a mute ends by itself") {
  auto plain = member("mem", Role::member);
  plain.muted_until = 1000;
  CHECK(code_of(may_send_group(&plain, 999)) == Code::muted);
  CHECK(may_send_group(&plain, 1000));
  CHECK(code_of(may_send_group(nullptr, 0)) == Code::not_member);
}

TEST_CASE("the sender recalls within the window, owner and admins any time") {
  Message message;
  message.sender = "mem";
  message.time = 10'000;
  const auto admin = member("adm", Role::admin), plain = member("mem", Role::member),
             other = member("oth", Role::member);
  CHECK(may_recall(message, plain.user, &plain, 12'000, 2'000));
  CHECK(code_of(may_recall(message, plain.user, &plain, 12'001, 2'000)) == Code::recall_too_late);
  CHECK(may_recall(message, admin.user, &admin, 99'999, 2'000));
  CHECK(code_of(may_recall(message, other.user, &other, 10'001, 2'000)) == Code::forbidden);
  CHECK(may_recall(message, plain.user, nullptr, 10'001, 2'000));
}

TEST_CASE("keys") {
  for (const char* key : {"abc", "a.b", "0-_", "abcdefghijklmnopqrstuvwxyz012345"}) CHECK(is_key(key));
  for (const char* key :
       {"ab", "", ".ab", "-ab", "_ab", "Abc", "a b", "a:b", "abcdefghijklmnopqrstuvwxyz0123456", "äbc"}) {
    CAPTURE(key);
    CHECK_FALSE(is_key(key));
  }
}

TEST_CASE("well-formed UTF-8 only") {
  for (const char* good : {"", "plain", "ü", "中文", "\xF0\x9F\x90\xA6", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF"})
    CHECK(is_utf8(good));
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xF5\x80\x80\x80", "\xE4\xB8", "a\xFF"}) {
    CHECK_FALSE(is_utf8(bad));
  }
  CHECK(characters("中文a") == 3);
}

TEST_CASE("limits count characters, a message's text bytes") {
  CHECK(check(kPassword, "12345678"));
  CHECK_FALSE(check(kPassword, "1234567"));
  CHECK_FALSE(check(kPassword, std::string(129, 'x')));
  CHECK(check(kName, std::string("中中")));
  CHECK_FALSE(check(kName, std::string_view("a\0b", 3)));
  CHECK(check_message_text(std::string(8192, 'x')));
  CHECK_FALSE(check_message_text(std::string(8193, 'x')));
  CHECK_FALSE(check_message_text(""));
}
