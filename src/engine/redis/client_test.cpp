#include <doctest/doctest.h>

#include "engine/redis/request.hpp"

namespace godwit::redis {
namespace {

Reply error(std::string text) { return {.kind = Reply::Kind::error, .text = std::move(text)}; }
Verdict verdict(std::vector<Reply> answers, bool atomic = false) {
  Request request{.atomic = atomic};
  request.answers = std::move(answers);
  return judge(request, {.host = "10.0.0.1", .port = 7000});
}

TEST_SUITE("redis client") {
  TEST_CASE("slots are those of the cluster's specification") {
    CHECK(slot_of("123456789") == 0x31C3);
    CHECK(slot_of("foo") == 12182);
    CHECK(slot_of("") == 0);
    CHECK(slot_of("{user1000}.following") == slot_of("{user1000}.followers"));
    CHECK(slot_of("foo{}{bar}") != slot_of("bar"));  // an empty tag is none
    CHECK(slot_of("foo{{bar}}zap") == slot_of("{bar"));
    CHECK(slot_of("foo{bar}{zap}") == slot_of("bar"));
    CHECK(slot_of("foo{bar") != slot_of("bar"));
  }

  TEST_CASE("commands are words with their lengths") {
    std::string wire;
    append_wire(wire, {.words = {"SET", "k", std::string("a\r\n\0b", 5)}});
    CHECK(wire == std::string("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\na\r\n\0b\r\n", 31));
    const Script script("return 1");
    CHECK(script.hash() == "e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
    const auto call = script.call({"a", "b"}, {"x"});
    CHECK(call.words == std::vector<std::string>{"EVALSHA", script.hash(), "2", "a", "b", "x"});
    CHECK(call.words.at(call.key) == "a");
    std::string by_text;
    append_wire(by_text, call, true);
    CHECK(by_text.starts_with("*6\r\n$4\r\nEVAL\r\n$8\r\nreturn 1\r\n$1\r\n2\r\n"));
  }

  TEST_CASE("replies are read however they are cut") {
    const std::string bytes = "*4\r\n:-7\r\n$5\r\na\r\nbc\r\n$-1\r\n*2\r\n+OK\r\n-ERR no\r\n*-1\r\n$0\r\n\r\n";
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
      ReplyReader reader;
      std::vector<Reply> replies;
      for (std::size_t at = 0; at < bytes.size(); at += step) {
        reader.feed(std::string_view(bytes).substr(at, step));
        for (;;) {
          auto next = reader.next();
          REQUIRE(next);
          if (!*next) break;
          replies.push_back(std::move(**next));
        }
      }
      REQUIRE(replies.size() == 3);
      CHECK(replies[0].at(0).integer() == -7);
      CHECK(replies[0].at(1).text == "a\r\nbc");
      CHECK(replies[0].at(2).is_nil());
      CHECK(replies[0].at(3).at(0).text == "OK");
      CHECK(replies[0].at(3).at(1).is_error());
      CHECK(replies[0].at(4).is_nil());
      CHECK(replies[1].is_nil());
      CHECK(replies[2].text.empty());
      CHECK_FALSE(replies[2].is_nil());
    }
    ReplyReader reader;
    reader.feed("HTTP/1.1 400 Bad Request\r\n");
    CHECK_FALSE(reader.next());
  }

  TEST_CASE("what Redis says decides what becomes of a request") {
    using enum Verdict::Kind;
    CHECK(verdict({{.kind = Reply::Kind::integer}}).kind == done);
    const auto to_other = verdict({error("MOVED 3999 127.0.0.1:6381")});
    CHECK(to_other.kind == moved);
    CHECK(to_other.address == Address{.host = "127.0.0.1", .port = 6381});
    CHECK(verdict({error("ASK 3999 ::1:6381")}).address == Address{.host = "::1", .port = 6381});
    CHECK(verdict({error("MOVED 3999 :6381")}).address == Address{.host = "10.0.0.1", .port = 6381});
    CHECK(verdict({error("ASK 3999 127.0.0.1:6381")}).kind == ask);
    CHECK(verdict({error("MOVED nonsense")}).kind == failed);
    CHECK(verdict({error("MOVED 1 host:99999")}).kind == failed);
    CHECK(verdict({error("TRYAGAIN Multiple keys request during rehashing of slot")}).kind == again);
    CHECK(verdict({error("CLUSTERDOWN The cluster is down")}).kind == down);
    CHECK(verdict({error("NOSCRIPT No matching script.")}).kind == no_script);
    const auto full = verdict({error("OOM command not allowed when used memory > 'maxmemory'.")});
    CHECK(full.kind == failed);
    CHECK(full.error.code == Code::unavailable);
    CHECK(verdict({error("WRONGTYPE Operation against a key")}).error.code == Code::internal);
  }

  TEST_CASE("of a transaction the command that was refused decides, not EXECABORT") {
    using enum Verdict::Kind;
    const Reply ok{.kind = Reply::Kind::text, .text = "OK"};
    const auto asked = verdict({ok, error("ASK 1 h:1"), error("EXECABORT Transaction discarded")}, true);
    CHECK(asked.kind == ask);
    const Reply list{.kind = Reply::Kind::list, .elements = {ok, error("WRONGTYPE x")}};
    CHECK(verdict({ok, ok, ok, list}, true).kind == failed);
    CHECK(verdict({ok, ok, {.kind = Reply::Kind::list, .elements = {ok}}}, true).kind == done);
  }

  TEST_CASE("the cluster's slots, as it tells them") {
    const auto text = [](std::string value) { return Reply{.kind = Reply::Kind::text, .text = std::move(value)}; };
    const auto number = [](std::int64_t value) { return Reply{.kind = Reply::Kind::integer, .number = value}; };
    const auto list = [](std::vector<Reply> of) { return Reply{.kind = Reply::Kind::list, .elements = std::move(of)}; };
    const Address asked{.host = "10.0.0.1", .port = 7000};
    const auto row = list({number(0), number(5460), list({text(""), number(7000), text("id"), list({})}),
                           list({text("10.0.0.2"), number(7001), text("id")})});
    const auto ranges = slot_ranges(list({row}), asked);
    REQUIRE(ranges);
    CHECK(*ranges == std::vector<SlotRange>{{0, 5460, asked, {{.host = "10.0.0.2", .port = 7001}}}});
    CHECK_FALSE(slot_ranges(error("ERR This instance has cluster support disabled"), asked));
    CHECK_FALSE(slot_ranges(list({list({number(0), number(20'000), list({text("h"), number(1)})})}), asked));
    CHECK_FALSE(slot_ranges(list({list({number(0), number(1), list({text("h"), number(0)})})}), asked));
  }
}

}  // namespace
}  // namespace godwit::redis
