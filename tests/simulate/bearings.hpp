#pragma once
#include <string>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "gateway/gateway_role.hpp"
#include "node/node_role.hpp"
#include "simulate/dice.hpp"
#include "user/accounts/password_hasher.hpp"
#include "user/context/settings.hpp"
#include "user/sessions/token.hpp"

/// What every life of a process has, and how the roles are set: nothing is limited by rates, which people here do not
/// try.
namespace godwit::simulate {

struct Bearings {
  explicit Bearings(Dice dice) : random(dice) {}
  Log log{-1, Level::error};
  Metrics metrics;
  SeededRandom random;
};

/// Takes no time: what argon2id is slow against nobody tries here.
class PlainHasher final : public user::PasswordHasher {
 public:
  Task<Result<std::string>> hash(std::string password) override { co_return "plain:" + password; }
  Task<Result<bool>> verify(std::string hash, std::string password, std::string) override {
    co_return hash == "plain:" + password;
  }
};

struct Keys {
  PlainHasher hasher;
  user::TokenSigner signer{user::SigningKey{1, 2, 3}};
};

inline user::Settings user_settings() {
  user::Settings settings;
  settings.changes.enabled = false;
  settings.logins.enabled = false;
  settings.registrations.enabled = false;
  settings.caps.cooling_off_ms = 0;
  return settings;
}
inline gateway::Settings gateway_settings() {
  gateway::Settings settings;
  settings.limits = false;
  return settings;
}
inline node::Settings node_settings(std::string name) {
  node::Settings settings;
  settings.name = std::move(name);
  settings.frames_per_socket = 0;
  return settings;
}

/// A Role's chores, each second, for ever.
template <class Role>
Task<void> do_chores(Role& role, Executor& executor) {
  for (;;) {
    co_await role.tick();
    co_await sleep_for(executor, std::chrono::seconds(1));
  }
}

}  // namespace godwit::simulate
