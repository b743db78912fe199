#include "user/every_suite.hpp"
#include "user/store/store_fixture.hpp"

namespace godwit::user::suite {
namespace {

void accounts_are_made_once_and_found(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  auto ann = account(kAnn, "Ann 安");
  ann.user.bio = "flies";
  CHECK(write(store, [&](Tables& tables) { return tables.accounts.add(ann); }));
  CHECK_FALSE(write(store, [&](Tables& tables) { return tables.accounts.add(account(kAnn, "Another")); }));
  const auto found = read(store, [](Tables& tables) { return tables.accounts.find(kAnn); });
  REQUIRE(found.has_value());
  CHECK(found->user.name == "Ann 安");
  CHECK(found->user.bio == "flies");
  CHECK(found->user.created_at == kNow);
  CHECK_FALSE(found->user.disabled);
  CHECK(found->password_hash == "hash of ann");
  CHECK_FALSE(read(store, [](Tables& tables) { return tables.accounts.find(kBob); }).has_value());
}

void accounts_change(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  add_people(store, {kAnn});
  auto user = account(kAnn).user;
  user.name = "New 'name'; --";
  user.avatar = "a.png";
  for (int i = 0; i < 2; ++i) {  // the same value again is no "no such account"
    CHECK(write(store, [&](Tables& tables) { return tables.accounts.change_profile(user); }));
    CHECK(write(store, [](Tables& tables) { return tables.accounts.set_password(kAnn, "other"); }));
    CHECK(write(store, [](Tables& tables) { return tables.accounts.set_disabled(kAnn, true); }));
  }
  CHECK_FALSE(write(store, [](Tables& tables) { return tables.accounts.set_password(kBob, "other"); }));
  const auto found = read(store, [](Tables& tables) { return tables.accounts.find(kAnn); });
  REQUIRE(found.has_value());
  CHECK(found->user.name == "New 'name'; --");
  CHECK(found->user.avatar == "a.png");
  CHECK(found->user.disabled);
  CHECK(found->password_hash == "other");
}

void cards_come_in_the_order_asked(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  add_people(store, {kAnn, kBob});
  const std::vector<UserKey> keys{kBob, UserKey("nobody"), kAnn, kBob};
  const auto cards = read(store, [&](Tables& tables) { return tables.accounts.cards(keys); });
  REQUIRE(cards.size() == 4);
  CHECK(cards[0].key == "bob");
  CHECK(cards[1].key.empty());
  CHECK(cards[2].key == "ann");
  CHECK(cards[3].name == "Somebody");
}

void people_are_found_by_key_then_by_name(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  const std::vector<std::pair<const char*, const char*>> people{{"ann", "Zed"},   {"anna", "Anna"}, {"bob", "Annabel"},
                                                                {"carl", "ANNE"}, {"dora", "Dora"}, {"erik", "ann"},
                                                                {"a-nn", "欧阳"}, {"gone", "Ann"}};
  for (const auto& [key, name] : people)
    write(store, [&](Tables& tables) { return tables.accounts.add(account(UserKey(key), name)); });
  write(store, [](Tables& tables) { return tables.accounts.set_disabled(UserKey("gone"), true); });
  const std::vector<std::string> wanted{"ann", "anna", "erik", "bob", "carl"};
  for (const std::size_t page : {1U, 2U, 3U, 50U}) CHECK(found_keys(store, "ann", page) == wanted);
  CHECK(found_keys(store, "Ann", 50) == wanted);
  CHECK(found_keys(store, "欧", 50) == std::vector<std::string>{"a-nn"});
  for (const auto* odd : {"%", "_", "nn", "'"}) CHECK(found_keys(store, odd, 50).empty());
}

void people_are_found_by_any_word_in_any_spelling(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  const std::vector<std::pair<const char*, const char*>> people{{"k01", "Matthew Alan Hodgson"},
                                                                {"k02", "Bob 王小明"},
                                                                {"k03", "ÅSA Öberg"},
                                                                {"k04", "Đặng Văn"},
                                                                {"k05", "ИВАН"},
                                                                {"k06", "田中太郎"},
                                                                {"k07", "Jose\u0301"},
                                                                {"k08", "Anna Annabel ann"},
                                                                {"k09", "🐼 Panda"},
                                                                {"k10", "🐼🐼"},
                                                                {"k11", "O'Brien (Sales)"},
                                                                {"k12", "ﾊﾟﾝﾀﾞ"}};
  for (const auto& [key, name] : people)
    write(store, [&](Tables& tables) { return tables.accounts.add(account(UserKey(key), name)); });
  const auto finds = [&](const char* typed, const std::vector<std::string>& keys) {
    CAPTURE(typed);
    CHECK(found_keys(store, typed, 1) == keys);
    CHECK(found_keys(store, typed, 50) == keys);
  };
  finds("MATT", {"k01"}), finds("hodg", {"k01"}), finds("alan hod", {"k01"}), finds("odgson", {});
  finds("小明", {"k02"}), finds("王", {"k02"}), finds("bob 王小", {"k02"}), finds("明小", {});
  finds("åsa", {"k03"}), finds("oberg", {"k03"}), finds("dang", {"k04"}), finds("VAN", {"k04"}), finds("иван", {"k05"});
  finds("太郎", {"k06"}), finds("josé", {"k07"}), finds("ann", {"k08"}), finds("annab", {"k08"});
  finds("🐼", {"k09", "k10"}), finds("panda", {"k09"}), finds("🐼🐼", {"k10"});
  finds("brien", {"k11"}), finds("o'br", {"k11"}), finds("sales", {"k11"}), finds("パンダ", {"k12"}), finds(" ", {});
  auto renamed = account(UserKey("k01"), "Someone Else").user;
  CHECK(write(store, [&](Tables& tables) { return tables.accounts.change_profile(renamed); }));
  finds("hodg", {}), finds("else", {"k01"});
}

void accounts_are_listed_from_behind_a_key(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  add_people(store, {kCarl, kAnn, kBob});
  const auto first = read(store, [](Tables& tables) { return tables.accounts.list(UserKey{}, 2); });
  REQUIRE(first.size() == 2);
  CHECK(first[1].key == kBob);
  const auto rest = read(store, [](Tables& tables) { return tables.accounts.list(kBob, 2); });
  REQUIRE(rest.size() == 1);
  CHECK(rest[0].key == kCarl);
}

}  // namespace

void account_store(const MakeBed& make) {
  accounts_are_made_once_and_found(make);
  accounts_change(make);
  cards_come_in_the_order_asked(make);
  people_are_found_by_key_then_by_name(make);
  people_are_found_by_any_word_in_any_spelling(make);
  accounts_are_listed_from_behind_a_key(make);
}

}  // namespace godwit::user::suite
