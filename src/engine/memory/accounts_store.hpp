#pragma once
#include <mutex>

#include "engine/memory/accounts_disk.hpp"
#include "user/store/bulk_loader.hpp"

namespace godwit::engine::memory {

/// The relational store in memory. Work runs on the caller's thread, before the call comes back: a read on a copy of
/// the tables that it has for itself, writes one after the other. Nothing waits, so it is never unavailable.
class AccountsStore final : public user::Store, public user::BulkLoader {
 public:
  /// `disk` outlives the store.
  explicit AccountsStore(AccountsDisk& disk) : disk_(disk) {}

  Task<Result<void>> run_read(const Work& work, std::string lane) override;
  Task<Result<void>> run_write(const Work& work, user::Durability durability) override;
  Result<void> load(const user::BulkData& data, Millis now) override;

 private:
  Result<void> write_now(const Work& work, user::Durability durability);

  AccountsDisk& disk_;
  std::mutex writing_;
};

}  // namespace godwit::engine::memory
