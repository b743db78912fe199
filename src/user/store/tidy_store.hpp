#pragma once
#include <cstddef>
#include <vector>

#include "base/error.hpp"
#include "domain/people.hpp"

namespace godwit::user {

/// The port of what nobody will ask for again. Each verb removes up to `limit`, so that no transaction is long. Used
/// inside a transaction, on its thread. Errors: unavailable.
class TidyStore {
 public:
  virtual ~TidyStore() = default;

  /// Sessions that expired before `before`; answers which.
  virtual Result<std::vector<SessionId>> expired_sessions(Millis before, std::size_t limit) = 0;
  /// Friend and group requests that were answered before `before`; answers how many.
  virtual Result<std::size_t> answered_requests(Millis before, std::size_t limit) = 0;
  /// Mutes kept for those who left, where they ended before `before`; answers how many.
  virtual Result<std::size_t> past_mutes(Millis before, std::size_t limit) = 0;
};

}  // namespace godwit::user
