#include "engine/rocketmq/provision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "engine/rocketmq/settings.hpp"

namespace godwit::rocketmq {

namespace json = boost::json;
using Request = Remoting::Request;

namespace {

Result<void> check_prefix(const std::string& prefix) {
  const bool good = !prefix.empty() && prefix.size() <= 64 && std::ranges::all_of(prefix, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  if (!good) return fail(Code::bad_parameter, "a prefix is 1 to 64 letters, digits, - and _");
  return {};
}

/// Also a topic that nobody gave a type is of none of ours: the proxy refuses what is sent to it.
Result<void> check_type(const std::string& topic, std::string_view config) {
  boost::system::error_code error;
  const auto value = json::parse(config, error);
  const auto* attributes = !error && value.is_object() ? value.get_object().if_contains("attributes") : nullptr;
  const auto* type =
      attributes != nullptr && attributes->is_object() ? attributes->get_object().if_contains("message.type") : nullptr;
  const auto name = type != nullptr && type->is_string() ? json::value_to<std::string>(*type) : "UNSPECIFIED";
  if (name == "NORMAL") return {};
  return fail(Code::internal, fmt::format("topic {} is there with message.type {}: it must be NORMAL", topic, name));
}

Result<void> make_topic(Remoting& broker, const std::string& topic, int queues) {
  TRY(const auto found, broker.call(Request::get_topic, {{"topic", topic}}));
  if (found.code == Remoting::kSuccess) return check_type(topic, found.body);
  if (found.code != Remoting::kTopicNotThere)
    return fail(Code::internal, fmt::format("topic {}: {} {}", topic, found.code, found.remark));
  CHECK_OK(broker.done(Request::update_topic, {{"topic", topic},
                                               {"defaultTopic", "TBW102"},
                                               {"readQueueNums", std::to_string(queues)},
                                               {"writeQueueNums", std::to_string(queues)},
                                               {"perm", "6"},
                                               {"topicFilterType", "SINGLE_TAG"},
                                               {"topicSysFlag", "0"},
                                               {"order", "false"},
                                               {"attributes", "+message.type=NORMAL"}}));
  return {};
}

Result<void> make_group(Remoting& broker, const std::string& group) {
  const json::object config{{"groupName", group},
                            {"consumeEnable", true},
                            {"consumeFromMinEnable", true},
                            {"consumeBroadcastEnable", false},
                            {"consumeMessageOrderly", false},
                            {"retryQueueNums", 1},
                            {"retryMaxTimes", kMostDeliveries},
                            {"notifyConsumerIdsChangedEnable", true}};
  CHECK_OK(broker.done(Request::update_group, {}, json::serialize(config)));
  return {};
}

Result<int> queues_of(Remoting& broker, const std::string& topic) {
  TRY(const auto config, broker.done(Request::get_topic, {{"topic", topic}}));
  boost::system::error_code error;
  const auto value = json::parse(config, error);
  const auto* count = !error && value.is_object() ? value.get_object().if_contains("readQueueNums") : nullptr;
  if (count == nullptr || !count->is_int64()) return fail(Code::internal, "topic " + topic + " has no readQueueNums");
  return static_cast<int>(count->get_int64());
}

/// A group that never received from a queue would begin at its end, unless the queue is small.
Result<void> begin_at_first(Remoting& broker, const std::string& topic, const std::string& group) {
  TRY(const int queues, queues_of(broker, topic));
  for (int queue = 0; queue < queues; ++queue) {
    Remoting::Fields fields{{"consumerGroup", group}, {"topic", topic}, {"queueId", std::to_string(queue)}};
    auto asked = fields;
    asked.emplace("setZeroIfNotFound", "false");
    TRY(const auto offset, broker.call(Request::query_consumer_offset, asked));
    if (offset.code == Remoting::kSuccess) continue;
    if (offset.code != Remoting::kNotFound)
      return fail(Code::internal, fmt::format("group {}: {} {}", group, offset.code, offset.remark));
    fields.emplace("commitOffset", "0");
    CHECK_OK(broker.done(Request::update_consumer_offset, fields));
  }
  return {};
}

/// The value of `name` in lines of name=value.
std::string value_of(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.size() <= name.size() || !line.starts_with(name) || line[name.size()] != '=') continue;
    auto value = line.substr(name.size() + 1);
    while (!value.empty() && (value.back() == '\r' || value.back() == ' ')) value.remove_suffix(1);
    return std::string(value);
  }
  return {};
}

void check_least(std::string_view text, std::string_view name, std::int64_t least, std::string& wrong) {
  const auto value = value_of(text, name);
  std::int64_t number = -1;
  std::from_chars(value.data(), value.data() + value.size(), number);
  if (number < least) wrong += fmt::format("{} is \"{}\", it must be {} at least; ", name, value, least);
}

}  // namespace

Result<void> provision(Remoting& broker, const std::string& prefix, int queues) {
  CHECK_OK(check_prefix(prefix));
  for (const auto topic : {dispatch::Topic::store, dispatch::Topic::offline}) {
    CHECK_OK(make_topic(broker, topic_name(prefix, topic), queues));
    CHECK_OK(make_group(broker, group_name(prefix, topic)));
    CHECK_OK(begin_at_first(broker, topic_name(prefix, topic), group_name(prefix, topic)));
  }
  return {};
}

Result<void> check_settings(std::string_view text) {
  std::string wrong;
  if (const auto flush = value_of(text, "flushDiskType"); flush != "SYNC_FLUSH")
    wrong += fmt::format("flushDiskType is \"{}\", it must be SYNC_FLUSH; ", flush);
  check_least(text, "fileReservedTime", 72, wrong);
  check_least(text, "maxMessageSize", 4 << 20, wrong);
  if (wrong.empty()) return {};
  wrong.resize(wrong.size() - 2);
  return fail(Code::internal, wrong);
}

Result<void> check_durable(Remoting& broker) {
  TRY(const auto settings, broker.done(Request::get_broker_config, {}));
  auto checked = check_settings(settings);
  if (!checked) checked.error().detail = "RocketMQ at " + broker.address() + ": " + checked.error().detail;
  return checked;
}

}  // namespace godwit::rocketmq
