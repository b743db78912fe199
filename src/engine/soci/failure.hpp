#pragma once
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "engine/soci/connection.hpp"

namespace godwit::engine::soci {

/// The border: a failure of the database becomes `unavailable` for whoever asked, and one line of log for whoever runs
/// the server. No line for one after which the work runs again, as whoever gives up says it, nor for one without a
/// reason.
[[nodiscard]] std::unexpected<Error> refused(const StoreFailure& failure, Log& log);
[[nodiscard]] std::unexpected<Error> refused();

template <class Work, class R = std::invoke_result_t<Work&>>
R guarded(Log& log, Work work) {
  try {
    return work();
  } catch (const StoreFailure& failure) {
    if (failure.ends_transaction()) return refused();
    return refused(failure, log);
  }
}

/// False where `insert` fails because there is a row with such a key already: for tables of one key. Any other failure
/// is thrown on.
template <class Insert>
bool inserted(Insert insert) {
  try {
    insert();
    return true;
  } catch (const StoreFailure& failure) {
    if (failure.kind == FailureKind::duplicate) return false;
    throw;
  }
}

}  // namespace godwit::engine::soci
