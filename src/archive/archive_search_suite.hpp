#pragma once
#include <doctest/doctest.h>

#include <array>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "archive/testing_author.hpp"

/// What a search must find, in every engine: the same hits, the same places, the same order.
namespace godwit::archive::suite {

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

/// Talk of many scripts, with words that are longer than an index tells apart, in conversations that the readers may
/// read in parts; and what a search of it must find, worked out from the texts themselves.
class Talk {
 public:
  Talk() {
    messages_.push_back(author_.changes(kGroup, {kBob}, {}));
    for (int i = 0; i < 400; ++i) {
      if (i == 100) messages_.push_back(author_.changes(kGroup, {kAlice}, {}));
      if (i == 200) messages_.push_back(author_.changes(kGroup, {}, {kAlice}));
      if (i == 300) messages_.push_back(author_.changes(kGroup, {kAlice}, {}));
      const auto& where = i % 3 == 0 ? kTwo : i % 3 == 1 ? kGroup : kOther;
      messages_.push_back(author_.says(where, i % 2 == 0 ? "alice" : "bobby", text(i)));
    }
  }
  [[nodiscard]] const std::vector<MessagePtr>& messages() const { return messages_; }

  /// The pieces themselves, and what somebody might type of two that stand together.
  [[nodiscard]] std::vector<std::string> asked() {
    std::vector<std::string> all(kPieces.begin(), kPieces.end());
    for (int i = 0; i < 30; ++i) all.push_back(piece() + piece());
    for (int i = 0; i < 10; ++i) all.push_back(piece() + " " + piece());
    return all;
  }

  [[nodiscard]] std::vector<Hit> hits(const SearchQuery& query) const {
    std::map<Conversation, ReadingRights> rights;
    for (const auto& message : messages_) {
      auto& of = rights[message->conversation];
      if (message->conversation.names(query.reader)) of.add(StayEvent::join(1));
      if (std::ranges::count(message->joined, query.reader) > 0) of.add(StayEvent::join(message->seq));
      if (std::ranges::count(message->left, query.reader) > 0) of.add(StayEvent::leave(message->seq, message->time));
    }
    const SoughtText sought(query.text);
    std::vector<Hit> all;
    for (auto at = messages_.rbegin(); at != messages_.rend(); ++at) {
      auto places = is_chat((*at)->type) ? sought.find_in((*at)->text) : std::nullopt;
      if (places && rights[(*at)->conversation].ranges().contains((*at)->seq)) all.push_back({*at, std::move(*places)});
    }
    return all;
  }

 private:
  static constexpr std::array<const char*, 25> kPieces{"hello",
                                                       "Bob",
                                                       "done",
                                                       "no",
                                                       "is",
                                                       "世界",
                                                       "世",
                                                       "天气预报",
                                                       "气",
                                                       "カタカナ",
                                                       "ﾊﾟｿｺﾝ",
                                                       "ไทย",
                                                       "한국어",
                                                       "Straße",
                                                       "café",
                                                       "C++",
                                                       "foo.bar",
                                                       "😀",
                                                       "，",
                                                       ".",
                                                       "e\xCC\x81",
                                                       "ﷺ",
                                                       "x١٢٣",
                                                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1",
                                                       "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa2"};

  std::string piece() { return kPieces[random_() % kPieces.size()]; }
  std::string text(int number) {
    std::string out = std::to_string(number);
    for (auto left = 2 + random_() % 6; left > 0; --left) out += (random_() % 2 == 0 ? " " : "") + piece();
    return out;
  }

  std::mt19937 random_{7};
  Author author_;
  std::vector<MessagePtr> messages_;
};

template <class Make>
void finds_what_the_texts_say(Make make) {
  auto made = make();
  ArchiveStore& store = *made;
  Talk talk;
  put(store, talk.messages());
  std::size_t whole = 0;
  for (const auto& text : talk.asked()) {
    for (const auto& reader : {kAlice, kBob}) {
      auto q = query(reader, text);
      q.limit = 30;
      CAPTURE(text);
      CAPTURE(reader.str());
      const auto expected = talk.hits(q);
      std::vector<Hit> all;
      do {
        auto hits = search(store, q);
        REQUIRE(hits.items.size() <= q.limit);
        all.insert(all.end(), hits.items.begin(), hits.items.end());
        q.position = hits.position;
      } while (!q.position.empty());
      whole += all.size();
      REQUIRE(all.size() == expected.size());
      for (std::size_t i = 0; i < all.size(); ++i) {
        CHECK(all[i].message->id == expected[i].message->id);
        CHECK(all[i].highlight == expected[i].highlight);
      }
    }
  }
  CHECK(whole > 1000);
}

}  // namespace godwit::archive::suite
