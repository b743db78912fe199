#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "domain/ids.hpp"

namespace godwit::engine::sqlite {

class SociConnection;

/// What a name is found by is kept in the table name_words: the folded name (folding.hpp) from each of its words to its
/// end, and in scripts without spaces from each character. So 小明 finds "Bob 王小明", and "hod" finds "Matthew Hodgson".
inline constexpr std::size_t kNameBeginnings = 32;  ///< of one name
inline constexpr std::size_t kNameCharacters = 64;  ///< of one beginning
[[nodiscard]] std::vector<std::string> name_beginnings(std::string_view name);
/// What one of them must begin with for `typed` to find the name; empty: nothing was asked for.
[[nodiscard]] std::string name_prefix(std::string_view typed);

/// Those of one account, in place of what is there.
void write_name_words(SociConnection& db, const UserKey& key, std::string_view name);

/// Makes the table anew where another version of the fold made it: some thousand accounts a transaction, goes on where
/// it was stopped. Blocks; about half a minute a million accounts. Throws StoreFailure.
void refresh_name_words(SociConnection& db);

}  // namespace godwit::engine::sqlite
