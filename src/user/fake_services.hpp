#pragma once
#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/executor.hpp"
#include "service/fake_dispatch.hpp"
#include "service/fake_offline.hpp"
#include "service/testing_change_log.hpp"
#include "user/accounts/password_hasher.hpp"

/// The other roles, as tests of this one see them.
namespace godwit::user::suite {

class FakeDispatch final : public dispatch::FakeDispatch {
 public:
  struct Seen {
    Message frame;
    std::string once;
    Executor* home = nullptr;  ///< on whose thread
  };

  Task<Result<dispatch::Published>> publish(Message frame, std::string once) override {
    std::lock_guard lock(mutex_);
    if (broken) co_return fail(Code::unavailable);
    if (const auto known = first_.find(once); known != first_.end()) {
      auto again = known->second;
      again.repeated = true;
      co_return again;
    }
    dispatch::Published published{.id = MessageId(once), .seq = ++heads_[frame.conversation.name()], .time = 1};
    first_.emplace(once, published);
    seen.push_back({.frame = std::move(frame), .once = std::move(once), .home = Executor::current()});
    co_return published;
  }

  /// What was published since the last call.
  std::vector<Seen> take() {
    std::lock_guard lock(mutex_);
    return std::exchange(seen, {});
  }

  bool broken = false;

 private:
  std::mutex mutex_;
  std::vector<Seen> seen;
  std::map<std::string, dispatch::Published> first_;
  std::map<std::string, Seq> heads_;
};

class FakeOffline final : public offline::FakeOffline {
 public:
  Task<Result<void>> adopt_device(const UserKey& user, const DeviceId& device) override {
    std::lock_guard lock(mutex_);
    adopted.emplace_back(user.str(), device.str());
    co_return Result<void>{};
  }
  Task<Result<bool>> knows_device(const UserKey& user, const DeviceId& device) override {
    std::lock_guard lock(mutex_);
    co_return std::ranges::find(adopted, std::pair(user.str(), device.str())) != adopted.end();
  }

  std::vector<std::pair<std::string, std::string>> adopted;

 private:
  std::mutex mutex_;
};

/// As quick as it is unsafe; counts, so that tests see that a password was looked at.
class FakeHasher final : public PasswordHasher {
 public:
  Task<Result<std::string>> hash(std::string password) override { co_return "plain:" + password; }
  Task<Result<bool>> verify(std::string hash, std::string password, std::string) override {
    ++verified;
    co_return hash == "plain:" + password;
  }
  int verified = 0;
};

}  // namespace godwit::user::suite
