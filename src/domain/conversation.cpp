#include "domain/conversation.hpp"

#include "domain/text.hpp"

namespace godwit {

Conversation Conversation::direct(const UserKey& a, const UserKey& b) {
  const auto& [low, high] = a < b ? std::pair{a.str(), b.str()} : std::pair{b.str(), a.str()};
  return Conversation("u:" + low + ":" + high);
}
Conversation Conversation::of_group(const GroupKey& group) { return Conversation("g:" + group.str()); }
Conversation Conversation::notices_of(const UserKey& user) { return Conversation("s:" + user.str()); }

std::optional<Conversation> Conversation::parse(std::string_view name) {
  if (name.size() < 3 || name[1] != ':') return std::nullopt;
  const auto rest = name.substr(2);
  if (name[0] == 'u') {
    const auto colon = rest.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto a = rest.substr(0, colon), b = rest.substr(colon + 1);
    if (!is_key(a) || !is_key(b) || !(a < b)) return std::nullopt;
    return Conversation(std::string(name));
  }
  if ((name[0] == 'g' || name[0] == 's') && is_key(rest)) return Conversation(std::string(name));
  return std::nullopt;
}

std::optional<Conversation> Conversation::from_view(std::string_view view, const UserKey& viewer) {
  if (view == "s:") return notices_of(viewer);
  if (view.size() < 3 || view[1] != ':') return std::nullopt;
  const auto rest = lower(view.substr(2));
  if (!is_key(rest)) return std::nullopt;
  if (view[0] == 'g') return of_group(GroupKey(rest));
  if (view[0] == 'u' && rest != viewer.str()) return direct(viewer, UserKey(rest));
  return std::nullopt;
}

std::string Conversation::seen_by(const UserKey& viewer) const {
  switch (kind()) {
    case Kind::direct: return "u:" + peer_of(viewer).str();
    case Kind::group: return name_;
    case Kind::notices: return "s:";
  }
  return name_;
}

UserKey Conversation::first() const {
  const auto rest = std::string_view(name_).substr(2);
  return UserKey(rest.substr(0, rest.find(':')));
}
UserKey Conversation::second() const { return UserKey(std::string_view(name_).substr(name_.find(':', 2) + 1)); }
UserKey Conversation::peer_of(const UserKey& user) const {
  auto a = first();
  return a == user ? second() : a;
}
std::vector<UserKey> Conversation::people() const {
  switch (kind()) {
    case Kind::direct: return {first(), second()};
    case Kind::notices: return {first()};
    case Kind::group: return {};
  }
  return {};
}
GroupKey Conversation::group() const { return GroupKey(std::string_view(name_).substr(2)); }

bool Conversation::names(const UserKey& user) const {
  switch (kind()) {
    case Kind::direct: return first() == user || second() == user;
    case Kind::notices: return first() == user;
    case Kind::group: return false;
  }
  return false;
}

}  // namespace godwit
