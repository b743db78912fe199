#pragma once
#include <atomic>
#include <memory>
#include <string>

#include "engine/soci/connection.hpp"

namespace godwit::engine::sqlite {

using soci::SociConnection;
using soci::StoreFailure;

/// Opens a connection to accounts.db. Throws StoreFailure.
[[nodiscard]] std::unique_ptr<soci::Backend> open_accounts(const std::string& path, SociConnection::Mode mode);
/// Statements of this connection, which open_accounts made, end with an error once `flag` is true.
void interrupt_when(soci::Backend& backend, const std::atomic<bool>& flag);

}  // namespace godwit::engine::sqlite
