#pragma once
#include <string>
#include <vector>

namespace godwit::mysql {

inline constexpr auto kLedgerVersion = "ledger_version";

/// The ledger's tables, step by step (docs/formats.md). `name`: of the store's life, where it has none yet.
[[nodiscard]] std::vector<std::string> ledger_steps(const std::string& name);

}  // namespace godwit::mysql
