#pragma once
#include <doctest/doctest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "base/log.hpp"
#include "base/task.hpp"
#include "engine/redis/client.hpp"
#include "live/endpoint.hpp"

/// For live tests: clients of the Redis that runs, with keys of their own.
namespace godwit::redis::testing {

using namespace std::chrono_literals;

inline Address address_of(const std::string& endpoint) {
  const auto colon = endpoint.rfind(':');
  return {.host = endpoint.substr(0, colon), .port = static_cast<std::uint16_t>(std::stoi(endpoint.substr(colon + 1)))};
}

enum class Form : char { single, cluster };
inline const char* name_of(Form form) { return form == Form::single ? "single" : "cluster"; }

inline Settings settings_of(Form form, std::string prefix) {
  const auto* name = form == Form::single ? "REDIS" : "REDIS_CLUSTER";
  return {.servers = {address_of(live::endpoint(name))},
          .cluster = form == Form::cluster,
          .user = {},
          .password = {},
          .prefix = std::move(prefix),
          .timeout = 5000ms};
}

/// A prefix that nobody else has.
inline std::string own_prefix() {
  static std::atomic<unsigned> made{0};
  return "godwit-test:" + std::to_string(::getpid()) + ":" + std::to_string(++made) + ":";
}

inline Reply good(Client& client, Command command) {
  auto reply = sync_wait(client.run(std::move(command)));
  if (!reply) MESSAGE(reply.error().detail);
  REQUIRE(reply);
  return std::move(*reply);
}

inline std::vector<SlotRange> ranges_of(Client& client) {
  const auto ranges =
      slot_ranges(good(client, {.words = {"CLUSTER", "SLOTS"}, .key = 0}), client.settings().servers[0]);
  REQUIRE(ranges);
  return *ranges;
}
inline Address primary_of(Client& client, Slot slot) {
  for (const auto& range : ranges_of(client))
    if (range.first <= slot && slot <= range.last) return range.primary;
  FAIL("nobody has the slot");
  return {};
}

/// Removes every key that begins with the client's prefix.
inline void remove_keys(Client& client) {
  const auto nodes = sync_wait(client.nodes());
  if (!nodes) return;
  for (const auto& node : *nodes) {
    std::string cursor = "0";
    do {
      const auto page = sync_wait(client.run_at(
          node, {.words = {"SCAN", cursor, "MATCH", client.settings().prefix + "*", "COUNT", "1000"}, .key = 0}));
      if (!page) break;
      cursor = page->at(0).text;
      std::vector<Command> removals;
      for (const auto& key : page->at(1).elements) removals.push_back({.words = {"UNLINK", key.text}});
      (void)sync_wait(client.run(std::move(removals)));
    } while (cursor != "0");
  }
}

/// Two processes' clients of one Redis, and a prefix that goes with them.
class Scene {
 public:
  explicit Scene(Form form) : Scene(settings_of(form, own_prefix())) {}
  explicit Scene(const Settings& settings) {
    for (auto& client : clients_) client = std::make_unique<Client>(settings, log_);
  }
  ~Scene() { remove_keys(*clients_[0]); }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  [[nodiscard]] Client& client(std::size_t process = 0) { return *clients_.at(process); }
  [[nodiscard]] Log& log() { return log_; }

 private:
  Log log_{2, Level::error};
  std::array<std::unique_ptr<Client>, 2> clients_;
};

}  // namespace godwit::redis::testing
