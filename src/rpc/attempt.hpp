#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"

namespace godwit::rpc {

/// How a try to call a peer ended.
struct Attempt {
  enum class End : char {
    answered,  ///< by who knows the secret: `result`
    refused,   ///< by the same, nothing was carried out: it has too much to do, or is going
    away,      ///< it was not reached or is not who it should be: nothing was carried out, nothing was told
    broken,    ///< nobody knows whether it was carried out
    late,      ///< the same: the deadline was over
  };
  End end = End::answered;
  Result<void> result{};
  bool leaving = false;  ///< refused, and will be: it is shutting down
};

inline Attempt failed(Attempt::End end, Error error) {
  return {.end = end, .result = std::unexpected(std::move(error))};
}

[[nodiscard]] inline Error unavailable(std::string_view why) {
  return {.code = Code::unavailable, .detail = std::string(why), .retry_after_s = 1};
}

}  // namespace godwit::rpc
