#include <array>

#include "user/every_suite.hpp"
#include "user/store/store_fixture.hpp"

namespace godwit::user::suite {
namespace {}  // namespace

void service_key_store(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  const ServiceKey key{.id = "abc",
                       .name = "Shop",
                       .hash = "ff00",
                       .created_at = kNow,
                       .scopes = {"push", "users"},
                       .expires_at = kNow + 5};
  write(store, [&](Tables& tables) { return tables.service_keys.add(key); });
  const auto found = [&] { return read(store, [](Tables& tables) { return tables.service_keys.find("abc"); }); };
  REQUIRE(found().has_value());
  CHECK(found()->name == "Shop");
  CHECK(found()->hash == "ff00");
  CHECK(found()->created_at == kNow);
  CHECK(found()->scopes == std::vector<std::string>{"push", "users"});
  CHECK(found()->expires_at == kNow + 5);
  CHECK(found()->last_used_at == 0);
  const auto used = [&](Millis at) {
    write(store, [&](Tables& tables) {
      return tables.service_keys.touch(std::array{std::pair{std::string("abc"), at}, std::pair{std::string("no"), at}});
    });
    return found()->last_used_at;
  };
  CHECK(used(kNow + 2) == kNow + 2);
  CHECK(used(kNow + 1) == kNow + 2);
  const auto named = [&](const std::string& name) {
    return read(store, [&](Tables& tables) { return tables.service_keys.named(name); }).size();
  };
  CHECK(named("shop") == 1);
  CHECK(named("SHOP") == 1);
  CHECK(named("sho") == 0);
  CHECK(read(store, [](Tables& tables) { return tables.service_keys.list("", 10); }).size() == 1);
  CHECK(read(store, [](Tables& tables) { return tables.service_keys.list("abc", 10); }).empty());
  CHECK(write(store, [](Tables& tables) { return tables.service_keys.remove("abc"); }));
  CHECK_FALSE(found().has_value());
  CHECK(named("shop") == 0);
}

void invite_store(const MakeBed& make) {
  const auto bed = make();
  auto& store = bed->store();
  const Invite invite{.id = "abc", .hash = "ff00", .uses = 2, .created_at = kNow, .expires_at = kNow + 5};
  write(store, [&](Tables& tables) { return tables.invites.add(invite); });
  const auto found = [&] { return read(store, [](Tables& tables) { return tables.invites.find("abc"); }); };
  REQUIRE(found().has_value());
  CHECK(found()->hash == "ff00");
  CHECK(found()->used == 0);
  CHECK(is_good(*found(), kNow));
  CHECK_FALSE(is_good(*found(), kNow + 5));
  for (int i = 0; i < 2; ++i) CHECK(write(store, [](Tables& tables) { return tables.invites.use("abc"); }));
  CHECK_FALSE(write(store, [](Tables& tables) { return tables.invites.use("abc"); }));
  CHECK_FALSE(write(store, [](Tables& tables) { return tables.invites.use("unknown"); }));
  CHECK(found()->used == 2);
  CHECK_FALSE(is_good(*found(), kNow));
  CHECK(is_good({.id = "x", .uses = 0, .used = 99}, kNow));
  CHECK(read(store, [](Tables& tables) { return tables.invites.list("", 10); }).size() == 1);
  CHECK(read(store, [](Tables& tables) { return tables.invites.list("abc", 10); }).empty());
  CHECK(write(store, [](Tables& tables) { return tables.invites.remove("abc"); }));
  CHECK_FALSE(write(store, [](Tables& tables) { return tables.invites.remove("abc"); }));
  CHECK_FALSE(found().has_value());
}

}  // namespace godwit::user::suite
