#include <doctest/doctest.h>

#include "archive/testing_author.hpp"
#include "engine/elasticsearch/testing_archive.hpp"
#include "live/endpoint.hpp"

namespace godwit::engine::elasticsearch {
namespace {

using namespace archive::suite;

Code code_of(const Result<void>& result) { return result ? Code{} : result.error().code; }
constexpr int kNowhere = -1;  // errors are what these tests make
ScratchArchive scratch() { return ScratchArchive(live::endpoint("ELASTICSEARCH")); }

}  // namespace

TEST_CASE("Elasticsearch: a blocked index takes nothing, is read, and takes the same batch when it is free") {
  auto made = scratch();
  Author author;
  std::vector<MessagePtr> first{author.says(kTwo, "alice", "first")}, second;
  for (int i = 0; i < 20; ++i) second.push_back(author.says(kTwo, "alice", "second"));
  second.push_back(author.recalls(*first[0]));
  put(*made, first);
  std::string kind;
  SUBCASE("by hand: 403") { kind = "write"; }
  SUBCASE("as where a disk is full: 429") { kind = "read_only_allow_delete"; }
  const auto block = [&](const char* on) {
    const auto body = "{\"index.blocks." + kind + "\":" + on + "}";
    REQUIRE(made.index().ask("PUT", "/" + made.index().settings().index + "/_settings", body)->good());
  };
  block("true");
  CHECK(code_of(sync_wait(made->put(second))) == Code::unavailable);
  CHECK_FALSE(made->ready().has_value());
  CHECK(page(*made, kTwo, {}) == Seqs{1});
  CHECK(found(*made, query(kAlice, "first")).size() == 1);
  block("false");
  CHECK(sync_wait(made->put(second)).has_value());
  CHECK(made->ready().has_value());
  CHECK(page(*made, kTwo, {}).size() == 22);
  CHECK(found(*made, query(kAlice, "first")).empty());
  CHECK(found(*made, query(kBob, "second")).size() == 20);
}

TEST_CASE("Elasticsearch: a message that it refuses is named, and stops nothing beside it") {
  auto made = scratch();
  Author author;
  const auto one = author.says(kTwo, "alice", "one");
  // Lucene has no term of more than 32,766 bytes.
  const auto refused = author.says(kTwo, std::string(40'000, 'x'), "a secret");
  const auto two = author.says(kTwo, "bobby", "two");
  Message numberless = *two;
  numberless.seq = ~Seq{0};
  const std::vector<MessagePtr> batch{one, refused, two};
  const auto answer = sync_wait(made->put(batch));
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().code == Code::internal);
  CHECK(answer.error().detail.find(refused->id.str()) != std::string::npos);
  CHECK(answer.error().detail.find("secret") == std::string::npos);
  CHECK(made->ready().has_value());
  // As the bus does then: each by itself.
  CHECK(sync_wait(made->put(std::span(&batch[0], 1))).has_value());
  CHECK(code_of(sync_wait(made->put(std::span(&batch[1], 1)))) == Code::internal);
  CHECK(sync_wait(made->put(std::span(&batch[2], 1))).has_value());
  const MessagePtr impossible = std::make_shared<const Message>(numberless);
  CHECK(code_of(sync_wait(made->put(std::span(&impossible, 1)))) == Code::internal);
  CHECK(page(*made, kTwo, {}) == Seqs{1, 3});
}

TEST_CASE("Elasticsearch: an index that is none of this version is refused by name") {
  ScratchIndex index(live::endpoint("ELASTICSEARCH"));
  const auto name = index.settings().index;
  Log log(kNowhere);
  const auto prepared = [&] {
    ElasticArchive archive(index.settings(), log);
    const auto result = sync_wait(archive.prepare());
    if (!result) {
      CHECK(result.error().code == Code::unavailable);
      const std::vector<MessagePtr> batch{Author().says(kTwo, "alice", "x")};
      CHECK(code_of(sync_wait(archive.put(batch))) == Code::unavailable);
    }
    return result ? std::string() : result.error().detail;
  };
  const auto call = [&](const std::string& method, const std::string& path, const std::string& body) {
    const auto answer = index.ask(method, path, body);
    REQUIRE(answer.has_value());
    REQUIRE(answer->good());
  };
  const auto make = [&](const std::string& body) { call("PUT", "/" + name + "-1", body); };
  const auto alias = R"("aliases":{")" + name + R"(":{}})";

  SUBCASE("one of somebody else's") {
    make("{" + alias + "}");
    CHECK(prepared() == "the index \"" + name + "-1\" is none of godwit's archive");
  }
  SUBCASE("another version") {
    make("{" + alias + R"(,"mappings":{"_meta":{"godwit_archive":99}}})");
    CHECK(prepared().find("has version 99") != std::string::npos);
  }
  SUBCASE("another folding") {
    make("{" + alias + R"(,"mappings":{"_meta":{"godwit_archive":1,"folding":"old"}}})");
    CHECK(prepared().find("folding old") != std::string::npos);
  }
  SUBCASE("without its alias") {
    make("{}");
    CHECK(prepared().find("without its alias") != std::string::npos);
  }
  SUBCASE("one that does not sync each write, until it does") {
    CHECK(prepared().empty());
    call("PUT", "/" + name + "/_settings", R"({"index.translog.durability":"async"})");
    CHECK(prepared().find("does not sync each write") != std::string::npos);
    call("PUT", "/" + name + "/_settings", R"({"index.translog.durability":"request"})");
    CHECK(prepared().empty());
  }
}

TEST_CASE("Elasticsearch: many that start at once make one index") {
  ScratchIndex index(live::endpoint("ELASTICSEARCH"));
  Log log(kNowhere);
  std::vector<std::thread> starting;
  std::atomic<int> well = 0;
  for (int i = 0; i < 6; ++i)
    starting.emplace_back([&] {
      ElasticArchive archive(index.settings(), log);
      if (sync_wait(archive.prepare())) ++well;
    });
  for (auto& thread : starting) thread.join();
  CHECK(well == 6);
  const auto found = index.ask("GET", "/" + index.settings().index + "*");
  REQUIRE(found.has_value());
  CHECK(found->body.as_object().size() == 1);
}

TEST_CASE("Elasticsearch: an index that was taken away is not made again by a write") {
  auto made = scratch();
  Author author;
  put(*made, {author.says(kTwo, "alice", "one")});
  REQUIRE(made.index().ask("DELETE", "/" + made.index().settings().index + "-1")->good());
  const std::vector<MessagePtr> batch{author.says(kTwo, "alice", "two")};
  CHECK(code_of(sync_wait(made->put(batch))) == Code::unavailable);
  CHECK(sync_wait(made->page(kTwo, {})).error().code == Code::unavailable);
  CHECK(sync_wait(made->find(batch[0]->id)).error().code == Code::unavailable);
  CHECK(made.index().ask("GET", "/" + made.index().settings().index)->status == 404);
}

}  // namespace godwit::engine::elasticsearch
