#pragma once
#include <string>

#include "app/config/config.hpp"
#include "app/maintenance/migrate.hpp"
#include "base/error.hpp"

namespace godwit::app {

/// Makes the archive's index in Elasticsearch anew, from its own records and from what the ledger still has, while
/// servers run or not: compared with the old one, message by message, before it takes its place. What is recalled stays
/// so. While the last is copied, nothing is written to the archive: it is brought again. Blocks; broken off, it goes on
/// when it is called again. internal: they differ, and the old one stays.
[[nodiscard]] Result<void> reindex(const Config& config, const Say& say);

/// Makes the search index of a directory at rest anew. Blocks. unavailable where a server holds it.
[[nodiscard]] Result<void> reindex(const std::string& data, const Say& say);

}  // namespace godwit::app
