#pragma once
#include <string>

#include "user/context/context.hpp"

/// A password is one however a device spells it: it is hashed in NFC, so that é is the same composed and decomposed.
namespace godwit::user {

Task<Result<std::string>> hash_password(Context& context, std::string password);

struct PasswordMatch {
  bool right = false;
  bool outdated = false;  ///< right, but the hash is of another spelling, from before NFC: to be replaced
};
/// A wrong password costs one hash, or two where it is not in NFC: never does it depend on the account, and an empty
/// `hash` (no such account) costs as much as any. `lane`: whose turn it takes
/// among those that wait (PasswordHasher).
Task<Result<PasswordMatch>> match_password(Context& context, std::string hash, std::string password, std::string lane);

}  // namespace godwit::user
