#pragma once
#include <string>
#include <vector>

#include "base/error.hpp"
#include "domain/people.hpp"
#include "user/store/notice_outbox.hpp"

namespace godwit::user {

/// Much at once, as load tests need it. Keys refer to accounts of the same load or earlier ones.
struct BulkData {
  std::vector<User> users;
  std::string password_hash;  ///< one for all; "!" matches nothing
  std::vector<Session> sessions;
  std::vector<std::pair<UserKey, UserKey>> friends;  ///< each pair once
  std::vector<Group> groups;                         ///< `member_count` is taken as it is
  struct Membership {
    GroupKey group;
    Member member;
  };
  std::vector<Membership> members;
  std::vector<Notice> notices;
};

/// The port of loading. All of it or nothing, in one transaction; tens of thousands of rows a second. key_taken,
/// unavailable. Blocks.
class BulkLoader {
 public:
  virtual ~BulkLoader() = default;
  virtual Result<void> load(const BulkData& data, Millis now) = 0;
};

}  // namespace godwit::user
