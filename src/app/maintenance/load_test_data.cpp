#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "app/maintenance.hpp"
#include "app/maintenance/at_rest.hpp"
#include "app/maintenance/carriers.hpp"
#include "app/maintenance/tools.hpp"
#include "app/server/distributed_engines.hpp"
#include "user/notices/notices.hpp"
#include "user/sessions/signing_key.hpp"
#include "user/store/bulk_loader.hpp"

namespace godwit::app {
namespace {

namespace fs = std::filesystem;

UserKey user_key(std::size_t i) { return UserKey(fmt::format("user{:06}", i)); }
GroupKey group_key(std::size_t g) { return GroupKey(fmt::format("group{:06}", g)); }

/// The stores that are filled, whichever engines they are.
using Place = Carriers::Place;

Result<void> check_wanted(const TestData& wanted) {
  if (wanted.hubs > wanted.users) return fail(Code::bad_parameter, "--hubs must be at most --users");
  if (wanted.groups > wanted.users)
    return fail(Code::bad_parameter, "--groups must be at most --users: every group has an owner of its own");
  return {};
}

/// Users 0…hubs-1, and whoever is group's by number. Ascending.
std::vector<std::size_t> members_of(std::size_t group, const TestData& wanted) {
  std::vector<std::size_t> members;
  for (std::size_t i = 0; i < wanted.hubs; ++i) members.push_back(i);
  for (std::size_t i = group; i < wanted.users; i += wanted.groups) {
    if (i >= wanted.hubs) members.push_back(i);
  }
  return members;
}

void add_people(user::BulkData& bulk, const TestData& wanted, Random& random, Millis now, Millis lifetime) {
  for (std::size_t i = 0; i < wanted.users; ++i) {
    bulk.users.push_back(
        {.key = user_key(i), .name = fmt::format("User {}", i), .bio = {}, .avatar = {}, .created_at = now});
    bulk.sessions.push_back({.id = SessionId(random.id(20)),
                             .user = user_key(i),
                             .device = DeviceId(random.id(16)),
                             .device_name = "load test",
                             .created_at = now,
                             .last_seen_at = now,
                             .expires_at = (now + lifetime) / 1000 * 1000});
  }
}

void add_friends(user::BulkData& bulk, const TestData& wanted) {
  for (std::size_t hub = 0; hub < wanted.hubs; ++hub) {
    for (std::size_t i = hub + 1; i < wanted.users; ++i) bulk.friends.emplace_back(user_key(hub), user_key(i));
  }
  for (std::size_t i = 0; i + 1 < wanted.users; i += 2) {
    if (i >= wanted.hubs) bulk.friends.emplace_back(user_key(i), user_key(i + 1));  // else it is a hub's friend already
  }
}

void add_groups(user::BulkData& bulk, const TestData& wanted, Millis now) {
  for (std::size_t g = 0; g < wanted.groups; ++g) {
    const auto members = members_of(g, wanted);
    const auto owner = user_key(members.front());
    bulk.groups.push_back({.key = group_key(g),
                           .name = fmt::format("Group {}", g),
                           .notice = {},
                           .avatar = {},
                           .owner = owner,
                           .member_count = static_cast<std::uint32_t>(members.size()),
                           .created_at = now});
    for (const auto i : members) {
      const auto role = i == members.front() ? Role::owner : Role::member;
      bulk.members.push_back({group_key(g), {.user = user_key(i), .role = role, .joined_at = now}});
    }
  }
}

/// 209 `created`: everybody's right to read begins with it.
Result<void> announce(Carriers& carriers, const Group& group, std::vector<UserKey> members) {
  auto notice = user::group_changed(group.key, group.owner, "created", {}, group.name);
  notice.frame.joined = std::move(members);
  CHECK_OK(sync_wait(carriers.dispatch().publish(std::move(notice.frame), "created/" + group.key.str())));
  return {};
}

Result<void> carry_groups(const Place& place, const user::BulkData& bulk, const TestData& wanted) {
  Carriers carriers(place);
  for (std::size_t g = 0; g < wanted.groups; ++g) {
    std::vector<UserKey> members;
    for (const auto i : members_of(g, wanted)) members.push_back(user_key(i));
    CHECK_OK(announce(carriers, bulk.groups[g], std::move(members)));
  }
  return carriers.settle();
}

Result<void> write_lines(const fs::path& path, std::size_t count, const auto& line) {
  std::ofstream file(path, std::ios::trunc);
  for (std::size_t i = 0; i < count; ++i) file << line(i) << '\n';
  if (!file.flush()) return fail(Code::bad_parameter, "cannot write " + path.string());
  std::error_code problem;
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, problem);
  return {};
}

/// The nodes in turn: of each group as many people at each.
std::string node_of(const Config& config, std::size_t turn) {
  const auto& nodes = config.peers.node;
  return nodes.empty() ? config.node.name : nodes[turn % nodes.size()].substr(0, nodes[turn % nodes.size()].find('='));
}

Result<void> write_lists(const Place& place, const user::BulkData& bulk, const TestData& wanted) {
  const user::TokenSigner signer(place.key);
  const auto token = [&](std::size_t i) {
    const auto& session = bulk.sessions[i];
    return signer.sign({.user = session.user,
                        .session = session.id,
                        .device = session.device,
                        .node = node_of(place.config, i / std::max<std::size_t>(1, wanted.groups)),
                        .issued_at = session.created_at,
                        .expires_at = session.expires_at});
  };
  std::error_code problem;
  fs::create_directories(wanted.out, problem);
  CHECK_OK(write_lines(fs::path(wanted.out) / "users", bulk.users.size(),
                       [&](std::size_t i) { return bulk.users[i].key.str(); }));
  CHECK_OK(write_lines(fs::path(wanted.out) / "tokens", bulk.sessions.size(), token));
  return write_lines(fs::path(wanted.out) / "groups", bulk.groups.size(),
                     [&](std::size_t g) { return bulk.groups[g].key.str(); });
}

Result<void> fill(const Place& place, const TestData& wanted) {
  const auto now = place.with.clock.now();
  user::BulkData bulk;
  bulk.password_hash = "!";
  add_people(bulk, wanted, place.with.random, now, to_millis(place.config.sessions.lifetime).count());
  add_friends(bulk, wanted);
  add_groups(bulk, wanted, now);
  CHECK_OK(place.engines.ports().loader->load(bulk, now));
  CHECK_OK(carry_groups(place, bulk, wanted));
  return write_lists(place, bulk, wanted);
}

}  // namespace

Result<void> load_test_data(const std::string& data, const TestData& wanted) {
  CHECK_OK(check_wanted(wanted));
  if (!is_empty_data(data))
    return fail(Code::bad_parameter, data + " is not empty; test data goes into a new directory");
  TRY(auto at_rest, AtRest::open(data));
  TRY(const auto key, user::load_or_make_signing_key(at_rest->engines->paths().signing_key(), at_rest->random));
  return fill({.config = at_rest->config, .engines = *at_rest->engines, .key = key, .with = at_rest->with()}, wanted);
}

Result<void> load_test_data(const Config& config, const TestData& wanted) {
  CHECK_OK(check_wanted(wanted));
  Tools tools;
  const auto with = tools.with();
  TRY(const auto key, user::load_or_make_signing_key(config.cluster.signing_key, with.random));
  TRY(const auto engines, DistributedEngines::open({.config = config,
                                                    .here = RoleSet::all(),
                                                    .self = {.name = "load-test-" + with.random.hex(8), .address = ""}},
                                                   with));
  return fill({.config = config, .engines = *engines, .key = key, .with = with}, wanted);
}

}  // namespace godwit::app
