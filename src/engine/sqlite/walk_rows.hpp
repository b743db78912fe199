#pragma once
#include <functional>
#include <string>

#include "base/table_row.hpp"
#include "domain/message.hpp"

/// A database at rest, read from its first row to its last, in an order that stays the same. What is damaged is an
/// error. Blocks.
namespace godwit::engine::sqlite {

/// Of accounts.db, by the table's key.
[[nodiscard]] Result<void> walk_table(const std::string& path, const Table& table, const RowSink& sink);

/// Every message of archive.db, in the order in which they came.
using MessageSink = std::function<Result<void>(MessagePtr)>;
[[nodiscard]] Result<void> walk_archive(const std::string& path, const MessageSink& sink);

}  // namespace godwit::engine::sqlite
