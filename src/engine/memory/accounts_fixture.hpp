#pragma once
#include "engine/memory/accounts_store.hpp"
#include "user/store/store_fixture.hpp"

namespace godwit::engine::memory {

class MemoryBed final : public user::suite::Bed {
 public:
  user::Store& store() override { return *store_; }
  user::BulkLoader& loader() override { return *store_; }
  void restart() override { store_ = std::make_unique<AccountsStore>(disk_); }

 private:
  AccountsDisk disk_;
  std::unique_ptr<AccountsStore> store_ = std::make_unique<AccountsStore>(disk_);
};

inline std::unique_ptr<user::suite::Bed> make_memory_bed() { return std::make_unique<MemoryBed>(); }

}  // namespace godwit::engine::memory
