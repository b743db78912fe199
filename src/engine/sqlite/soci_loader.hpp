#pragma once
#include <string>

#include "engine/sqlite/soci_failure.hpp"
#include "user/store/bulk_loader.hpp"

namespace godwit::engine::sqlite {

/// On a connection of its own, with every statement prepared once.
class SociLoader final : public user::BulkLoader {
 public:
  SociLoader(std::string path, Log& log) : path_(std::move(path)), log_(log) {}
  Result<void> load(const user::BulkData& data, Millis now) override;

 private:
  std::string path_;
  Log& log_;
};

}  // namespace godwit::engine::sqlite
