#pragma once
#include "base/metrics.hpp"
#include "base/pool.hpp"
#include "user/accounts/password_hasher.hpp"

namespace godwit::user {

/// argon2id, 19 MiB, t=2 (libsodium), about 20 ms each, on a small pool of its own whose threads give way to others, so
/// that a storm of logins does not starve sends. Needs `threads` × 19 MiB while it works.
class Argon2Hasher final : public PasswordHasher {
 public:
  struct Settings {
    std::size_t threads = 1;
    std::size_t queue = 256;  ///< waiting at most; the next one is answered 503
  };

  Argon2Hasher(const Settings& settings, Metrics& metrics);

  void stop() { pool_.stop(); }  ///< what waits is unavailable

  Task<Result<std::string>> hash(std::string password) override;
  Task<Result<bool>> verify(std::string hash, std::string password, std::string lane) override;

 private:
  std::string dummy_;  // what a password is held against where there is no account
  Histogram& took_;
  Pool pool_;
};

}  // namespace godwit::user
