#include "engine/soci/failure.hpp"

namespace godwit::engine::soci {
namespace {
const char* event_of(FailureKind kind) {
  switch (kind) {
    case FailureKind::full: return "accounts_disk_full";
    case FailureKind::io: return "accounts_io_error";
    case FailureKind::damaged: return "accounts_damaged";
    case FailureKind::busy: return "accounts_busy";
    case FailureKind::read_only: return "accounts_read_only";
    case FailureKind::conflict: return "accounts_in_conflict";
    case FailureKind::unknown: return "accounts_commit_unknown";
    case FailureKind::lost:
    case FailureKind::away: return "accounts_away";
    default: return "accounts_failed";
  }
}
}  // namespace

std::unexpected<Error> refused(const StoreFailure& failure, Log& log) {
  if (!failure.reason.empty()) log.error(event_of(failure.kind), {{"code", failure.code}, {"reason", failure.reason}});
  return refused();
}

std::unexpected<Error> refused() { return fail(Code::unavailable, "the accounts store cannot do that right now"); }

}  // namespace godwit::engine::soci
