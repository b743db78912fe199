#pragma once
#include <string>

#include "base/error.hpp"
#include "base/random.hpp"
#include "user/sessions/token.hpp"

namespace godwit::user {

/// The key that signs tokens: 32 bytes in a file of their own, made at first start with mode 0600, synced.
/// Of several processes that make it at once all have the same one.
/// `internal` with a sentence for people where the file is readable by others, of another size, or cannot be made.
[[nodiscard]] Result<SigningKey> load_or_make_signing_key(const std::string& path, Random& random);

}  // namespace godwit::user
