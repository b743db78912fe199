#include "engine/elasticsearch/rebuild.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "archive/testing_author.hpp"
#include "engine/elasticsearch/document.hpp"
#include "engine/elasticsearch/testing_archive.hpp"
#include "live/endpoint.hpp"

namespace godwit::engine::elasticsearch {
namespace {

using namespace archive::suite;

/// How many messages lie in an index.
std::uint64_t messages_in(ScratchIndex& scratch, const std::string& index) {
  REQUIRE(scratch.ask("POST", "/" + index + "/_refresh")->good());
  const auto count = scratch.ask("POST", "/" + index + "/_count", R"({"query":{"exists":{"field":"id"}}})");
  REQUIRE(count.has_value());
  return static_cast<std::uint64_t>(number_at(count->body, "/count").value_or(0));
}

}  // namespace

TEST_CASE("Elasticsearch: an index is made anew while messages come, and loses none of them") {
  ScratchArchive made(live::endpoint("ELASTICSEARCH"));
  auto settings = made.index().settings();
  Author author;
  std::vector<MessagePtr> all, recalls;
  for (int i = 0; i < 2500; ++i) all.push_back(author.says(kTwo, "alice", "before 天气 " + std::to_string(i)));
  put(*made, all);
  const auto awaited = author.says(kTwo, "bobby", "never seen");
  put(*made, {author.recalls(*all[0]), author.recalls(*awaited)});

  std::atomic<bool> stopping = false;
  std::size_t written = 0;
  std::thread writing([&] {
    for (std::size_t i = 1; !stopping; ++i) {
      const std::vector<MessagePtr> batch{author.says(kTwo, "bobby", "meanwhile"), author.recalls(*all[i])};
      while (!sync_wait(made->put(batch))) std::this_thread::sleep_for(std::chrono::milliseconds(20));
      written += batch.size();
    }
  });
  settings.shards = 2;
  Log log(-1);
  const auto rebuilt = rebuild(settings, log);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  stopping = true;
  writing.join();

  REQUIRE_MESSAGE(rebuilt.has_value(), rebuilt.error().detail);
  CHECK(rebuilt->from == settings.index + "-1");
  CHECK(rebuilt->to == settings.index + "-2");
  CHECK(rebuilt->messages >= 2502);
  MESSAGE("copied: ", rebuilt->messages, ", written meanwhile and after: ", written);
  CHECK(messages_in(made.index(), rebuilt->from) == rebuilt->messages);
  CHECK(messages_in(made.index(), settings.index) == 2502 + written);
  CHECK(page(*made, kTwo, {.limit = 9999}).size() == 2502 + written);
  CHECK(found(*made, query(kAlice, "meanwhile")).size() == std::min<std::size_t>(50, written / 2));
  const auto shards = made.index().ask("GET", "/" + settings.index + "/_settings");
  REQUIRE(shards.has_value());
  CHECK(text_at(shards->body, "/" + rebuilt->to + "/settings/index/number_of_shards") == "2");
  CHECK(made.index().ask("GET", "/" + settings.index + "-building")->status == 404);

  // What was recalled before it came still is.
  put(*made, {awaited});
  const auto kept = sync_wait(made->find(awaited->id));
  REQUIRE(kept.has_value());
  REQUIRE(*kept != nullptr);
  CHECK((*kept)->recalled);
  CHECK((*sync_wait(made->find(all[1]->id)))->recalled);
}

TEST_CASE("Elasticsearch: an index of another folding is made anew, also where that was broken off") {
  ScratchArchive made(live::endpoint("ELASTICSEARCH"));
  const auto settings = made.index().settings();
  Author author;
  const auto one = author.says(kTwo, "alice", "one");
  put(*made, {one, author.says(kTwo, "alice", "two")});
  const auto change =
      made.index().ask("PUT", "/" + settings.index + "/_mapping", R"({"_meta":{"godwit_archive":1,"folding":"old"}})");
  REQUIRE(change->good());
  Log log(-1);
  ElasticArchive refused(settings, log);
  CHECK_FALSE(sync_wait(refused.prepare()).has_value());

  SUBCASE("at once") {}
  SUBCASE("after one that was broken off") {
    const auto body = definition(settings.index + "-building", 1, 0);
    REQUIRE(made.index().ask("PUT", "/" + settings.index + "-2", body)->good());
    REQUIRE(made.index().ask("PUT", "/" + settings.index + "/_block/write")->good());
  }
  SUBCASE("and an index that recalls what the old one does not is not taken for the same") {
    const auto body = definition(settings.index + "-building", 1, 0);
    REQUIRE(made.index().ask("PUT", "/" + settings.index + "-2", body)->good());
    const auto document = document_of(without_text(*one));
    REQUIRE(made.index().ask("PUT", "/" + settings.index + "-2/_doc/" + one->id.str(), document)->good());
    const auto differs = rebuild(settings, log);
    REQUIRE_FALSE(differs.has_value());
    CHECK(differs.error().detail == "only one of both recalled " + one->id.str());
    return;
  }
  SUBCASE("and an index that has more than the old one is not taken for the same") {
    const auto body = definition(settings.index + "-building", 1, 0);
    REQUIRE(made.index().ask("PUT", "/" + settings.index + "-2", body)->good());
    auto other = *one;
    other.id = MessageId("00000000000000000000000000000001");
    REQUIRE(made.index().ask("PUT", "/" + settings.index + "-2/_doc/" + other.id.str(), document_of(other))->good());
    const auto differs = rebuild(settings, log);
    REQUIRE_FALSE(differs.has_value());
    CHECK(differs.error().code == Code::internal);
    CHECK(differs.error().detail == "only one of both has " + other.id.str());
    put(*made, {author.says(kTwo, "alice", "the block is lifted")});
    CHECK(made.index().ask("GET", "/" + settings.index + "-1")->good());
    return;
  }
  const auto rebuilt = rebuild(settings, log);
  REQUIRE_MESSAGE(rebuilt.has_value(), rebuilt.error().detail);
  CHECK(rebuilt->messages == 2);
  CHECK(sync_wait(refused.prepare()).has_value());
  CHECK(found(refused, query(kAlice, "one")) == Texts{"one"});
}

}  // namespace godwit::engine::elasticsearch
