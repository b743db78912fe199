#include "clients/terminal/failure.hpp"

#include <doctest/doctest.h>

#include "clients/terminal/parse.hpp"
#include "base/error.hpp"

using namespace godwit::chat;

TEST_CASE("chat: every code of the protocol has words") {
  for (int i = 0; i <= static_cast<int>(godwit::Code::unavailable); ++i) {
    const auto& info = godwit::info(static_cast<godwit::Code>(i));
    Failure failure{
        .status = info.status, .code = std::string(info.name), .detail = "detail", .retryable = info.retryable};
    CHECK_FALSE(explain(failure).empty());
  }
  CHECK(explain({.status = 403, .code = "bad_credentials"}) == "the old password is wrong");
  CHECK(explain({.status = 429, .code = "rate_limited", .detail = {}, .retryable = true, .retry_after = 2500}) ==
        "too much at once; try again in 3 s");
  CHECK(explain({.status = 418, .code = "", .detail = ""}) == "the server answered 418");
  CHECK(explain({.status = 422,
                 .code = "invalid_fields",
                 .detail = {},
                 .retryable = false,
                 .retry_after = 0,
                 .fields = {{"password", "must have 8 to 128 characters"}}}) ==
        "password must have 8 to 128 characters");
}

TEST_CASE("chat: a problem document is read, whatever it lacks") {
  const auto failure =
      parse_problem(R"({"code":"muted","status":403,"detail":"d","retryable":false,"fields":{"a":"b"}})");
  CHECK(failure.code == "muted");
  CHECK(failure.fields.size() == 1);
  CHECK(parse_problem("<html>").code.empty());
  CHECK(parse_problem("[1]").code.empty());
}

TEST_CASE("chat: frames and lists are read; what is unknown is ignored") {
  const auto frame = parse<Frame>(
      R"({"type":208,"msgSender":"bob","msg":"","id":"x","conversation":"u:bob","seq":9,"time":1,"target":{"id":"y","seq":8},"new":[1]})");
  REQUIRE(frame.has_value());
  CHECK(frame->target == "y");
  CHECK(frame->target_seq == 8);
  CHECK(parse<Frame>(R"({"type":209,"change":"muted","target":"bob","mutedUntil":null})")->detail == "0");
  CHECK_FALSE(parse<Frame>("[]").has_value());
  CHECK_FALSE(parse<Frame>("{").has_value());
  CHECK(parse<Frame>(R"({"type":"x","seq":-4,"msg":7})")->seq == 0);
  const auto page = parse_page<ConversationRow>(
      R"({"items":[{"conversation":"g:t","group":{"key":"t","name":"Tea"},"last":{"type":102,"seq":3},"headSeq":3,"readSeq":1,"unread":2}],"next":null})");
  REQUIRE(page.has_value());
  CHECK(page->items.at(0).other.name == "Tea");
  CHECK(page->items.at(0).last.seq == 3);
  CHECK(page->next.empty());
  CHECK(page->complete);
  CHECK_FALSE(parse_page<Frame>(R"({"items":{},"complete":false})").has_value());
}
