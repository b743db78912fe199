#include "engine/memory/change_log.hpp"

#include "service/change_feed.hpp"
#include "service/change_log_suite.hpp"

namespace godwit::engine::memory {
namespace {
class Bed final : public changes::suite::Bed {
 public:
  changes::ChangeLog& client(std::size_t) override { return log_; }

 private:
  MemoryChangeLog log_;
};
}  // namespace

TEST_SUITE("changes in memory") {
  TEST_CASE("change log") {
    changes::suite::change_log([] { return std::make_unique<Bed>(); });
  }

  TEST_CASE("followers have heard when publishing comes back") {
    MemoryChangeLog log;
    const ManualClock clock;
    changes::ChangeFeed feed(log, clock);
    changes::suite::Heard heard;
    feed.add(heard);
    CHECK(feed.fresh());
    const auto place = changes::suite::publish(log, {changes::card(UserKey("ann"))});
    CHECK(heard.all.size() == 1);
    CHECK(feed.position() == place);
    feed.remove(heard);
    changes::suite::publish(log, {changes::card(UserKey("ann"))});
    CHECK(heard.all.size() == 1);
  }
}

}  // namespace godwit::engine::memory
