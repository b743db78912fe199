#include "archive/archive_role.hpp"

namespace godwit::archive {

/// Rights are the store's own here: it finds only what it has, and knows who may read that.
Task<Result<Hits>> ArchiveRole::search_messages(SearchQuery query) {
  if (query.conversation) {
    CO_CHECK(co_await readable(query.reader, *query.conversation));
    CO_CHECK(co_await check_silent(query.reader, *query.conversation));
  }
  co_return co_await store_.search(std::move(query));
}

}  // namespace godwit::archive
