#pragma once
#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace godwit {

/// A string that says what it names. No implicit conversions: a group's key does not pass for a user's.
template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string value) : value_(std::move(value)) {}
  explicit Id(std::string_view value) : value_(value) {}
  explicit Id(const char* value) : value_(value) {}

  [[nodiscard]] const std::string& str() const noexcept { return value_; }
  [[nodiscard]] bool empty() const noexcept { return value_.empty(); }
  friend bool operator==(const Id&, const Id&) = default;
  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  std::string value_;
};

using UserKey = Id<struct UserTag>;    ///< 3–32 of [a-z0-9._-]
using GroupKey = Id<struct GroupTag>;  ///< made by the server, same alphabet
using SessionId = Id<struct SessionTag>;
using DeviceId = Id<struct DeviceTag>;    ///< chosen by the client, 1–64 characters
using MessageId = Id<struct MessageTag>;  ///< 32 lower-case hex digits
using RequestId = Id<struct RequestTag>;  ///< of a friend request or a group request

}  // namespace godwit

template <class Tag>
struct std::hash<godwit::Id<Tag>> {
  std::size_t operator()(const godwit::Id<Tag>& id) const noexcept { return std::hash<std::string>{}(id.str()); }
};

#ifdef __GLIBCXX__
/// As std::string's own: tables of ids keep the hash beside each entry. Else a look-up hashes the entries it passes,
/// too (seen: 1.7 hashes a look-up).
template <class Tag>
struct std::__is_fast_hash<std::hash<godwit::Id<Tag>>> : std::false_type {};
#endif
