#pragma once
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "archive/archive_store.hpp"
#include "domain/delivery_suite.hpp"

/// What every engine's archive must do. `make` gives a new, empty store (anything that points to an ArchiveStore) each
/// time.
namespace godwit::archive::suite {

/// Writes conversations the way the ledger does: dense seqs, growing times.
class Author {
 public:
  Message next(const Conversation& conversation, Type type, std::string sender, std::string text) {
    Message message;
    message.type = type;
    message.conversation = conversation;
    message.seq = ++seqs_[conversation.name()];
    message.time = time_ += 10;
    message.sender = std::move(sender);
    message.text = std::move(text);
    message.id =
        make_message_id(message.sender, conversation.name(), message.time, std::to_string(message.seq), message.text);
    return message;
  }
  MessagePtr says(const Conversation& conversation, std::string sender, std::string text) {
    const auto type = conversation.kind() == Conversation::Kind::group ? Type::group : Type::direct;
    return std::make_shared<const Message>(next(conversation, type, std::move(sender), std::move(text)));
  }
  MessagePtr recalls(const Message& target) {
    auto message = next(target.conversation, Type::recalled, target.sender, "");
    message.target = target.id.str();
    message.target_seq = target.seq;
    return std::make_shared<const Message>(std::move(message));
  }
  MessagePtr changes(const Conversation& group, std::vector<UserKey> joined, std::vector<UserKey> left) {
    auto message = next(group, Type::group_changed, "alice", "");
    message.joined = std::move(joined);
    message.left = std::move(left);
    return std::make_shared<const Message>(std::move(message));
  }

 private:
  std::unordered_map<std::string, Seq> seqs_;
  Millis time_ = 1'800'000'000'000;
};

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

inline const UserKey kAlice{"alice"}, kBob{"bobby"}, kCarol{"carol"};
inline const Conversation kTwo = Conversation::direct(kAlice, kBob);
inline const Conversation kOther = Conversation::direct(kAlice, kCarol);
inline const Conversation kGroup = Conversation::of_group(GroupKey("birds"));

inline void put(ArchiveStore& store, std::vector<MessagePtr> batch) {
  REQUIRE(sync_wait(store.put(batch)).has_value());
}

inline std::vector<Seq> seqs(const std::vector<MessagePtr>& messages) {
  std::vector<Seq> out;
  for (const auto& message : messages) out.push_back(message->seq);
  return out;
}
inline std::vector<Seq> page(ArchiveStore& store, const Conversation& conversation, Window window) {
  auto messages = sync_wait(store.page(conversation, window));
  REQUIRE(messages.has_value());
  return seqs(*messages);
}

inline SearchQuery query(const UserKey& reader, std::string text) {
  SearchQuery query;
  query.reader = reader;
  query.text = std::move(text);
  return query;
}
inline Hits search(ArchiveStore& store, const SearchQuery& query) {
  auto hits = sync_wait(store.search(query));
  REQUIRE(hits.has_value());
  return std::move(*hits);
}
inline std::vector<std::string> found(ArchiveStore& store, const SearchQuery& query) {
  std::vector<std::string> texts;
  for (const auto& hit : search(store, query).items) texts.push_back(hit.message->text);
  return texts;
}
using Texts = std::vector<std::string>;
using Seqs = std::vector<Seq>;

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
void finds_texts(Make make) {
  auto made = make();
  ArchiveStore& store = *made;
  Author author;
  const auto one = author.says(kTwo, "alice", "今天天气很好，我们去看斑尾塍鹬吧");
  const auto two = author.says(kTwo, "bobby", "Das Übermaß an Café 和 hello World");
  const auto three = author.says(kOther, "carol", "hello 天气预报");
  const auto notice = std::make_shared<const Message>(
      author.next(Conversation::notices_of(kAlice), Type::notice, "system", "hello notice 今"));
  put(store, {one, two, three, notice});

  SUBCASE("Chinese, within a sentence") {
    CHECK(found(store, query(kAlice, "天气")) == Texts{three->text, one->text});
    CHECK(found(store, query(kBob, "天气很好")) == Texts{one->text});
    CHECK(found(store, query(kBob, "鹬")) == Texts{one->text});
    CHECK(found(store, query(kBob, "吧")) == Texts{one->text});
    CHECK(found(store, query(kAlice, "今")) == Texts{one->text});
    CHECK(found(store, query(kBob, "和")) == Texts{two->text});
    CHECK(found(store, query(kBob, "天好")).empty());
    CHECK(found(store, query(kBob, "天今天气")).empty());
    CHECK(found(store, query(kBob, "很好 今天")) == Texts{one->text});
    CHECK(found(store, query(kBob, "好我们")).empty());  // a comma stands between
  }
  SUBCASE("words, case and accents aside") {
    CHECK(found(store, query(kAlice, "HELLO")) == Texts{three->text, two->text});
    CHECK(found(store, query(kAlice, "übermaß")) == Texts{two->text});
    CHECK(found(store, query(kAlice, "CAFÉ hello")) == Texts{two->text});
    CHECK(found(store, query(kAlice, "cafe\xCC\x81")) == Texts{two->text});
    CHECK(found(store, query(kAlice, "hell")).empty());
    CHECK(found(store, query(kAlice, "hello absent")).empty());
    CHECK(found(store, query(kAlice, "预报 hello")) == Texts{three->text});
  }
  SUBCASE("words, in every spelling") {
    const auto spelled =
        author.says(kTwo, "alice", "ﾊﾟｿｺﾝ Łódź Straße كَتَبَ \u1112\u1161\u11A8\u110C\u1165\u11B7 soft\u00ADly");
    put(store, {spelled});
    for (const auto* typed : {"パソコン", "lodz", "STRASSE", "كتب", "학점", "softly"}) {
      CAPTURE(typed);
      CHECK(found(store, query(kBob, typed)) == Texts{spelled->text});
    }
    const auto hits = search(store, query(kBob, "パソコン softly"));
    REQUIRE(hits.items.size() == 1);
    CHECK(hits.items[0].highlight == std::vector<Highlight>{{0, 5}, {32, 39}});
  }
  SUBCASE("filters") {
    auto q = query(kAlice, "hello");
    q.conversation = kOther;
    CHECK(found(store, q) == Texts{three->text});
    q.conversation = kGroup;
    CHECK(found(store, q).empty());
    q = query(kAlice, "hello");
    q.sender = kBob;
    CHECK(found(store, q) == Texts{two->text});
    q.sender = UserKey("x\" OR \"");
    CHECK(found(store, q).empty());
    q = query(kAlice, "hello");
    q.from = three->time;
    CHECK(found(store, q) == Texts{three->text});
    q.from.reset(), q.to = two->time;
    CHECK(found(store, q) == Texts{two->text});
    q.from = two->time, q.to = three->time;
    CHECK(found(store, q).size() == 2);
    q.from = three->time, q.to = two->time;
    CHECK(found(store, q).empty());
    q.from = std::numeric_limits<Millis>::max(), q.to.reset();
    CHECK(found(store, q).empty());
    q.from = 0, q.to = std::numeric_limits<Millis>::max();
    CHECK(found(store, q).size() == 2);
  }
  SUBCASE("highlights, in code points") {
    const auto hits = search(store, query(kBob, "天 斑尾"));
    REQUIRE(hits.items.size() == 1);
    CHECK(hits.items[0].highlight == std::vector<Highlight>{{1, 2}, {2, 3}, {11, 13}});
    const auto words = search(store, query(kBob, "world café"));
    REQUIRE(words.items.size() == 1);
    CHECK(words.items[0].highlight == std::vector<Highlight>{{15, 19}, {28, 33}});
  }
  SUBCASE("nothing to look for, and what is no syntax") {
    for (const char* text : {"",
                             "  ",
                             "，。!",
                             "😀",
                             "\"",
                             "\"\"",
                             "* OR *",
                             "a\" OR \"hello",
                             "NEAR(hello world)",
                             "body:hello",
                             "hello*NOT",
                             "@1",
                             "~alice",
                             "@1 OR hello",
                             "(",
                             ")",
                             "{body}:",
                             "-",
                             "\x01\x02",
                             "\xFF\xFE",
                             "--",
                             ";",
                             "' OR 1=1",
                             "%",
                             "\\"}) {
      CHECK(found(store, query(kAlice, text)).empty());
    }
    CHECK(found(store, query(kAlice, "hello\" \"")).size() == 2);
    CHECK(found(store, query(kAlice, "hello*")).size() == 2);
    CHECK(found(store, query(kAlice, "^hello")).size() == 2);
    CHECK(found(store, query(kAlice, std::string("hello\0world", 11))) == Texts{two->text});
  }
}

template <class Make>
void pages_through_hits(Make make) {
  auto made = make();
  ArchiveStore& store = *made;
  Author author;
  std::vector<MessagePtr> batch;
  for (int i = 0; i < 23; ++i)
    batch.push_back(author.says(i % 3 == 0 ? kOther : kTwo, "alice", "goose " + std::to_string(i)));
  put(store, batch);
  for (const std::size_t limit : {1, 5, 23, 50}) {
    auto q = query(kAlice, "goose");
    q.limit = limit;
    Texts all;
    std::size_t pages = 0;
    do {
      auto hits = search(store, q);
      for (const auto& hit : hits.items) all.push_back(hit.message->text);
      q.position = hits.position;
      REQUIRE(++pages <= 23);
      if (pages == 1) put(store, {author.says(kTwo, "bobby", "goose meanwhile")});
    } while (!q.position.empty());
    std::erase(all, "goose meanwhile");
    REQUIRE(all.size() == 23);
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i] == "goose " + std::to_string(22 - i));
  }
  auto q = query(kAlice, "goose");
  for (const char* position : {"x", "-4", "1x", "99999999999999999999999"}) {
    q.position = position;
    CHECK(sync_wait(store.search(q)).error().code == Code::bad_cursor);
  }
}

/// A reader of many conversations, some of them left, among the talk of others.
template <class Make>
void finds_among_many(Make make) {
  auto made = make();
  ArchiveStore& store = *made;
  Author author;
  std::vector<MessagePtr> batch;
  Texts expected, words;
  for (int i = 0; i < 3000; ++i) {
    const auto group = Conversation::of_group(GroupKey("group" + std::to_string(i % 150)));
    if (i < 150) batch.push_back(author.changes(group, i % 2 == 0 ? std::vector{kAlice, kBob} : std::vector{kBob}, {}));
    const bool rare = i % 71 == 0;
    batch.push_back(author.says(group, "bobby", "common 雁 " + std::to_string(i) + (rare ? " 鹬鸟 rare" : "")));
    if (i % 2 == 0) expected.insert(expected.begin(), batch.back()->text);
    if (i % 2 == 0 && rare) words.insert(words.begin(), batch.back()->text);
    if (i % 2 == 1) batch.push_back(author.says(group, "bobby", "common 雁 鹬 unheard"));
  }
  put(store, batch);
  const auto all = [&](std::string text) {
    auto q = query(kAlice, std::move(text));
    q.limit = 200;
    Texts texts;
    do {
      auto hits = search(store, q);
      for (const auto& hit : hits.items) texts.push_back(hit.message->text);
      q.position = hits.position;
    } while (!q.position.empty());
    return texts;
  };
  CHECK(all("雁") == expected);
  CHECK(all("common") == expected);
  CHECK(all("鹬") == words);
  CHECK(all("鹬鸟") == words);
  CHECK(all("rare common") == words);
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
