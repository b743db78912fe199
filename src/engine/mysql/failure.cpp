#include "engine/mysql/failure.hpp"

#include <errmsg.h>

namespace godwit::mysql {

namespace {
// The server's numbers, of MySQL and MariaDB alike (mysqld_error.h is not the client library's).
constexpr unsigned kShutdown = 1053, kDuplicate = 1062, kDuplicateNamed = 1586, kLockWait = 1205, kDeadlock = 1213,
                   kMoreRows = 1242, kInterrupted = 1317, kKilled = 1927, kTimedOut = 1969, kTimedOutMySql = 3024,
                   kGoneIdle = 4031;
}  // namespace

Trouble trouble_of(unsigned number) noexcept {
  switch (number) {
    case kDuplicate:
    case kDuplicateNamed: return Trouble::duplicate;
    case kLockWait:
    case kDeadlock: return Trouble::contended;
    case kMoreRows: return Trouble::rows;
    // Who was interrupted while it committed is not told whether it did.
    case kShutdown:
    case kInterrupted:
    case kKilled:
    case kTimedOut:
    case kTimedOutMySql:
    case kGoneIdle: return Trouble::lost;
    default: return number >= CR_MIN_ERROR && number <= 2999 ? Trouble::lost : Trouble::refused;
  }
}

std::string_view name_of(Trouble trouble) noexcept {
  switch (trouble) {
    case Trouble::away: return "away";
    case Trouble::lost: return "lost";
    case Trouble::contended: return "contended";
    case Trouble::duplicate: return "duplicate";
    case Trouble::rows: return "rows";
    case Trouble::refused: break;
  }
  return "refused";
}

Error as_error(const Failure& failure) {
  const bool reached = failure.trouble != Trouble::away && failure.trouble != Trouble::lost;
  return {.code = Code::unavailable,
          .detail = reached ? "the database refused it" : "the database does not answer",
          .retry_after_s = 1};
}

}  // namespace godwit::mysql
