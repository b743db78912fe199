#pragma once
#include "app/config/config.hpp"
#include "app/server/engines.hpp"
#include "app/server/loops.hpp"
#include "app/server/roles.hpp"
#include "app/server/surroundings.hpp"
#include "user/sessions/signing_key.hpp"

namespace godwit::app {

/// The roles on stores that nobody serves, without a door: what numbers frames, and carries what was numbered to inbox
/// and archive. The engines are at their end with it.
class Carriers {
 public:
  struct Place {
    const Config& config;
    Engines& engines;
    user::SigningKey key;
    Surroundings with;
  };
  explicit Carriers(const Place& place);
  Carriers(const Carriers&) = delete;
  Carriers& operator=(const Carriers&) = delete;
  ~Carriers();

  [[nodiscard]] dispatch::Service& dispatch() noexcept { return roles_.dispatch.place(); }
  /// Waits until inbox and archive have everything; unavailable where neither takes anything for two minutes.
  Result<void> settle();

 private:
  Engines& engines_;
  Loops loops_{1};
  Roles roles_;
};

}  // namespace godwit::app
