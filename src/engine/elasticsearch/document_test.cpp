#include "engine/elasticsearch/document.hpp"

#include <doctest/doctest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "domain/search_terms.hpp"
#include "engine/elasticsearch/answers.hpp"
#include "engine/elasticsearch/text_query.hpp"

namespace godwit::engine::elasticsearch {
namespace {

std::string filters(const std::string& typed) { return boost::json::serialize(text_filters(SoughtText(typed))); }

}  // namespace

TEST_CASE("what is typed becomes terms, and nothing of it a syntax") {
  CHECK(filters("Hello") == R"([{"term":{"terms":"hello"}}])");
  CHECK(filters("鹬") == R"([{"prefix":{"terms":"鹬"}}])");
  CHECK(filters("天气") == R"([{"term":{"terms":"天气"}}])");
  CHECK(filters("天气预报") == R"([{"match_phrase":{"terms":"天气 气预 预报"}}])");
  CHECK(filters("a\" OR {b}* c") ==
        R"([{"term":{"terms":"a"}},{"term":{"terms":"or"}},{"term":{"terms":"b"}},{"term":{"terms":"c"}}])");
  CHECK(filters(" ，{}*") == "[]");
  CHECK(filters(std::string(40, 'x')) == R"([{"term":{"terms":")" + std::string(kTermCharacters, 'x') + "\"}}]");
}

TEST_CASE("a document holds its message, and says what it is found by") {
  Message message;
  message.id = MessageId("5f");
  message.conversation = Conversation::direct(UserKey("bob"), UserKey("alice"));
  message.seq = 7;
  message.time = 1'800'000'000'000;
  message.sender = "alice";
  message.text = "Hello 天气，\"\n雁";
  const auto document = boost::json::parse(document_of(message));
  CHECK(text_at(document, "/terms") == "hello 天气 气 雁");
  CHECK(boost::json::serialize(*at(document, "/people")) == R"(["alice","bob"])");
  CHECK(number_at(document, "/seq") == 7);
  CHECK(at(document, "/joined") == nullptr);
  const auto back = message_of(document);
  REQUIRE(back.has_value());
  CHECK((*back)->text == message.text);
  CHECK((*back)->conversation == message.conversation);

  const auto tombstone = boost::json::parse(document_of(without_text(message)));
  CHECK(at(tombstone, "/terms") == nullptr);
  CHECK((*message_of(tombstone))->recalled);
  CHECK(*message_of(boost::json::parse(awaited_document())) == nullptr);
}

TEST_CASE("a damaged record is an error, never a guess") {
  for (const char* source :
       {"{}", R"({"record":"AAAA"})", R"({"record":"*"})", R"({"record":""})", R"({"record":5})", "7"})
    CHECK(message_of(boost::json::parse(source)).error().code == Code::unavailable);
}

}  // namespace godwit::engine::elasticsearch
