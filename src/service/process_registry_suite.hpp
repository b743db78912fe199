#pragma once
#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "service/process_registry.hpp"

/// The behaviour of processes::Registry, whatever the engine.
namespace godwit::processes::suite {

/// A registry of its own, empty at first.
class Bed {
 public:
  virtual ~Bed() = default;
  virtual Registry& registry() = 0;
  /// The registry's time goes on by so much.
  virtual void pass(Millis time) = 0;
};
using MakeBed = std::function<std::unique_ptr<Bed>()>;

inline Entry entry_of(std::string id, std::string address = "10.0.0.1:9100") {
  return {.id = std::move(id),
          .name = "a name with spaces\tand a tab",
          .address = std::move(address),
          .roles = {RoleName::user, RoleName::archive}};
}
inline void announce(Bed& bed, Entry entry) { REQUIRE(sync_wait(bed.registry().announce(std::move(entry)))); }
inline std::vector<Entry> entries(Bed& bed) {
  auto found = sync_wait(bed.registry().entries());
  REQUIRE(found);
  return std::move(*found);
}

inline void process_registry_suite(const MakeBed& make) {
  const auto bed = make();
  SUBCASE("who announces itself is listed by id, with all it said") {
    CHECK(entries(*bed).empty());
    announce(*bed, entry_of("b"));
    announce(*bed, {.id = "a", .name = "", .address = "", .roles = {}});
    CHECK(entries(*bed) == std::vector<Entry>{{.id = "a", .name = "", .address = "", .roles = {}}, entry_of("b")});
  }
  SUBCASE("an entry is ever more silent until it announces itself again") {
    announce(*bed, entry_of("a"));
    bed->pass(5'000);
    CHECK(entries(*bed).at(0).silent == 5'000);
    announce(*bed, entry_of("a", "10.0.0.2:9100"));
    CHECK(entries(*bed) == std::vector<Entry>{entry_of("a", "10.0.0.2:9100")});
  }
  SUBCASE("whoever withdraws is gone, and the others stay") {
    announce(*bed, entry_of("a"));
    announce(*bed, entry_of("b"));
    CHECK(sync_wait(bed->registry().withdraw("a")));
    CHECK(sync_wait(bed->registry().withdraw("a")));
    CHECK(entries(*bed) == std::vector<Entry>{entry_of("b")});
  }
  SUBCASE("who was silent for long is forgotten") {
    announce(*bed, entry_of("a"));
    bed->pass(Registry::kForgotten - 1);
    CHECK(entries(*bed).size() == 1);
    announce(*bed, entry_of("b"));
    bed->pass(1);
    CHECK(entries(*bed).size() == 1);
    CHECK(entries(*bed).at(0).id == "b");
  }
  SUBCASE("of more than there may be the most silent go") {
    for (std::size_t i = 0; i < Registry::kMost; ++i) {
      announce(*bed, entry_of("p" + std::to_string(i)));
      bed->pass(1);
    }
    announce(*bed, entry_of("p0"));  // it speaks again
    announce(*bed, entry_of("last"));
    const auto left = entries(*bed);
    CHECK(left.size() == Registry::kMost);
    const auto listed = [&](std::string_view id) {
      return std::ranges::any_of(left, [id](const Entry& entry) { return entry.id == id; });
    };
    CHECK(listed("last"));
    CHECK(listed("p0"));
    CHECK_FALSE(listed("p1"));
  }
}

}  // namespace godwit::processes::suite
