#include <algorithm>
#include <set>

#include "base/gather.hpp"
#include "dispatch/dispatch_role.hpp"

namespace godwit::dispatch {
namespace {

constexpr std::size_t kChunk = 512;  ///< users read, and appends in flight, at a time

Message notice_for(const UserKey& user, const std::string& service, const Notice& notice) {
  Message frame;
  frame.type = Type::notice;
  frame.conversation = Conversation::notices_of(user);
  frame.sender = service;
  frame.receiver = user.str();
  frame.text = notice.text;
  frame.title = notice.title;
  return frame;
}

/// Names and clientIds may hold any character: the length says where the first ends, and a user's key holds no slash.
std::string once_of(const std::string& service, const Notice& notice, const UserKey& user) {
  return "push/" + std::to_string(service.size()) + "/" + service + notice.client_id + "/" + user.str();
}

}  // namespace

Task<Result<std::vector<UserKey>>> DispatchRole::receivers_of(const NoticeTo& to) {
  std::set<UserKey> users;
  CO_TRY(const auto cards, co_await peers_.users.user_cards(to.users));
  for (std::size_t i = 0; i < cards.size(); ++i) {
    if (cards[i].key.empty()) co_return fail(Code::not_found, "no such user: " + to.users[i].str());
    users.insert(to.users[i]);
  }
  for (const auto& group : to.groups) {
    CO_TRY(const auto roster, co_await peers_.users.roster(group));
    users.insert(roster->audience->begin(), roster->audience->end());
  }
  co_return std::vector<UserKey>(users.begin(), users.end());
}

Task<Result<void>> DispatchRole::push_to(const std::string& service, const Notice& notice, std::vector<UserKey> users,
                                         PushResult& result) {
  // All of a chunk are started before the first is awaited, so that they share their syncs.
  for (std::size_t begin = 0; begin < users.size(); begin += kChunk) {
    const auto end = std::min(users.size(), begin + kChunk);
    Gather<Result<Published>> gather;
    for (auto i = begin; i < end; ++i) {
      gather.start(publish(notice_for(users[i], service, notice), once_of(service, notice, users[i]), nullptr));
    }
    for (auto& published : co_await gather.all()) {
      if (!published) co_return std::unexpected(std::move(published).error());
      if (result.receivers++ == 0) result.id = published->id;
    }
  }
  co_return Result<void>{};
}

Task<Result<DispatchRole::PushResult>> DispatchRole::push_notice(const std::string& service, Notice notice) {
  if (notice.client_id.empty()) notice.client_id = random_.id(20);
  PushResult result;
  if (!notice.to.all) {
    CO_TRY(auto users, co_await receivers_of(notice.to));
    CO_CHECK(co_await push_to(service, notice, std::move(users), result));
    co_return result;
  }
  for (UserKey after;;) {
    CO_TRY(auto users, co_await peers_.users.users_after(after, kChunk));
    if (users.empty()) co_return result;
    after = users.back();
    CO_CHECK(co_await push_to(service, notice, std::move(users), result));
  }
}

}  // namespace godwit::dispatch
