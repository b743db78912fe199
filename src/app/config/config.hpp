#pragma once
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "app/config/address.hpp"
#include "base/log.hpp"

namespace godwit::app {

using Seconds = std::chrono::duration<double>;

[[nodiscard]] constexpr std::chrono::milliseconds to_millis(Seconds seconds) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(seconds);
}

/// Every setting with its default. What each one means, its bounds and whether SIGHUP changes it stand in settings.cpp,
/// and from there in docs/settings.md. A `Config` that came out of `load` is within all bounds.
struct Config {
  std::string registration = "open";
  std::vector<std::string> reserved_keys{};
  std::vector<std::string> roles{"gateway", "user", "dispatch", "node", "archive", "offline"};
  std::string engines = "embedded";
  struct Node {
    std::string name = "node-1";
    Address listen{"127.0.0.1", 8082};
  } node;
  struct Cluster {
    Address listen{"127.0.0.1", 9100};
    Address node_listen{"127.0.0.1", 9101};
    std::string secret{};
    std::string signing_key{};
  } cluster;
  struct Peers {
    std::vector<std::string> user{}, dispatch{}, archive{}, offline{};
    std::vector<std::string> node{}, node_public{};
  } peers;
  struct Mysql {
    Address address{"127.0.0.1", 3306};
    std::string user = "godwit", password{}, database = "godwit";
    std::vector<std::string> ledger{};
    std::size_t connections = 4;
  } mysql;
  struct Redis {
    std::vector<std::string> addresses{"127.0.0.1:6379"};
    bool cluster = false;
    std::string password{};
    std::string prefix = "godwit";
  } redis;
  struct Rocketmq {
    Address proxy{"127.0.0.1", 8081};
    std::string broker{};
    std::string prefix = "godwit";
    std::size_t backlog = 100'000;
  } rocketmq;
  struct Elasticsearch {
    Address address{"127.0.0.1", 9200};
    std::string prefix = "godwit";
    std::size_t replicas = 1;
  } elasticsearch;
  struct Http {
    Address listen{"127.0.0.1", 8080};
    std::size_t threads = 0;
    std::size_t head_bytes = 16'384;
    std::size_t body_bytes = 65'536;
    Seconds header_timeout{10};
    Seconds body_timeout{30};
    Seconds idle_timeout{75};
    std::size_t connections = 15'000;
    std::size_t buffer_bytes = 134'217'728;
  } http;
  struct Socket {
    Seconds ping_interval{25};
    Seconds pong_timeout{10};
    std::size_t queue_bytes = 1'048'576;
    std::size_t message_bytes = 65'536;
    std::size_t connections = 15'000;
  } socket;
  struct Gateway {
    std::vector<std::string> origins{};
    std::vector<std::string> trusted_proxies{};
    std::string sockets = "relay";
    Seconds ticket_lifetime{30};
  } gateway;
  struct Sessions {
    Seconds lifetime{30.0 * 86'400};
    std::size_t per_user = 10;
  } sessions;
  struct Passwords {
    std::size_t threads = 1;
    std::size_t queue = 256;
  } passwords;
  struct Messages {
    Seconds recall_window{120};
  } messages;
  struct Inbox {
    Seconds keep{259'200};
  } inbox;
  struct Limits {
    bool enabled = true;
    double requests_per_user = 50;
    double requests_per_address = 200;
    double sends_per_user = 20;
    double connects_per_user = 1;
    double login_per_account = 10;
    double login_per_account_anywhere = 100;
    double login_per_address = 60;
    double registrations_per_address = 30;
    double profile_changes_per_user = 5;
    double group_changes_per_user = 10;
    double requests_to_others_per_user = 20;
    double member_changes_per_user = 30;
    std::size_t connections_per_address = 256;
    double typing_per_socket = 2;
    double frames_per_socket = 100;
    double frames_per_user = 200;
  } limits;
  struct Caps {
    std::size_t groups_owned = 100;
    std::size_t memberships = 500;
    std::size_t group_members = 2'000;
    std::size_t friends = 2'000;
    std::size_t pending_sent = 100;
    std::size_t pending_received = 500;
    std::size_t devices = 50;
    Seconds cooling_off{86'400};
    Seconds answered_requests{90.0 * 86'400};
  } caps;
  struct Storage {
    std::string data = "./data";
    std::size_t block_cache_bytes = 33'554'432;
    std::size_t memtable_bytes = 33'554'432;
    std::size_t queue = 16'384;
  } storage;
  struct Users {
    std::size_t threads = 2;
    std::size_t queue = 4'096;
  } users;
  struct Archive {
    std::size_t threads = 2;
    std::size_t queue = 4'096;
  } archive;
  struct Logging {
    std::string level = "info";
  } log;
  struct Admin {
    Address listen{"127.0.0.1", 8081};
    std::string key{};
  } admin;
  struct Debug {
    bool echo = false;
  } debug;
};

/// `log.level` as the log takes it.
[[nodiscard]] Level log_level(const Config& config);

}  // namespace godwit::app
