#pragma once
#include "engine/soci/failure.hpp"
#include "user/store/tidy_store.hpp"

namespace godwit::engine::soci {

class SociTidy final : public user::TidyStore {
 public:
  SociTidy(SociConnection& connection, Log& log) : db_(connection), log_(log) {}

  Result<std::vector<SessionId>> expired_sessions(Millis before, std::size_t limit) override;
  Result<std::size_t> answered_requests(Millis before, std::size_t limit) override;
  Result<std::size_t> past_mutes(Millis before, std::size_t limit) override;

 private:
  SociConnection& db_;
  Log& log_;
};

}  // namespace godwit::engine::soci
