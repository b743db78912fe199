#include "engine/soci/requests.hpp"

#include <algorithm>
#include <limits>
#include <utility>

// One line of SQL is what stands before every WHERE below; a macro, because statements are kept by their literal.
#define FRIEND_REQUESTS                                                                                          \
  "SELECT r.id, s.user_key, s.name, s.avatar, t.user_key, t.name, t.avatar, r.note, r.state, r.created_at FROM " \
  "friend_requests r "                                                                                           \
  "JOIN accounts s ON s.user_key = r.sender_key JOIN accounts t ON t.user_key = r.receiver_key "
#define GROUP_REQUESTS                                                                                            \
  "SELECT r.id, s.user_key, s.name, s.avatar, g.group_key, g.name, g.avatar, r.note, r.state, r.created_at FROM " \
  "group_requests r "                                                                                             \
  "JOIN accounts s ON s.user_key = r.sender_key JOIN chat_groups g ON g.group_key = r.group_key "
// A sender's pending ones stand side by side in the index of `open_pair`.
#define STANDING(table, receiver)                                                                                     \
  "SELECT (SELECT COUNT(*) FROM " table " WHERE open_pair > :from AND open_pair < :to), (SELECT COUNT(*) FROM " table \
  " WHERE " receiver " = :receiver AND state = 'p'), COALESCE((SELECT MAX(answered_at) FROM " table                   \
  " WHERE sender_key = :sender AND " receiver " = :same_receiver AND state = 'r'), 0)"
#define NEWEST_FIRST "AND (r.created_at, r.id) < (:after_at, :after_id) ORDER BY r.created_at DESC, r.id DESC LIMIT :n"

namespace godwit::engine::soci {
namespace {
constexpr const char* kColumns = "tttttttttn";

std::string letter(RequestState state) { return std::string(1, static_cast<char>(state)); }

Card read_card(const SociQuery& row, std::size_t first) {
  return {.key = row.text(first), .name = row.text(first + 1), .avatar = row.text(first + 2)};
}

FriendRequest read_friend_request(const SociQuery& row) {
  return {.id = RequestId(row.text(0)),
          .sender = read_card(row, 1),
          .receiver = read_card(row, 4),
          .note = row.text(7),
          .state = static_cast<RequestState>(row.text(8).front()),
          .created_at = row.number(9)};
}
GroupRequest read_group_request(const SociQuery& row) {
  return {.id = RequestId(row.text(0)),
          .sender = read_card(row, 1),
          .group = read_card(row, 4),
          .note = row.text(7),
          .state = static_cast<RequestState>(row.text(8).front()),
          .created_at = row.number(9)};
}

/// The ends of the range in which all `open_pair` of the sender lie.
std::pair<std::string, std::string> pairs_of(const UserKey& sender) { return {sender.str() + ":", sender.str() + ";"}; }

user::RequestStanding read_standing(SociQuery& row) {
  user::RequestStanding standing;
  while (row.next()) {
    standing = {.sent = static_cast<std::size_t>(row.number(0)),
                .received = static_cast<std::size_t>(row.number(1)),
                .rejected_at = row.number(2)};
  }
  return standing;
}

/// Behind every place that was given out; from the newest where none was.
user::BoxPlace from(const user::BoxPlace& after) {
  return after.id.empty() ? user::BoxPlace{.created_at = std::numeric_limits<Millis>::max()} : after;
}
}  // namespace

Result<void> SociFriendRequests::add(const user::NewFriendRequest& request) {
  return guarded(log_, [&]() -> Result<void> {
    db_.run(
        "INSERT INTO friend_requests (id, sender_key, receiver_key, note, state, open_pair, created_at) "
        "VALUES (:id, :sender, :receiver, :note, 'p', :pair, :at)",
        "", request.id, request.sender, request.receiver, request.note,
        request.sender.str() + ":" + request.receiver.str(), request.created_at);
    return {};
  });
}

Result<std::optional<FriendRequest>> SociFriendRequests::find(const RequestId& id) {
  return guarded(log_, [&]() -> Result<std::optional<FriendRequest>> {
    std::optional<FriendRequest> found;
    auto& row = db_.run(FRIEND_REQUESTS "WHERE r.id = :id", kColumns, id);
    while (row.next()) found = read_friend_request(row);
    return found;
  });
}

Result<std::optional<FriendRequest>> SociFriendRequests::pending(const UserKey& sender, const UserKey& receiver) {
  return guarded(log_, [&]() -> Result<std::optional<FriendRequest>> {
    std::optional<FriendRequest> found;
    auto& row = db_.run(FRIEND_REQUESTS "WHERE r.open_pair = :pair", kColumns, sender.str() + ":" + receiver.str());
    while (row.next()) found = read_friend_request(row);
    return found;
  });
}

Result<bool> SociFriendRequests::answer(const RequestId& id, RequestState state, Millis at) {
  return guarded(log_, [&]() -> Result<bool> {
    return db_.run(
                  "UPDATE friend_requests SET state = :state, open_pair = NULL, answered_at = :at WHERE id = :id AND "
                  "state = 'p'",
                  "", letter(state), at, id)
               .affected() > 0;
  });
}

Result<user::RequestStanding> SociFriendRequests::standing(const UserKey& sender, const UserKey& receiver) {
  return guarded(log_, [&]() -> Result<user::RequestStanding> {
    const auto [from, to] = pairs_of(sender);
    return read_standing(
        db_.run(STANDING("friend_requests", "receiver_key"), "nnn", from, to, receiver, sender, receiver));
  });
}

Result<std::vector<FriendRequest>> SociFriendRequests::list(const UserKey& user, user::Box box,
                                                            const user::BoxPlace& after, std::size_t limit) {
  return guarded(log_, [&]() -> Result<std::vector<FriendRequest>> {
    std::vector<FriendRequest> requests;
    const auto place = from(after);
    auto& row = box == user::Box::in ? db_.run(FRIEND_REQUESTS "WHERE r.receiver_key = :user " NEWEST_FIRST, kColumns,
                                               user, place.created_at, place.id, limit)
                                     : db_.run(FRIEND_REQUESTS "WHERE r.sender_key = :user " NEWEST_FIRST, kColumns,
                                               user, place.created_at, place.id, limit);
    while (row.next()) requests.push_back(read_friend_request(row));
    return requests;
  });
}

Result<void> SociGroupRequests::add(const user::NewGroupRequest& request) {
  return guarded(log_, [&]() -> Result<void> {
    std::optional<std::string> pair;
    if (request.state == RequestState::pending) pair = request.sender.str() + ":" + request.group.str();
    db_.run(
        "INSERT INTO group_requests (id, sender_key, group_key, note, state, open_pair, created_at, answered_at) "
        "VALUES (:id, :sender, :group, :note, :state, :pair, :at, :answered)",
        "", request.id, request.sender, request.group, request.note, letter(request.state), pair, request.created_at,
        pair ? Millis{0} : request.created_at);
    return {};
  });
}

Result<std::optional<GroupRequest>> SociGroupRequests::find(const RequestId& id) {
  return guarded(log_, [&]() -> Result<std::optional<GroupRequest>> {
    std::optional<GroupRequest> found;
    auto& row = db_.run(GROUP_REQUESTS "WHERE r.id = :id", kColumns, id);
    while (row.next()) found = read_group_request(row);
    return found;
  });
}

Result<std::optional<GroupRequest>> SociGroupRequests::pending(const UserKey& sender, const GroupKey& group) {
  return guarded(log_, [&]() -> Result<std::optional<GroupRequest>> {
    std::optional<GroupRequest> found;
    auto& row = db_.run(GROUP_REQUESTS "WHERE r.open_pair = :pair", kColumns, sender.str() + ":" + group.str());
    while (row.next()) found = read_group_request(row);
    return found;
  });
}

Result<bool> SociGroupRequests::answer(const RequestId& id, RequestState state, Millis at) {
  return guarded(log_, [&]() -> Result<bool> {
    return db_.run(
                  "UPDATE group_requests SET state = :state, open_pair = NULL, answered_at = :at WHERE id = :id AND "
                  "state = 'p'",
                  "", letter(state), at, id)
               .affected() > 0;
  });
}

Result<user::RequestStanding> SociGroupRequests::standing(const UserKey& sender, const GroupKey& group) {
  return guarded(log_, [&]() -> Result<user::RequestStanding> {
    const auto [from, to] = pairs_of(sender);
    return read_standing(db_.run(STANDING("group_requests", "group_key"), "nnn", from, to, group, sender, group));
  });
}

// Each group's newest by its index, and the newest of these: no more is read than a page a group.
Result<std::vector<GroupRequest>> SociGroupRequests::list(const UserKey& user, user::Box box,
                                                          const user::BoxPlace& after, std::size_t limit) {
  return guarded(log_, [&]() -> Result<std::vector<GroupRequest>> {
    std::vector<GroupRequest> requests;
    const auto place = from(after);
    const auto take = [&](SociQuery& row) {
      while (row.next()) requests.push_back(read_group_request(row));
    };
    if (box == user::Box::out) {
      take(db_.run(GROUP_REQUESTS "WHERE r.sender_key = :user " NEWEST_FIRST, kColumns, user, place.created_at,
                   place.id, limit));
      return requests;
    }
    for (const auto& group : managed_by(user)) {
      take(db_.run(GROUP_REQUESTS "WHERE r.group_key = :group AND g.dissolved = 0 " NEWEST_FIRST, kColumns, group,
                   place.created_at, place.id, limit));
    }
    std::ranges::sort(requests, std::ranges::greater{},
                      [](const auto& request) { return std::pair(request.created_at, request.id); });
    if (requests.size() > limit) requests.resize(limit);
    return requests;
  });
}

std::vector<GroupKey> SociGroupRequests::managed_by(const UserKey& user) {
  std::vector<GroupKey> groups;
  auto& row = db_.run("SELECT group_key FROM group_members WHERE user_key = :user AND role IN ('o', 'a')", "t", user);
  while (row.next()) groups.emplace_back(row.text(0));
  return groups;
}

Result<void> SociGroupRequests::reject_all(const GroupKey& group, Millis at) {
  return guarded(log_, [&]() -> Result<void> {
    db_.run(
        "UPDATE group_requests SET state = 'r', open_pair = NULL, answered_at = :at WHERE group_key = :group AND state "
        "= 'p'",
        "", at, group);
    return {};
  });
}

}  // namespace godwit::engine::soci
