#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <thread>

#include "base/executor.hpp"
#include "service/changes.hpp"

/// The behaviour of changes::ChangeLog, whatever the engine.
namespace godwit::changes::suite {

/// A log, and processes that reach it: each `client` is what one process publishes and follows by.
class Bed {
 public:
  virtual ~Bed() = default;
  virtual ChangeLog& client(std::size_t process) = 0;
  /// Waits until everybody was told what is published now.
  virtual void settle() {}
};
using MakeBed = std::function<std::unique_ptr<Bed>()>;

struct Heard final : Follower {
  void changed(std::span<const Change> changes, Position behind) override {
    all.insert(all.end(), changes.begin(), changes.end());
    positions.push_back(behind);
  }
  void lost() override { ++losses; }
  void heard(Position position, Millis as_of) override {
    positions.push_back(position);
    last_as_of = as_of;
  }

  std::vector<Change> all;
  std::vector<Position> positions;
  int losses = 0;
  Millis last_as_of = 0;
};

inline Position publish(ChangeLog& log, std::vector<Change> changes) {
  const auto published = sync_wait(log.publish(std::move(changes)));
  REQUIRE(published.has_value());
  return *published;
}

inline void every_process_hears_of_everything_in_one_order(const MakeBed& make) {
  const auto bed = make();
  Heard first, second;
  bed->client(0).follow(first);
  bed->client(1).follow(second);
  std::vector<std::jthread> publishers;
  for (std::size_t process = 0; process < 2; ++process) {
    publishers.emplace_back([&, process] {
      for (int i = 0; i < 50; ++i) {
        const auto name = std::to_string(process) + "-" + std::to_string(i);
        publish(bed->client(process), {session_ended(SessionId(name)), group(GroupKey(name))});
      }
    });
  }
  publishers.clear();
  bed->settle();
  CHECK(first.all.size() == 200);
  CHECK(first.all == second.all);
  CHECK(std::ranges::is_sorted(first.positions));
  CHECK(first.losses == 0);
  for (auto* follower : {&first, &second}) bed->client(follower == &first ? 0 : 1).unfollow(*follower);
}

inline void what_is_carried_is_whole(const MakeBed& make) {
  const auto bed = make();
  Heard heard;
  bed->client(1).follow(heard);
  const std::vector<Change> changes{session_ended(SessionId("s1")),
                                    session_ended(SessionId("s2")),
                                    pair(UserKey("ann"), UserKey("bob")), group(GroupKey("birds")),
                                    card(UserKey("carl"))};
  const auto first = publish(bed->client(0), changes);
  const auto second = publish(bed->client(0), {card(UserKey("dora"))});
  bed->settle();
  REQUIRE(heard.all.size() == 6);
  CHECK(std::vector(heard.all.begin(), heard.all.begin() + 5) == changes);
  CHECK(first < second);
  CHECK(heard.positions.back() == second);
  bed->client(1).unfollow(heard);
}

inline void who_comes_later_hears_what_comes_later(const MakeBed& make) {
  const auto bed = make();
  const auto before = publish(bed->client(0), {card(UserKey("ann"))});
  Heard heard;
  bed->client(1).follow(heard);
  bed->settle();
  REQUIRE_FALSE(heard.positions.empty());
  CHECK(heard.positions.back() >= before);
  CHECK(heard.last_as_of != 0);
  publish(bed->client(0), {card(UserKey("bob"))});
  bed->settle();
  CHECK(heard.all == std::vector<Change>{card(UserKey("bob"))});
  bed->client(1).unfollow(heard);
  publish(bed->client(0), {card(UserKey("carl"))});
  bed->settle();
  CHECK(heard.all.size() == 1);
}

inline void change_log(const MakeBed& make) {
  every_process_hears_of_everything_in_one_order(make);
  what_is_carried_is_whole(make);
  who_comes_later_hears_what_comes_later(make);
}

}  // namespace godwit::changes::suite
