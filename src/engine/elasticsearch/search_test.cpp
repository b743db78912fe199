#include "engine/elasticsearch/search.hpp"

#include <doctest/doctest.h>

#include "engine/elasticsearch/document.hpp"
#include "engine/elasticsearch/reads.hpp"
#include "engine/elasticsearch/testing_fake_node.hpp"

namespace godwit::engine::elasticsearch {
namespace {

const Conversation kGroup = Conversation::of_group(GroupKey("birds"));

/// A cluster that gives these answers to searches, in turn, and takes every refresh.
class FakeCluster {
 public:
  explicit FakeCluster(std::vector<std::string> answers) : answers_(std::move(answers)) {}
  Cluster& operator*() { return cluster_; }
  [[nodiscard]] std::size_t asked() const { return asked_; }

 private:
  Settings settings() const {
    Settings settings{.index = "i"};
    settings.http.addresses = {node_.address()};
    return settings;
  }
  std::string answer(const std::string& request) {
    if (request.starts_with("POST /i/_refresh")) return FakeNode::http(200, R"({"_shards":{"failed":0}})");
    return FakeNode::http(200, answers_.at(asked_++));
  }

  std::vector<std::string> answers_;
  std::atomic<std::size_t> asked_ = 0;
  FakeNode node_{[this](const std::string& request) { return answer(request); }};
  Cluster cluster_{settings()};
};

std::string hits(const std::string& all) {
  return R"({"timed_out":false,"_shards":{"total":1,"successful":1,"failed":0},"hits":{"hits":[)" + all + "]}}";
}
std::string stay(Seq seq, const std::string& way) {
  return R"({"sort":["g:birds",)" + std::to_string(seq) + R"(],"matched_queries":[")" + way + "\"]}";
}
std::string said(Seq seq, const std::string& text) {
  Message message;
  message.type = Type::group;
  message.conversation = kGroup;
  message.seq = seq;
  message.time = 1'000 + static_cast<Millis>(seq);
  message.id = MessageId("id" + std::to_string(seq));
  message.sender = "alice";
  message.text = text;
  return R"({"_source":)" + document_of(message) + "}";
}

archive::SearchQuery query(std::size_t limit) {
  archive::SearchQuery query;
  query.reader = UserKey("bobby");
  query.text = "wind";
  query.limit = limit;
  return query;
}

}  // namespace

TEST_CASE("who leaves a group while it is searched finds nothing that came after, and the pages go on") {
  const auto joined = hits(stay(1, "joined")), texts = hits(said(9, "wind nine") + "," + said(5, "wind five"));
  FakeCluster cluster({joined, texts, hits(stay(1, "joined") + "," + stay(7, "left"))});
  const auto found = sync_wait(search_texts(*cluster, query(1)));
  REQUIRE(found.has_value());
  CHECK(found->items.empty());
  CHECK(found->position == "1009.id9");
  CHECK(cluster.asked() == 3);

  FakeCluster both({joined, texts, joined});
  const auto all = sync_wait(search_texts(*both, query(2)));
  REQUIRE(all.has_value());
  CHECK(all->items.size() == 2);
  CHECK(all->items[0].message->seq == 9);
  CHECK(all->position.empty());
}

TEST_CASE("a part of the index is never taken for the whole") {
  for (const char* answer :
       {R"({"timed_out":false,"_shards":{"total":2,"successful":1,"failed":1},"hits":{"hits":[]}})",
        R"({"timed_out":false,"_shards":{"total":2,"successful":1,"failed":0},"hits":{"hits":[]}})",
        R"({"timed_out":true,"_shards":{"total":1,"successful":1,"failed":0},"hits":{"hits":[]}})", "{}", "<html>",
        ""}) {
    CAPTURE(answer);
    FakeCluster page({answer}), count({answer}), search({answer});
    CHECK(sync_wait(read_page(*page, kGroup, {})).error().code == Code::unavailable);
    CHECK(sync_wait(count_others(*count, kGroup, UserKey("bobby"), 0, 9)).error().code == Code::unavailable);
    CHECK(sync_wait(search_texts(*search, query(1))).error().code == Code::unavailable);
  }
}

TEST_CASE("what can find nothing asks nothing") {
  FakeCluster cluster({});
  auto q = query(5);
  q.sender = UserKey("no key\"");
  CHECK(sync_wait(search_texts(*cluster, q))->items.empty());
  q = query(0);
  CHECK(sync_wait(search_texts(*cluster, q))->items.empty());
  q = query(5), q.text = "，!";
  CHECK(sync_wait(search_texts(*cluster, q))->items.empty());
  CHECK(cluster.asked() == 0);
}

}  // namespace godwit::engine::elasticsearch
