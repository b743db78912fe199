#pragma once
#include "service/user.hpp"

namespace godwit::user {

/// The user role in tests of other roles: knows nobody and refuses everything. A test overrides what it asks.
class FakeUsers : public Service {
 public:
  Task<Result<Proven>> authenticate(std::string_view) override { co_return fail(Code::unauthenticated); }
  Task<Result<Proven>> prove_again(Identity) override { co_return fail(Code::unauthenticated); }
  Task<Result<ServiceIdentity>> authenticate_service(std::string_view) override {
    co_return fail(Code::unauthenticated);
  }
  Task<Result<bool>> is_admin(const UserKey&) override { co_return false; }
  Task<Result<void>> record_deed(const UserKey&, Deed) override { co_return fail(Code::forbidden); }
  void seen(const SessionId&) override {}
  Task<Result<DirectRelation>> relation(const UserKey&, const UserKey&) override { co_return fail(Code::internal); }
  Task<Result<std::shared_ptr<const std::vector<UserKey>>>> awake_friends(const UserKey&) override {
    co_return fail(Code::internal);
  }
  Task<Result<std::shared_ptr<const Roster>>> roster(const GroupKey&) override { co_return fail(Code::not_found); }
  Task<Result<std::vector<Card>>> user_cards(const std::vector<UserKey>& keys) override {
    co_return std::vector<Card>(keys.size());
  }
  Task<Result<std::vector<Card>>> group_cards(const std::vector<GroupKey>& keys) override {
    co_return std::vector<Card>(keys.size());
  }
  Task<Result<std::vector<UserKey>>> users_after(const UserKey&, std::size_t) override {
    co_return std::vector<UserKey>();
  }
};

}  // namespace godwit::user
