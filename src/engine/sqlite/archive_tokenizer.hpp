#pragma once
#include <sqlite3.h>

#include "base/error.hpp"

namespace godwit::engine::sqlite {

/// Makes the tokenizer "godwit" known to a connection's FTS5. Documents are what `index_document` makes; a term of a
/// query is taken as it stands, because the query was taken apart already (archive_query.hpp).
[[nodiscard]] Result<void> register_tokenizer(sqlite3* connection);

}  // namespace godwit::engine::sqlite
