#pragma once
#include "engine/soci/failure.hpp"
#include "user/store/write_locks.hpp"

namespace godwit::engine::soci {

/// Each name stands for one of `kStripes` rows of the table write_locks, which the transaction locks, in their order;
/// so two writes about other people rarely wait for each other, and never for ever. Nothing where writes stand one
/// behind the other anyway.
class SociLocks final : public user::WriteLocks {
 public:
  SociLocks(SociConnection& connection, Log& log) : db_(connection), log_(log) {}

  Result<void> hold(std::span<const UserKey> users, std::span<const GroupKey> groups) override;

  /// Makes the table. Repeatable.
  static void make(SociConnection& connection);

  static constexpr std::uint32_t kStripes = 65'536;  ///< of all processes together: never to be changed

 private:
  SociConnection& db_;
  Log& log_;
};

}  // namespace godwit::engine::soci
