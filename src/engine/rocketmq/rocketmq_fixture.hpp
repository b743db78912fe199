#pragma once
#include <doctest/doctest.h>
#include <unistd.h>

#include <atomic>
#include <string>

#include "engine/rocketmq/broker.hpp"
#include "engine/rocketmq/provision.hpp"
#include "live/endpoint.hpp"

namespace godwit::rocketmq::testing {

/// Topics and groups of a test's own, gone with it.
class ScratchTopics {
 public:
  ScratchTopics(const std::string& broker, const std::string& name_server)
      : broker_(broker), name_server_(name_server) {
    const auto made = provision(broker_, prefix_, 2);
    REQUIRE_MESSAGE(made, made.error().detail);
  }
  ScratchTopics() : ScratchTopics(live::endpoint("ROCKETMQ_BROKER"), live::endpoint("ROCKETMQ_NAMESRV")) {}
  ScratchTopics(const ScratchTopics&) = delete;
  ScratchTopics& operator=(const ScratchTopics&) = delete;
  ~ScratchTopics() {
    for (const auto topic : {dispatch::Topic::store, dispatch::Topic::offline}) {
      const auto group = group_name(prefix_, topic);
      for (const auto& name : {topic_name(prefix_, topic), "%RETRY%" + group + "_" + topic_name(prefix_, topic)}) {
        (void)broker_.call(Remoting::Request::delete_topic, {{"topic", name}});
        (void)name_server_.call(Remoting::Request::delete_topic_of_name_server, {{"topic", name}});
      }
      (void)broker_.call(Remoting::Request::delete_group, {{"groupName", group}, {"cleanOffset", "true"}});
    }
  }

  [[nodiscard]] const std::string& prefix() const noexcept { return prefix_; }
  [[nodiscard]] Remoting& broker() noexcept { return broker_; }

  /// No other in this process, or another on this machine.
  static std::string unused_prefix() {
    static std::atomic<int> made{0};
    return "test-" + std::to_string(::getpid()) + "-" + std::to_string(++made);
  }

 private:
  const std::string prefix_ = unused_prefix();
  Remoting broker_, name_server_;
};

[[nodiscard]] inline Settings settings_of(const std::string& proxy, const std::string& prefix) {
  return {.proxy = proxy, .prefix = prefix, .client = prefix + "-client"};
}

}  // namespace godwit::rocketmq::testing
