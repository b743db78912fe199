#pragma once
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "archive/archive_search_suite.hpp"
#include "domain/delivery_suite.hpp"

/// What every engine's archive must do. `make` gives a new, empty store (anything that points to an ArchiveStore) each
/// time.
namespace godwit::archive::suite {

/// A store that gets what is put in one of the ways, as soon as somebody looks. `make` gives something that points to
/// an ArchiveStore.
template <class Make>
class Delivering final : public ArchiveStore {
 public:
  Delivering(Make make, const godwit::suite::Way& way) : made_(make()), post_(way) {}

  Task<Result<void>> put(std::span<const MessagePtr> batch) override {
    post_.add(batch);
    co_return Result<void>();
  }
  Task<Result<MessagePtr>> find(const MessageId& id) override { return delivered().find(id); }
  Task<Result<std::vector<MessagePtr>>> page(const Conversation& conversation, Window window) override {
    return delivered().page(conversation, window);
  }
  Task<Result<MessagePtr>> last_up_to(const Conversation& conversation, Seq seq) override {
    return delivered().last_up_to(conversation, seq);
  }
  Task<Result<std::uint64_t>> count_chat(const Conversation& conversation, const UserKey& user, Seq after,
                                         Seq up_to) override {
    return delivered().count_chat(conversation, user, after, up_to);
  }
  Task<Result<ReadRanges>> ranges(const Conversation& conversation, const UserKey& user) override {
    return delivered().ranges(conversation, user);
  }
  Task<Result<Hits>> search(SearchQuery query) override { return delivered().search(std::move(query)); }

 private:
  ArchiveStore& delivered() {
    ArchiveStore& store = *made_;
    for (const auto& batch : post_.take()) REQUIRE(sync_wait(store.put(batch)).has_value());
    return store;
  }

  decltype(std::declval<Make&>()()) made_;
  godwit::suite::Post post_;
};

template <class Make>
void keeps_messages(Make make) {
  auto made = make();
  ArchiveStore& store = *made;
  Author author;
  std::vector<MessagePtr> batch;
  for (int i = 0; i < 7; ++i)
    batch.push_back(author.says(kTwo, i % 2 == 0 ? "alice" : "bobby", "text " + std::to_string(i)));
  batch.push_back(author.says(kOther, "carol", "elsewhere"));
  put(store, batch);

  SUBCASE("by id, whole") {
    const auto message = sync_wait(store.find(batch[3]->id));
    REQUIRE(message.has_value());
    REQUIRE(*message);
    CHECK((*message)->text == "text 3");
    CHECK((*message)->conversation == kTwo);
    CHECK((*message)->time == batch[3]->time);
    CHECK_FALSE(*sync_wait(store.find(MessageId("00000000000000000000000000000000"))));
    CHECK_FALSE(*sync_wait(store.find(MessageId("no such id"))));
  }
  SUBCASE("by page, bounds excluded") {
    CHECK(page(store, kTwo, {.limit = 3, .newest = true}) == Seqs{5, 6, 7});
    CHECK(page(store, kTwo, {.limit = 3}) == Seqs{1, 2, 3});
    CHECK(page(store, kTwo, {.after = 2, .before = 6, .limit = 9}) == Seqs{3, 4, 5});
    CHECK(page(store, kTwo, {.before = 5, .limit = 2, .newest = true}) == Seqs{3, 4});
    CHECK(page(store, kTwo, {.after = 7}).empty());
    CHECK(page(store, kTwo, {.before = 1, .newest = true}).empty());
    CHECK(page(store, kTwo, {.after = ~Seq{0} - 1, .before = ~Seq{0}}).empty());
    CHECK(page(store, kOther, {}) == Seqs{1});
    CHECK(page(store, kGroup, {}).empty());
  }
  SUBCASE("the last up to a seq, and how many of others") {
    CHECK((*sync_wait(store.last_up_to(kTwo, 4)))->seq == 4);
    CHECK((*sync_wait(store.last_up_to(kTwo, ~Seq{0})))->seq == 7);
    CHECK_FALSE(*sync_wait(store.last_up_to(kTwo, 0)));
    CHECK_FALSE(*sync_wait(store.last_up_to(kGroup, 9)));
    CHECK(*sync_wait(store.count_chat(kTwo, kAlice, 0, ~Seq{0})) == 3);
    CHECK(*sync_wait(store.count_chat(kTwo, kBob, 0, ~Seq{0})) == 4);
    CHECK(*sync_wait(store.count_chat(kTwo, kBob, 1, 6)) == 2);
    CHECK(*sync_wait(store.count_chat(kTwo, kBob, 6, 6)) == 0);
    CHECK(*sync_wait(store.count_chat(kGroup, kBob, 0, 6)) == 0);
  }
  SUBCASE("again changes nothing") {
    put(store, batch);
    put(store, {batch[5], batch[2]});
    CHECK(page(store, kTwo, {.limit = 9}) == Seqs{1, 2, 3, 4, 5, 6, 7});
    CHECK(found(store, query(kAlice, "text")).size() == 7);
    CHECK(*sync_wait(store.count_chat(kTwo, kAlice, 0, 99)) == 3);
  }
  SUBCASE("an empty batch is a batch") { put(store, {}); }
}

template <class Make>
void forgets_recalled_texts(Make make) {
  auto made = make();
  ArchiveStore& store = *made;
  Author author;
  const auto secret = author.says(kTwo, "alice", "the wordless 秘密 " + std::string(6000, 'x'));
  const auto other = author.says(kTwo, "alice", "another 秘密");
  const auto recall = author.recalls(*secret);

  SUBCASE("in another batch") { put(store, {secret, other}), put(store, {recall}); }
  SUBCASE("in the same batch") { put(store, {secret, other, recall}); }
  SUBCASE("before its target") { put(store, {recall}), put(store, {secret, other}); }
  SUBCASE("before its target, in one batch") { put(store, {recall, other, secret}); }
  SUBCASE("and the target comes again") {
    put(store, {secret, other}), put(store, {recall}), put(store, {secret}), put(store, {secret, recall});
  }
  SUBCASE("twice") { put(store, {secret, other}), put(store, {recall, author.recalls(*secret)}); }

  const auto tombstone = *sync_wait(store.find(secret->id));
  REQUIRE(tombstone);
  CHECK(tombstone->recalled);
  CHECK(tombstone->text.empty());
  CHECK(tombstone->seq == secret->seq);
  CHECK(tombstone->sender == "alice");
  CHECK(found(store, query(kAlice, "wordless")).empty());
  CHECK(found(store, query(kBob, "秘密")) == Texts{"another 秘密"});
  CHECK(found(store, query(kBob, "密")) == Texts{"another 秘密"});
  const auto all = *sync_wait(store.page(kTwo, {}));
  REQUIRE(all.size() >= 3);
  CHECK(all[0]->recalled);
  CHECK(all[0]->text.empty());
  CHECK_FALSE(all[1]->recalled);
}

/// What is no text has none to forget, whichever of the two comes first.
template <class Make>
void leaves_what_is_no_text(Make make) {
  auto made = make();
  ArchiveStore& store = *made;
  Author author;
  const auto change = author.changes(kGroup, {kAlice}, {});
  const auto recall = author.recalls(*change);
  SUBCASE("after it") { put(store, {change}), put(store, {recall}); }
  SUBCASE("before it") { put(store, {recall}), put(store, {change}); }
  const auto kept = *sync_wait(store.find(change->id));
  REQUIRE(kept);
  CHECK_FALSE(kept->recalled);
}

template <class Make>
void knows_readers(Make make) {
  auto made = make();
  ArchiveStore& store = *made;
  Author author;
  const auto ranges = [&](const UserKey& user) { return sync_wait(store.ranges(kGroup, user))->spans(); };
  const std::vector<MessagePtr> batch{
      author.changes(kGroup, {kAlice, kBob}, {}), author.says(kGroup, "alice", "wind one"),
      author.changes(kGroup, {kCarol}, {}),       author.says(kGroup, "alice", "wind two"),
      author.changes(kGroup, {}, {kBob}),         author.says(kGroup, "alice", "wind three"),
      author.changes(kGroup, {kBob}, {}),         author.says(kGroup, "alice", "wind four")};
  put(store, {batch.begin(), batch.begin() + 5});
  put(store, {batch.begin() + 5, batch.end()});
  SUBCASE("once") {}
  SUBCASE("delivered again") { put(store, batch); }

  REQUIRE(ranges(kAlice).size() == 1);
  CHECK(ranges(kAlice)[0].from == 1);
  CHECK(ranges(kAlice)[0].to == 0);
  REQUIRE(ranges(kBob).size() == 2);
  CHECK(ranges(kBob)[0].to == 5);
  CHECK(ranges(kBob)[1].from == 7);
  CHECK(ranges(kCarol)[0].from == 3);
  CHECK(ranges(UserKey("stranger")).empty());
  CHECK(found(store, query(kAlice, "wind")) == Texts{"wind four", "wind three", "wind two", "wind one"});
  CHECK(found(store, query(kBob, "wind")) == Texts{"wind four", "wind two", "wind one"});
  CHECK(found(store, query(kCarol, "WIND")) == Texts{"wind four", "wind three", "wind two"});
  CHECK(found(store, query(UserKey("stranger"), "wind")).empty());

  put(store, {author.says(kTwo, "bobby", "a wind between two")});
  CHECK(sync_wait(store.ranges(kTwo, kAlice))->contains(1));
  CHECK(sync_wait(store.ranges(kTwo, kBob))->contains(99));
  CHECK(sync_wait(store.ranges(kTwo, kCarol))->empty());
  CHECK(found(store, query(kCarol, "between")).empty());
  CHECK(found(store, query(kAlice, "between")).size() == 1);
}

template <class Make>
void archive_store_cases(Make make) {
  SUBCASE("keeps messages") { keeps_messages(make); }
  SUBCASE("forgets recalled texts") { forgets_recalled_texts(make); }
  SUBCASE("leaves what is no text") { leaves_what_is_no_text(make); }
  SUBCASE("knows readers") { knows_readers(make); }
  SUBCASE("finds texts") { finds_texts(make); }
  SUBCASE("finds among many conversations") { finds_among_many(make); }
  SUBCASE("pages through hits") { pages_through_hits(make); }
  SUBCASE("finds what the texts say") { finds_what_the_texts_say(make); }
}

template <class Make>
void archive_store_suite(Make make) {
  for (const auto& way : godwit::suite::kWays) {
    SUBCASE(way.name) {
      archive_store_cases([&] { return std::make_unique<Delivering<Make>>(make, way); });
    }
  }
}

}  // namespace godwit::archive::suite
