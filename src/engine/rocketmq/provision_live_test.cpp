#include "engine/rocketmq/provision.hpp"

#include "engine/rocketmq/rocketmq_fixture.hpp"

namespace godwit::rocketmq {
namespace {

using testing::ScratchTopics;
using Request = Remoting::Request;

TEST_CASE("rocketmq: provisioning again changes nothing") {
  ScratchTopics topics;
  CHECK(provision(topics.broker(), topics.prefix(), 2));
  const auto topic = topic_name(topics.prefix(), dispatch::Topic::store);
  const auto config = topics.broker().done(Request::get_topic, {{"topic", topic}});
  REQUIRE(config);
  CHECK(config->contains("\"message.type\":\"NORMAL\""));
  CHECK(config->contains("\"readQueueNums\":2"));
}

TEST_CASE("rocketmq: consumers begin at the first page, and what is received already is not shown again") {
  ScratchTopics topics;
  const auto topic = topic_name(topics.prefix(), dispatch::Topic::store);
  Remoting::Fields queue{
      {"consumerGroup", group_name(topics.prefix(), dispatch::Topic::store)}, {"topic", topic}, {"queueId", "1"}};
  const auto offset = [&] {
    auto asked = queue;
    asked.emplace("setZeroIfNotFound", "false");  // or the broker makes one up
    const auto answer = topics.broker().call(Request::query_consumer_offset, asked);
    REQUIRE(answer);
    return answer->code == Remoting::kSuccess ? answer->fields.at("offset") : "none";
  };
  CHECK(offset() == "0");
  auto later = queue;
  later.emplace("commitOffset", "5");
  REQUIRE(topics.broker().done(Request::update_consumer_offset, later));
  REQUIRE(provision(topics.broker(), topics.prefix(), 2));
  CHECK(offset() == "5");
}

TEST_CASE("rocketmq: a topic of another type, a prefix that is none, a broker that is not there are said") {
  ScratchTopics topics;
  const auto prefix = ScratchTopics::unused_prefix();
  const auto topic = topic_name(prefix, dispatch::Topic::store);
  REQUIRE(topics.broker().done(Request::update_topic, {{"topic", topic},
                                                       {"defaultTopic", "TBW102"},
                                                       {"readQueueNums", "1"},
                                                       {"writeQueueNums", "1"},
                                                       {"perm", "6"},
                                                       {"topicFilterType", "SINGLE_TAG"},
                                                       {"topicSysFlag", "0"},
                                                       {"order", "false"},
                                                       {"attributes", "+message.type=FIFO"}}));
  const auto other = provision(topics.broker(), prefix);
  REQUIRE_FALSE(other);
  CHECK(other.error().detail.contains(topic));
  CHECK(other.error().detail.contains("FIFO"));
  (void)topics.broker().call(Request::delete_topic, {{"topic", topic}});

  CHECK(provision(topics.broker(), "no blanks").error().code == Code::bad_parameter);
  Remoting nowhere("127.0.0.1:1", std::chrono::milliseconds(500));
  CHECK(provision(nowhere, prefix).error().code == Code::unavailable);
  Remoting proxy(live::endpoint("ROCKETMQ"), std::chrono::milliseconds(1000));  // speaks something else
  CHECK(provision(proxy, prefix).error().code == Code::unavailable);
}

TEST_CASE("rocketmq: the broker that runs here keeps what it answers") {
  Remoting broker(live::endpoint("ROCKETMQ_BROKER"));
  const auto checked = check_durable(broker);
  CHECK_MESSAGE(checked, checked.error().detail);
}

}  // namespace
}  // namespace godwit::rocketmq
