#include "user/accounts/argon2_hasher.hpp"

#include <sodium.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <chrono>

namespace godwit::user {
namespace {
constexpr unsigned long long kPasses = 2;
constexpr std::size_t kMemory = std::size_t{19} * 1024 * 1024;

std::string encode(const std::string& password) {
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), kPasses, kMemory,
                            crypto_pwhash_ALG_ARGON2ID13) != 0)
    return {};
  return out.data();
}

void give_way() {
  static thread_local const int done = setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 10);
  (void)done;
}

void wipe(std::string& secret) { sodium_memzero(secret.data(), secret.size()); }

class Stopwatch {
 public:
  explicit Stopwatch(Histogram& into) : into_(into) {}
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;
  ~Stopwatch() { into_.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count()); }

 private:
  Histogram& into_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};
}  // namespace

Argon2Hasher::Argon2Hasher(const Settings& settings, Metrics& metrics)
    : took_(metrics.histogram("godwit_password_hash_seconds", "Time of one argon2id, waiting not included")),
      pool_("argon2", settings.threads, settings.queue) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be initialised");
  std::string nobody(32, '\0');
  randombytes_buf(nobody.data(), nobody.size());
  dummy_ = encode(nobody);
  metrics.queue({.name = "passwords",
                 .metric = "godwit_password_hash_waiting",
                 .help = "Passwords waiting for argon2id",
                 .bound = settings.queue,
                 .depth = [this] { return pool_.waiting(); }});
}

Task<Result<std::string>> Argon2Hasher::hash(std::string password) {
  auto hashed = co_await pool_.run([&]() -> Result<std::string> {
    give_way();
    const Stopwatch watch(took_);
    auto text = encode(password);
    if (text.empty()) return fail(Code::unavailable, "no memory for hashing a password");
    return text;
  });
  wipe(password);
  co_return hashed;
}

Task<Result<bool>> Argon2Hasher::verify(std::string hash, std::string password, std::string lane) {
  auto matched = co_await pool_.run([&]() -> Result<bool> {
    give_way();
    const Stopwatch watch(took_);
    const bool real = hash.starts_with("$argon2id$");
    const bool same = crypto_pwhash_str_verify((real ? hash : dummy_).c_str(), password.data(), password.size()) == 0;
    return real && same;
  }, std::move(lane));
  wipe(password);
  co_return matched;
}

}  // namespace godwit::user
