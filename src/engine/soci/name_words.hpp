#pragma once
#include <string_view>

#include "domain/ids.hpp"

namespace godwit::engine::soci {

class SociConnection;

/// The table name_words keeps what names are found by (domain/name_beginnings.hpp), so that an index finds them.
/// Writes those of one account, in place of what is there.
void write_name_words(SociConnection& db, const UserKey& key, std::string_view name);

/// Makes the table anew where another version of the fold made it: some thousand accounts a transaction, goes on where
/// it was stopped. Blocks; about half a minute a million accounts. Throws StoreFailure.
void refresh_name_words(SociConnection& db);

}  // namespace godwit::engine::soci
