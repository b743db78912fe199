#pragma once
#include "engine/soci/failure.hpp"
#include "user/store/bulk_loader.hpp"

namespace godwit::engine::soci {

/// On a connection of its own, many rows a statement.
class SociLoader final : public user::BulkLoader {
 public:
  SociLoader(Connect connect, Log& log) : connect_(std::move(connect)), log_(log) {}
  Result<void> load(const user::BulkData& data, Millis now) override;

 private:
  Connect connect_;
  Log& log_;
};

}  // namespace godwit::engine::soci
