#include <doctest/doctest.h>

#include "engine/rocketmq/codes.hpp"
#include "engine/rocketmq/frame.hpp"
#include "engine/rocketmq/provision.hpp"

namespace godwit::rocketmq {
namespace {

v2::SendMessageResponse response(v2::Code top, std::initializer_list<v2::Code> entries) {
  v2::SendMessageResponse out;
  out.mutable_status()->set_code(top);
  for (const auto code : entries) out.add_entries()->mutable_status()->set_code(code);
  return out;
}

TEST_CASE("rocketmq: only the entry of one message is a receipt") {
  CHECK(code_of(response(v2::OK, {v2::OK})) == v2::OK);
  CHECK(code_of(response(v2::OK, {})) != v2::OK);
  CHECK(code_of(response(v2::OK, {v2::OK, v2::OK})) != v2::OK);
  CHECK(code_of(response(v2::OK, {v2::MESSAGE_BODY_TOO_LARGE})) == v2::MESSAGE_BODY_TOO_LARGE);
  CHECK(code_of(response(v2::MULTIPLE_RESULTS, {v2::INTERNAL_SERVER_ERROR})) == v2::INTERNAL_SERVER_ERROR);
  CHECK(code_of(response(v2::TOPIC_NOT_FOUND, {})) == v2::TOPIC_NOT_FOUND);
  CHECK(code_of(response(v2::TOPIC_NOT_FOUND, {v2::OK})) == v2::TOPIC_NOT_FOUND);
}

TEST_CASE("rocketmq: codes are judged by their names, not by their thousand") {
  for (const auto code : {v2::MESSAGE_PROPERTY_CONFLICT_WITH_TYPE, v2::TOPIC_NOT_FOUND, v2::INTERNAL_SERVER_ERROR,
                          static_cast<v2::Code>(42900), static_cast<v2::Code>(50400), v2::CODE_UNSPECIFIED})
    CHECK(error_of(code).code == Code::unavailable);
  for (const auto code :
       {v2::ILLEGAL_TOPIC, v2::ILLEGAL_MESSAGE_KEY, v2::MESSAGE_BODY_EMPTY, v2::MESSAGE_PROPERTIES_TOO_LARGE})
    CHECK(error_of(code).code == Code::internal);
}

TEST_CASE("rocketmq: a frame of the older protocol, there and back") {
  const std::string body("a\0b", 3);
  const auto frame = encode_frame(Remoting::Request::get_topic, 7, {{"topic", "a \"b\""}}, body);
  REQUIRE(frame.size() > 8);
  CHECK(number_of(frame) == frame.size() - 4);
  CHECK(frame.contains(R"("topic":"a \"b\"")"));
  const auto back = decode_frame(std::string_view(frame).substr(4));
  REQUIRE(back);
  CHECK(back->opaque == 7);
  CHECK_FALSE(back->answer);
  CHECK(back->content.code == 351);
  CHECK(back->content.fields == Remoting::Fields{{"topic", "a \"b\""}});
  CHECK(back->content.body == body);
}

TEST_CASE("rocketmq: an answer's words; frames that are none") {
  const std::string header = R"({"code":17,"flag":1,"opaque":3,"remark":"No topic","language":"JAVA"})";
  const auto length = [](std::size_t size) { return std::string("\0\0\0", 3) + static_cast<char>(size); };
  const auto answer = decode_frame(length(header.size()) + header);
  REQUIRE(answer);
  CHECK(answer->answer);
  CHECK(answer->content.code == Remoting::kTopicNotThere);
  CHECK(answer->content.remark == "No topic");
  CHECK_FALSE(decode_frame(""));
  CHECK_FALSE(decode_frame(length(200) + header));                // longer than what is there
  CHECK_FALSE(decode_frame("\1" + length(3).substr(1) + "abc"));  // the other way to write a header
  CHECK_FALSE(decode_frame(length(2) + "[]"));
  CHECK_FALSE(decode_frame(length(3) + "{\"a"));
}

TEST_CASE("rocketmq: settings that would lose pages are named") {
  const std::string good = "a=b\nflushDiskType=SYNC_FLUSH\r\nfileReservedTime=72\nmaxMessageSize=4194304\n";
  CHECK(check_settings(good));
  const auto wrong = check_settings("flushDiskType=ASYNC_FLUSH\nfileReservedTime=48\nmaxMessageSize=4194304");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().detail ==
        "flushDiskType is \"ASYNC_FLUSH\", it must be SYNC_FLUSH; fileReservedTime is \"48\", it must be 72 at least");
  CHECK_FALSE(check_settings(""));
}

}  // namespace
}  // namespace godwit::rocketmq
