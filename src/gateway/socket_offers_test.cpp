#include "gateway/socket_offers.hpp"

#include <doctest/doctest.h>

#include <map>

#include "engine/memory/registry.hpp"

namespace godwit::gateway {
namespace {

/// A registry that may be away, and counts how often it is asked.
class Registry final : public registry::Registry {
 public:
  explicit Registry(const Clock& clock) : registry_(clock, {}) {}
  Task<Result<registry::Node>> join(std::string name) override { return registry_.join(std::move(name)); }
  Task<Result<void>> renew(registry::Node node, std::uint32_t sockets, bool draining) override {
    return registry_.renew(std::move(node), sockets, draining);
  }
  Task<Result<std::vector<registry::Epoch>>> enter(registry::Node node,
                                                   std::vector<registry::Socket> sockets) override {
    return registry_.enter(std::move(node), std::move(sockets));
  }
  Task<Result<void>> leave(SessionId session, registry::Epoch epoch) override {
    return registry_.leave(std::move(session), epoch);
  }
  Task<Result<std::vector<registry::Live>>> nodes() override {
    ++asked;
    if (away) co_return fail(Code::unavailable);
    co_return co_await registry_.nodes();
  }
  Task<Result<registry::Standings>> standings(std::vector<UserKey> users) override {
    return registry_.standings(std::move(users));
  }
  Task<Result<registry::Changes>> changes_after(registry::Position after) override {
    return registry_.changes_after(after);
  }

  int asked = 0;
  bool away = false;

 private:
  engine::memory::MemoryRegistry registry_;
};

struct Bed {
  ManualClock clock;
  SystemRandom random;
  Registry registry{clock};
  SocketOffers offers{registry,
                      {.nodes = {{"one", "ws://one.example:8082"}, {"two", "wss://two.example/nodes/2"}},
                       .secret = "the secret of this house",
                       .lifetime = 20'000},
                      clock,
                      random};

  registry::Node join(const char* name) { return *sync_wait(registry.join(name)); }
  /// A second later than before, so that the registry is asked.
  void later() { clock.advance(1'000); }
  Result<SocketOffers::Offer> ask(std::string avoid = {}, std::string host = "chat.example") {
    const Identity ann{
        .user = UserKey("ann"), .session = SessionId("s"), .device = DeviceId("d"), .expires_at = 1 << 30};
    return sync_wait(offers.offer(ann, std::move(host), std::move(avoid)));
  }
  /// How often each was offered, of many.
  std::map<std::string, int> count(const std::string& avoid = {}) {
    std::map<std::string, int> found;
    for (int i = 0; i < 400; ++i) ++found[ask(avoid)->node];
    return found;
  }
};

TEST_CASE("an offer names a node that lives, its address and a ticket that is good there") {
  Bed bed;
  bed.join("two");
  bed.later();
  const auto offer = bed.ask();
  REQUIRE(offer);
  CHECK(offer->node == "two");
  CHECK(offer->url == "wss://two.example/nodes/2/v1/socket");
  CHECK(offer->expires_at == bed.clock.now() + 20'000);
  const auto ticket = TicketSigner("the secret of this house").verify(offer->ticket, "two", bed.clock.now());
  REQUIRE(ticket);
  CHECK(ticket->who.session == SessionId("s"));
  CHECK(ticket->who.expires_at == 1 << 30);
  CHECK(ticket->host == "chat.example");
  CHECK(ticket->expires_at == offer->expires_at);
  CHECK(ticket->issued_at == bed.clock.now());
  const auto other = TicketSigner("the secret of this house").verify(bed.ask()->ticket, "two", bed.clock.now());
  CHECK(other->number != ticket->number);
}

TEST_CASE("a host that no ticket holds is none, and the ticket is good") {
  Bed bed;
  bed.join("one");
  bed.later();
  const auto offer = bed.ask({}, std::string(5'000, 'h'));
  const auto ticket = TicketSigner("the secret of this house").verify(offer->ticket, "one", bed.clock.now());
  REQUIRE(ticket);
  CHECK(ticket->host.empty());
}

TEST_CASE("both nodes are offered, the one with fewer sockets more often, and not the one to avoid") {
  Bed bed;
  const auto one = bed.join("one"), two = bed.join("two");
  REQUIRE(sync_wait(bed.registry.renew(one, 1'000, false)));
  bed.later();
  const auto found = bed.count();
  CHECK(found.at("two") > 240);  // of three in four: 300, give or take 9
  CHECK(found.at("one") > 50);
  CHECK(bed.count("two").at("one") == 400);
  CHECK(bed.count("one").at("two") == 400);
}

TEST_CASE(
    "neither a node that drains, nor one that died, nor one that no settings name; the only one even if avoided") {
  Bed bed;
  const auto one = bed.join("one"), two = bed.join("two");
  bed.join("three");
  REQUIRE(sync_wait(bed.registry.renew(two, 0, true)));
  bed.later();
  CHECK(bed.count("one").at("one") == 400);
  bed.clock.advance(6'000);
  REQUIRE(sync_wait(bed.registry.renew(two, 0, false)));
  bed.clock.advance(1'500);  // the leases of the others are over
  CHECK(bed.count().at("two") == 400);
  bed.clock.advance(10'000);
  const auto none = bed.ask();
  REQUIRE_FALSE(none);
  CHECK(none.error().code == Code::unavailable);
}

TEST_CASE("the registry is asked once a second; while it does not answer, what it said last holds") {
  Bed bed;
  bed.join("one");
  bed.later();
  bed.count();
  CHECK(bed.registry.asked == 1);
  bed.registry.away = true;
  bed.later();
  CHECK(bed.count().at("one") == 400);
  CHECK(bed.registry.asked == 2);
  bed.clock.advance(-3'600'000);  // a clock that was set back asks all the same
  (void)bed.ask();
  CHECK(bed.registry.asked == 3);
}

TEST_CASE("before the registry ever answered all nodes of the settings are offered") {
  Bed bed;
  bed.registry.away = true;
  CHECK(bed.count().size() == 2);
}

}  // namespace
}  // namespace godwit::gateway
