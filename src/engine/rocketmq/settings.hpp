#pragma once
#include <chrono>
#include <string>

#include "service/bus.hpp"

namespace godwit::rocketmq {

/// Where RocketMQ 5 is, and what is ours there.
struct Settings {
  std::string proxy = "127.0.0.1:8081";     ///< of its gRPC proxy: host:port
  std::string prefix = "godwit";            ///< of topics and groups: letters, digits, - and _
  std::string client;                       ///< names this process to the proxy: no other may have it at the same time
  std::chrono::milliseconds sending{5000};  ///< a send takes no longer; what is not answered then is `unavailable`
};

/// "godwit-store", "godwit-offline".
[[nodiscard]] inline std::string topic_name(const std::string& prefix, dispatch::Topic topic) {
  return prefix + (topic == dispatch::Topic::store ? "-store" : "-offline");
}

/// The group of all consumers of the topic.
[[nodiscard]] inline std::string group_name(const std::string& prefix, dispatch::Topic topic) {
  return topic_name(prefix, topic) + "-consumers";
}

}  // namespace godwit::rocketmq
