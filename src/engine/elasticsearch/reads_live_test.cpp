#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "archive/testing_author.hpp"
#include "engine/elasticsearch/testing_archive.hpp"
#include "live/endpoint.hpp"

namespace godwit::engine::elasticsearch {
namespace {

using namespace archive::suite;

/// All pages of a search, and how many there were.
Texts all_pages(archive::ArchiveStore& store, archive::SearchQuery q, std::size_t& pages) {
  Texts texts;
  do {
    auto hits = search(store, q);
    for (const auto& hit : hits.items) texts.push_back(hit.message->text);
    q.position = hits.position;
    ++pages;
  } while (!q.position.empty());
  return texts;
}

}  // namespace

TEST_CASE("Elasticsearch: what was put is seen at once, by whoever reads, while others read and write") {
  ScratchArchive made(live::endpoint("ELASTICSEARCH"));
  Log log(-1);
  ElasticArchive other(made.index().settings(), log);  // of another process: it writes nothing
  REQUIRE(sync_wait(other.prepare()).has_value());
  std::atomic<bool> stopping = false;
  std::vector<std::thread> reading;
  for (int i = 0; i < 3; ++i)
    reading.emplace_back([&] {
      while (!stopping) CHECK(sync_wait(other.page(kOther, {})).has_value());
    });
  Author author;
  for (Seq seq = 1; seq <= 30; ++seq) {
    put(*made, {author.says(kTwo, "alice", "word")});
    const auto last = sync_wait(other.last_up_to(kTwo, ~Seq{0}));
    REQUIRE(last.has_value());
    REQUIRE(*last != nullptr);
    CHECK((*last)->seq == seq);
    CHECK(*sync_wait(other.count_chat(kTwo, kBob, 0, ~Seq{0})) == seq);
  }
  stopping = true;
  for (auto& thread : reading) thread.join();
}

/// More than go into one query; each part brings its newest, and together they are in order.
TEST_CASE("Elasticsearch: a reader of more stretches than one query takes finds all, in order") {
  ScratchArchive made(live::endpoint("ELASTICSEARCH"));
  Author author;
  std::vector<MessagePtr> batch;
  Texts expected;
  const auto group = [](int i) { return Conversation::of_group(GroupKey("group" + std::to_string(i))); };
  for (int i = 0; i < 600; ++i) batch.push_back(author.changes(group(i), {kBob}, {}));
  for (int i = 0; i < 1200; ++i) {
    batch.push_back(author.says(group(i * 7 % 600), "alice", "word " + std::to_string(i)));
    expected.insert(expected.begin(), batch.back()->text);
    if (i == 800)
      batch.push_back(author.says(kTwo, "alice", "word in between")),
          expected.insert(expected.begin(), "word in between");
    if (i % 10 == 0) batch.push_back(author.changes(group(i * 7 % 600), {}, {kBob}));
    if (i % 10 == 0) batch.push_back(author.says(group(i * 7 % 600), "alice", "word unheard"));
    if (i % 10 == 0) batch.push_back(author.changes(group(i * 7 % 600), {kBob}, {}));
  }
  put(*made, batch);
  auto q = query(kBob, "word");
  q.limit = 200;
  std::size_t pages = 0;
  CHECK(all_pages(*made, q, pages) == expected);
  CHECK(pages == 7);
}

/// The index tells words apart by their first 32 characters; the rest is compared in the texts.
TEST_CASE("Elasticsearch: a search that looks at too much answers what it has, and goes on from there") {
  ScratchArchive made(live::endpoint("ELASTICSEARCH"));
  Author author;
  const std::string same(32, 'x');
  std::vector<MessagePtr> batch{author.says(kTwo, "alice", same + "wanted")};
  for (int i = 0; i < 3500; ++i) batch.push_back(author.says(kTwo, "alice", same + "other"));
  batch.push_back(author.says(kTwo, "bobby", same + "wanted"));
  put(*made, batch);
  auto q = query(kBob, same + "wanted");
  q.limit = 900;
  const auto first = search(*made, q);
  CHECK(first.items.size() == 1);
  CHECK_FALSE(first.position.empty());
  std::size_t pages = 0;
  CHECK(all_pages(*made, q, pages) == Texts(2, same + "wanted"));
  CHECK(pages == 2);
  q.text = same + "other";
  q.limit = 5000;
  CHECK(search(*made, q).items.size() == 3500);
}

}  // namespace godwit::engine::elasticsearch
