#include <doctest/doctest.h>

#include <chrono>
#include <random>
#include <thread>

#include "archive/testing_author.hpp"
#include "engine/elasticsearch/testing_archive.hpp"
#include "live/endpoint.hpp"

namespace godwit::engine::elasticsearch {
namespace {
using namespace archive::suite;
}

TEST_CASE("Elasticsearch: a late write never undoes a recall, nor when the version of a deletion is forgotten") {
  ScratchArchive made(live::endpoint("ELASTICSEARCH"));
  Author author;
  const auto secret = author.says(kTwo, "alice", "a secret"), early = author.says(kTwo, "alice", "another secret");
  const auto recall = author.recalls(*secret), before = author.recalls(*early);
  put(*made, {secret}), put(*made, {recall}), put(*made, {before});
  const auto look = [&](const MessagePtr& message) {
    const auto kept = sync_wait(made->find(message->id));
    REQUIRE(kept.has_value());
    REQUIRE(*kept != nullptr);
    CHECK((*kept)->recalled);
    CHECK((*kept)->text.empty());
    CHECK(found(*made, query(kAlice, "secret")).empty());
  };
  put(*made, {secret});
  look(secret);
  CHECK_FALSE(*sync_wait(made->find(early->id)));
  std::this_thread::sleep_for(std::chrono::seconds(65));  // index.gc_deletes is 60 s
  put(*made, {secret, early});
  look(secret), look(early);
  put(*made, {early, before, secret, recall});
  look(secret), look(early);
  CHECK(page(*made, kTwo, {}) == Seqs{1, 2, 3, 4});
}

/// Two consumers of one topic: pages come to either, in any order.
TEST_CASE("Elasticsearch: messages and their recalls, put by two processes at once") {
  ScratchArchive made(live::endpoint("ELASTICSEARCH"));
  Log log(-1);
  ElasticArchive other(made.index().settings(), log);
  Author author;
  std::vector<MessagePtr> said, recalls, all;
  for (int i = 0; i < 300; ++i) said.push_back(author.says(kTwo, "alice", "a secret"));
  for (const auto& message : said) recalls.push_back(author.recalls(*message));
  all = said;
  all.insert(all.end(), recalls.begin(), recalls.end());
  const auto put_all = [](archive::ArchiveStore& store, std::vector<MessagePtr> order, unsigned seed) {
    std::mt19937 random(seed);
    std::ranges::shuffle(order, random);
    bool well = true;
    for (std::span<const MessagePtr> rest(order); !rest.empty();) {
      const auto batch = rest.first(std::min<std::size_t>(rest.size(), 1 + random() % 20));
      well = well && sync_wait(store.put(batch)).has_value();
      rest = rest.subspan(batch.size());
    }
    return well;
  };
  std::vector<MessagePtr> first, second;
  SUBCASE("everything by both") { first = all, second = all; }
  SUBCASE("each once, the messages by one and their recalls by the other") { first = said, second = recalls; }
  bool well = false;
  std::thread putting([&] { well = put_all(other, second, 2); });
  CHECK(put_all(*made, first, 1));
  putting.join();
  CHECK(well);
  CHECK(found(*made, query(kAlice, "secret")).empty());
  const auto kept = sync_wait(made->page(kTwo, {.limit = 1000}));
  REQUIRE(kept.has_value());
  REQUIRE(kept->size() == 600);
  for (std::size_t i = 0; i < said.size(); ++i) {
    CHECK((*kept)[i]->id == said[i]->id);
    CHECK((*kept)[i]->recalled);
    CHECK((*kept)[i]->text.empty());
  }
  CHECK(*sync_wait(made->count_chat(kTwo, kBob, 0, ~Seq{0})) == 300);
}

}  // namespace godwit::engine::elasticsearch
