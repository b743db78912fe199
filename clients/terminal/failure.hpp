#pragma once
#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"

namespace godwit::chat {

/// Why a call came to nothing.
struct Failure {
  int status = 0;    ///< HTTP; 0: the server was not reached, and whether it took the call is not known
  std::string code;  ///< the server's, snake_case; "unreachable" with status 0, "" where an answer made no sense
  std::string detail;
  bool retryable = false;
  Millis retry_after = 0;
  std::vector<std::pair<std::string, std::string>> fields{};  ///< 422: field, reason
};

template <class T>
using Answer = std::expected<T, Failure>;

/// In plain words, for a person: what went wrong and what can be done. Never empty, one line.
[[nodiscard]] std::string explain(const Failure& failure);
/// Why a connection ended and what that means for the person, by close code.
[[nodiscard]] std::string explain_close(unsigned code);

}  // namespace godwit::chat
