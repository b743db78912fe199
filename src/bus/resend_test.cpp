#include "bus/resend.hpp"

#include <doctest/doctest.h>

#include "bus/letter_place.hpp"
#include "engine/memory/broker.hpp"
#include "wire/log_page.hpp"
#include "wire/record.hpp"

namespace godwit::bus {

TEST_CASE("bus: what was put aside goes on its topic again, at its place") {
  ManualClock clock;
  memory::Broker broker(clock);
  Message message;
  message.conversation = Conversation::of_group(GroupKey("walkers"));
  message.seq = 9;
  message.text = "late";
  dispatch::DeadLetter letter{.place = {dispatch::Topic::offline, letter_of_row(255, 1ULL << 40U)}, .reason = "r"};
  letter.record = wire::encode_record(message);
  REQUIRE(sync_wait(resend(broker, letter)));
  const auto got = sync_wait(broker.receive(dispatch::Topic::offline, 2, {}, std::chrono::seconds(10)));
  REQUIRE(got);
  REQUIRE(got->size() == 1);
  const auto pages = wire::decode_log_pages(got->front().body);
  REQUIRE(pages);
  REQUIRE(pages->size() == 1);
  const auto* page = &pages->front();
  CHECK(page->shard == 255);
  CHECK(page->first == 1ULL << 40U);
  CHECK(page->messages.at(0)->text == "late");

  letter.record = "no record";
  CHECK(sync_wait(resend(broker, letter)).error().code == Code::bad_parameter);
  letter.record.clear();
  CHECK(sync_wait(resend(broker, letter)).error().code == Code::bad_parameter);
}

}  // namespace godwit::bus
