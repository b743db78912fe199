#pragma once
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "engine/sqlite/soci_connection.hpp"

namespace godwit::engine::sqlite {

/// The border: a failure of SQLite becomes `unavailable` for whoever asked, and one line of log for whoever runs the
/// server.
[[nodiscard]] std::unexpected<Error> refused(const StoreFailure& failure, Log& log);

template <class Work, class R = std::invoke_result_t<Work&>>
R guarded(Log& log, Work work) {
  try {
    return work();
  } catch (const StoreFailure& failure) {
    return refused(failure, log);
  }
}

/// False where `insert` fails because there is a row with this key already (see is_duplicate_of); any other failure is
/// thrown on.
template <class Insert>
bool inserted(std::string_view key, Insert insert) {
  try {
    insert();
    return true;
  } catch (const StoreFailure& failure) {
    if (failure.is_duplicate_of(key)) return false;
    throw;
  }
}

}  // namespace godwit::engine::sqlite
