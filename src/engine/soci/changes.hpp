#pragma once
#include "engine/soci/failure.hpp"
#include "user/store/change_outbox.hpp"

namespace godwit::engine::soci {

/// One row a transaction; in it a line a change, its fields by tabs, none of which holds either.
class SociChanges final : public user::ChangeOutbox {
 public:
  SociChanges(SociConnection& connection, Log& log) : db_(connection), log_(log) {}

  Result<std::int64_t> add(std::span<const changes::Change> changes) override;
  Result<std::vector<user::WaitingChanges>> waiting(std::int64_t after, std::size_t limit) override;
  Result<void> remove(std::span<const std::int64_t> ordinals) override;

 private:
  SociConnection& db_;
  Log& log_;
};

}  // namespace godwit::engine::soci
