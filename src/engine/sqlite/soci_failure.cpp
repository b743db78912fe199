#include "engine/sqlite/soci_failure.hpp"

#include <sqlite3.h>

namespace godwit::engine::sqlite {
namespace {
const char* event_of(int code) {
  switch (code & 0xFF) {
    case SQLITE_FULL: return "accounts_disk_full";
    case SQLITE_IOERR: return "accounts_io_error";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return "accounts_damaged";
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "accounts_busy";
    case SQLITE_READONLY: return "accounts_read_only";
    default: return "accounts_failed";
  }
}
}  // namespace

std::unexpected<Error> refused(const StoreFailure& failure, Log& log) {
  log.error(event_of(failure.code), {{"code", failure.code}, {"reason", failure.reason}});
  return fail(Code::unavailable, "the accounts store cannot do that right now");
}

}  // namespace godwit::engine::sqlite
