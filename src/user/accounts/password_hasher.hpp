#pragma once
#include <string>

#include "base/error.hpp"
#include "base/task.hpp"

namespace godwit::user {

/// The port of password hashing: slow on purpose, so it runs elsewhere than requests do. Thread-safe.
/// A full queue: unavailable at once.
class PasswordHasher {
 public:
  virtual ~PasswordHasher() = default;

  virtual Task<Result<std::string>> hash(std::string password) = 0;
  /// A `hash` that is none (empty, "!") costs the same time as a wrong password, and is never matched. Those that wait
  /// take turns by `lane`: whom they are for.
  virtual Task<Result<bool>> verify(std::string hash, std::string password, std::string lane) = 0;
};

}  // namespace godwit::user
