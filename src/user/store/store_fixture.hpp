#pragma once
#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>

#include "user/store/bulk_loader.hpp"
#include "user/store/tables.hpp"

/// What the behaviour suites of this room's ports have in common.
namespace godwit::user::suite {

/// An engine on a place of its own, empty at first.
class Bed {
 public:
  virtual ~Bed() = default;
  virtual Store& store() = 0;
  virtual BulkLoader& loader() = 0;
  /// The process ends in order and begins again on the same place. References are gone.
  virtual void restart() = 0;
};
using MakeBed = std::function<std::unique_ptr<Bed>()>;

inline constexpr Millis kNow = 1'800'000'000'000;
inline const UserKey kAnn{"ann"}, kBob{"bob"}, kCarl{"carl"}, kDora{"dora"};

template <class T>
T taken(Result<T> result) {
  const std::string why = result ? "" : std::string(info(result.error().code).name) + ": " + result.error().detail;
  REQUIRE_MESSAGE(result.has_value(), why);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

template <class Work>
auto read(Store& store, Work work) {
  return taken(sync_wait(store.read(std::move(work))));
}
template <class Work>
auto write(Store& store, Work work) {
  return taken(sync_wait(store.write(std::move(work))));
}

inline Account account(const UserKey& key, const std::string& name = "Somebody") {
  return {.user = {.key = key, .name = name, .bio = {}, .avatar = {}, .created_at = kNow},
          .password_hash = "hash of " + key.str()};
}
inline void add_people(Store& store, const std::vector<UserKey>& keys) {
  for (const auto& key : keys) CHECK(write(store, [&](Tables& tables) { return tables.accounts.add(account(key)); }));
}

inline std::vector<std::string> found_keys(Store& store, const std::string& prefix, std::size_t page) {
  std::vector<std::string> keys;
  SearchPlace after;
  for (;;) {
    const auto found = read(store, [&](Tables& tables) { return tables.accounts.search(prefix, after, page); });
    for (const auto& row : found) keys.push_back(row.user.key.str());
    if (found.size() < page) return keys;
    after = found.back().place;
  }
}

inline Session session(const char* id, const UserKey& user, Millis at) {
  return {.id = SessionId(id),
          .user = user,
          .device = DeviceId("device of " + std::string(id)),
          .device_name = "Phone",
          .created_at = at,
          .last_seen_at = at,
          .expires_at = at + 1000};
}

}  // namespace godwit::user::suite
