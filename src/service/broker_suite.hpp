#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "service/broker.hpp"

/// What every engine's broker must do: run from the engine's own *_test.cpp with a bed of it.
namespace godwit::dispatch::suite {

using std::chrono::milliseconds;

/// A broker of its own, its two topics empty at first.
class BrokerBed {
 public:
  virtual ~BrokerBed() = default;
  virtual Broker& broker() = 0;
  /// The shortest time that a delivery can be hidden for.
  virtual milliseconds invisible() = 0;
  /// How long after that it may take until the delivery is shown again, at most.
  virtual milliseconds late() { return milliseconds(0); }
  /// The broker's clock goes on by so much (a real one is waited for).
  virtual void wait(milliseconds time) = 0;
};
using MakeBrokerBed = std::function<std::unique_ptr<BrokerBed>()>;

/// As every sender does, again while nobody knows whether it came; so it may be there twice, where that happened.
inline void post(BrokerBed& bed, Topic topic, const std::string& body) {
  auto sent = sync_wait(bed.broker().send(topic, "7/1", body));
  for (int again = 0; again < 10 && !sent && sent.error().code == Code::unavailable; ++again) {
    MESSAGE("sent again: " << sent.error().detail);
    bed.wait(milliseconds(500));
    sent = sync_wait(bed.broker().send(topic, "7/1", body));
  }
  REQUIRE(sent);
}

/// Everything that comes: until `most` are there or none came a few times.
inline std::vector<Delivery> receive(BrokerBed& bed, Topic topic, std::size_t most) {
  std::vector<Delivery> out;
  for (int empty = 0; empty < 3 && out.size() < most;) {
    auto got = sync_wait(bed.broker().receive(topic, most - out.size(), milliseconds(500), bed.invisible()));
    REQUIRE(got);
    empty = got->empty() ? empty + 1 : 0;
    for (auto& delivery : *got) out.push_back(std::move(delivery));
  }
  return out;
}
/// One that was hidden, and is to be shown again.
inline std::vector<Delivery> receive_again(BrokerBed& bed, Topic topic) {
  bed.wait(bed.invisible() + milliseconds(200));
  const auto until = std::chrono::steady_clock::now() + bed.late();
  for (;;) {
    auto got = receive(bed, topic, 1);
    if (!got.empty() || std::chrono::steady_clock::now() >= until) return got;
  }
}
inline std::vector<std::string> bodies(const std::vector<Delivery>& deliveries) {
  std::vector<std::string> out;
  for (const auto& delivery : deliveries) out.push_back(delivery.body);
  std::ranges::sort(out);
  return out;
}
inline void acknowledge(BrokerBed& bed, Topic topic, const std::vector<Delivery>& deliveries) {
  std::vector<std::string> receipts;
  for (const auto& delivery : deliveries) receipts.push_back(delivery.receipt);
  REQUIRE(sync_wait(bed.broker().acknowledge(topic, std::move(receipts))));
}
using Bodies = std::vector<std::string>;

inline void broker_delivers_to_its_topic(const MakeBrokerBed& make) {
  auto bed = make();
  const std::string any_bytes("\0\xff\n page", 9);
  post(*bed, Topic::store, any_bytes);
  post(*bed, Topic::offline, "b");
  CHECK(bodies(receive(*bed, Topic::store, 2)) == Bodies{any_bytes});
  CHECK(bodies(receive(*bed, Topic::offline, 2)) == Bodies{"b"});
}

inline void broker_hides_and_shows_again(const MakeBrokerBed& make) {
  auto bed = make();
  post(*bed, Topic::store, "a");
  post(*bed, Topic::store, "b");
  const auto first = receive(*bed, Topic::store, 1);
  REQUIRE(first.size() == 1);
  const auto second = receive(*bed, Topic::store, 2);  // never the one that is held
  REQUIRE(second.size() == 1);
  CHECK(first[0].body != second[0].body);
  acknowledge(*bed, Topic::store, second);
  CHECK(bodies(receive_again(*bed, Topic::store)) == Bodies{first[0].body});
  CHECK(receive(*bed, Topic::store, 1).empty());
}

inline void broker_takes_an_old_receipt_for_nothing(const MakeBrokerBed& make) {
  auto bed = make();
  post(*bed, Topic::store, "a");
  const auto old = receive(*bed, Topic::store, 1);
  const auto again = receive_again(*bed, Topic::store);
  REQUIRE(again.size() == 1);
  CHECK(again[0].receipt != old[0].receipt);
  acknowledge(*bed, Topic::store, old);
  const auto third = receive_again(*bed, Topic::store);
  REQUIRE(third.size() == 1);
  acknowledge(*bed, Topic::store, third);
  acknowledge(*bed, Topic::store, third);  // twice is no error
  bed->wait(bed->invisible() + milliseconds(200));
  CHECK(receive(*bed, Topic::store, 1).empty());
}

inline void broker_refuses_what_is_too_large(const MakeBrokerBed& make) {
  auto bed = make();
  CHECK_FALSE(sync_wait(bed->broker().send(Topic::store, "7/1", std::string(Broker::kMostBytes + 1, 'x'))));
  CHECK_FALSE(sync_wait(bed->broker().send(Topic::store, "7/1", "")));
  post(*bed, Topic::store, std::string(Broker::kMostBytes, 'x'));
  CHECK(receive(*bed, Topic::store, 1).size() == 1);
}

inline void broker_suite(const MakeBrokerBed& make) {
  SUBCASE("delivers any bytes to their topic") { broker_delivers_to_its_topic(make); }
  SUBCASE("hides a delivery, and shows it again where it was not acknowledged") { broker_hides_and_shows_again(make); }
  SUBCASE("takes the receipt of an earlier delivery for nothing") { broker_takes_an_old_receipt_for_nothing(make); }
  SUBCASE("refuses what is too large, or empty") { broker_refuses_what_is_too_large(make); }
}

}  // namespace godwit::dispatch::suite
