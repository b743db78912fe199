#pragma once
#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ids.hpp"

namespace godwit {

/// Messages of one sequence. Inside the server a conversation has one name for everybody:
///   "u:<a>:<b>"  two people, a < b          "g:<group>"  a group          "s:<user>"  one's notices
/// Clients see it from their side: "u:<other>", "g:<group>", "s:".
class Conversation {
 public:
  enum class Kind : char { direct = 'u', group = 'g', notices = 's' };

  Conversation() = default;
  [[nodiscard]] static Conversation direct(const UserKey& a, const UserKey& b);
  [[nodiscard]] static Conversation of_group(const GroupKey& group);
  [[nodiscard]] static Conversation notices_of(const UserKey& user);

  /// Of the internal name; nullopt where it is none.
  [[nodiscard]] static std::optional<Conversation> parse(std::string_view name);
  /// Of the name that `viewer` uses, in capital letters too; nullopt where it is none. Says nothing about rights.
  [[nodiscard]] static std::optional<Conversation> from_view(std::string_view view, const UserKey& viewer);

  [[nodiscard]] Kind kind() const noexcept { return static_cast<Kind>(name_.front()); }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }  ///< the internal name
  /// What `viewer` calls it. For a direct conversation `viewer` must be one of the two.
  [[nodiscard]] std::string seen_by(const UserKey& viewer) const;
  /// Direct: the other one. `user` must be one of the two.
  [[nodiscard]] UserKey peer_of(const UserKey& user) const;
  /// Direct: whether `user` is one of the two. Notices: whether they are theirs. Group: false (membership is
  /// elsewhere).
  [[nodiscard]] bool names(const UserKey& user) const;
  [[nodiscard]] GroupKey group() const;  ///< of a group conversation
  [[nodiscard]] UserKey first() const;   ///< direct: a; notices: the owner
  [[nodiscard]] UserKey second() const;  ///< direct: b
  /// Whom the name names, ascending: direct: both; notices: the owner. Group: nobody (membership is elsewhere).
  [[nodiscard]] std::vector<UserKey> people() const;

  friend bool operator==(const Conversation&, const Conversation&) = default;
  friend auto operator<=>(const Conversation&, const Conversation&) = default;

 private:
  explicit Conversation(std::string name) : name_(std::move(name)) {}
  std::string name_;
};

}  // namespace godwit

template <>
struct std::hash<godwit::Conversation> {
  std::size_t operator()(const godwit::Conversation& c) const noexcept { return std::hash<std::string>{}(c.name()); }
};

#ifdef __GLIBCXX__
template <>
struct std::__is_fast_hash<std::hash<godwit::Conversation>> : std::false_type {};  // as in ids.hpp
#endif
