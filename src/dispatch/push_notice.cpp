#include <algorithm>
#include <set>

#include "base/gather.hpp"
#include "dispatch/dispatch_role.hpp"

namespace godwit::dispatch {
namespace {

constexpr std::size_t kChunk = 512;  ///< users read, and appends in flight, at a time

Message notice_for(const UserKey& user, const std::string& sender, const Notice& notice) {
  Message frame;
  frame.type = Type::notice;
  frame.conversation = Conversation::notices_of(user);
  frame.sender = sender;
  frame.receiver = user.str();
  frame.text = notice.text;
  frame.title = notice.title;
  return frame;
}

std::string once_of(const Pusher& by, const Notice& notice, const UserKey& user) {
  return by.scope + notice.client_id + "/" + user.str();
}

std::string names_of(const NoticeTo& to) {
  if (to.all) return "all";
  std::string names;
  for (const auto& user : to.users) names += (names.empty() ? "" : " ") + user.str();
  for (const auto& group : to.groups) names += (names.empty() ? "g:" : " g:") + group.str();
  return names;
}

}  // namespace

// Names and clientIds may hold any character: the length says where the first ends, and a user's key holds no slash.
Pusher service_pusher(const std::string& service) {
  return {.sender = service, .scope = "push/" + std::to_string(service.size()) + "/" + service};
}
Pusher admin_pusher(const UserKey& admin) { return {.sender = "system", .scope = "notice-by/" + admin.str() + "/"}; }

Task<Result<std::vector<UserKey>>> DispatchRole::receivers_of(const NoticeTo& to) {
  std::set<UserKey> users;
  CO_TRY(const auto cards, co_await peers_.users.user_cards(to.users));
  for (std::size_t i = 0; i < cards.size(); ++i) {
    if (cards[i].key.empty()) co_return fail(Code::not_found, "no such user: " + to.users[i].str());
    users.insert(to.users[i]);
  }
  for (const auto& group : to.groups) {
    CO_TRY(const auto there, co_await peers_.users.roster(group));
    CO_TRY(const auto readers, co_await peers_.offline.readers(Conversation::of_group(group)));
    users.insert(readers.users.begin(), readers.users.end());
  }
  co_return std::vector<UserKey>(users.begin(), users.end());
}

Task<Result<void>> DispatchRole::push_to(const Pusher& by, const Notice& notice, std::vector<UserKey> users,
                                         PushResult& result) {
  // All of a chunk are started before the first is awaited, so that they share their syncs.
  for (std::size_t begin = 0; begin < users.size(); begin += kChunk) {
    const auto end = std::min(users.size(), begin + kChunk);
    Gather<Result<Published>> gather;
    for (auto i = begin; i < end; ++i) {
      gather.start(publish(notice_for(users[i], by.sender, notice), once_of(by, notice, users[i])));
    }
    for (auto& published : co_await gather.all()) {
      if (!published) co_return std::unexpected(std::move(published).error());
      if (result.receivers++ == 0) result.id = published->id;
    }
  }
  co_return Result<void>{};
}

Task<Result<DispatchRole::PushResult>> DispatchRole::push_notice(const Pusher& by, Notice notice) {
  if (notice.client_id.empty()) notice.client_id = random_.id(20);
  PushResult result;
  if (!notice.to.all) {
    CO_TRY(auto users, co_await receivers_of(notice.to));
    CO_CHECK(co_await push_to(by, notice, std::move(users), result));
    co_return result;
  }
  for (UserKey after;;) {
    CO_TRY(auto users, co_await peers_.users.users_after(after, kChunk));
    if (users.empty()) co_return result;
    after = users.back();
    CO_CHECK(co_await push_to(by, notice, std::move(users), result));
  }
}

Task<Result<DispatchRole::PushResult>> DispatchRole::push_admin_notice(const UserKey& admin, Notice notice) {
  // What names somebody who is not there changes nothing, and is no deed.
  CO_CHECK(co_await receivers_of(notice.to));
  user::Deed deed{.action = "push_notice", .target = names_of(notice.to), .detail = notice.title};
  CO_CHECK(co_await peers_.users.record_deed(admin, std::move(deed)));
  co_return co_await push_notice(admin_pusher(admin), std::move(notice));
}

}  // namespace godwit::dispatch
