#include "engine/sqlite/archive_tokenizer.hpp"

#include <string>
#include <string_view>

#include "engine/sqlite/index_terms.hpp"

namespace godwit::engine::sqlite {
namespace {

using TokenSink = int (*)(void*, int, const char*, int, int, int);

struct Emitter {
  void* context;
  TokenSink sink;
  // Offsets are for FTS5's own highlight(), which a contentless table cannot have.
  [[nodiscard]] int operator()(std::string_view term) const {
    return sink(context, 0, term.data(), static_cast<int>(term.size()), 0, static_cast<int>(term.size()));
  }
};

int emit_text(std::string_view text, const Emitter& emit) {
  int rc = SQLITE_OK;
  for_each_term(text, [&](std::string_view term) { return (rc = emit(term)) == SQLITE_OK; });
  return rc;
}

int emit_document(std::string_view document, const Emitter& emit) {
  for (int tag = 0; tag < 2; ++tag) {
    const auto end = document.find('\n');
    if (end == std::string_view::npos) return SQLITE_OK;
    if (const int rc = emit(document.substr(0, end)); rc != SQLITE_OK) return rc;
    document.remove_prefix(end + 1);
  }
  return emit_text(document, emit);
}

int create(void*, const char**, int, Fts5Tokenizer** out) {
  static char stateless;
  *out = reinterpret_cast<Fts5Tokenizer*>(&stateless);
  return SQLITE_OK;
}
void destroy(Fts5Tokenizer*) {}

int tokenize(Fts5Tokenizer*, void* context, int flags, const char* text, int size, TokenSink sink) {
  if (text == nullptr || size <= 0) return SQLITE_OK;
  const std::string_view view(text, static_cast<std::size_t>(size));
  const Emitter emit{context, sink};
  return (flags & FTS5_TOKENIZE_QUERY) != 0 ? emit(view) : emit_document(view, emit);
}

fts5_api* api_of(sqlite3* connection) {
  fts5_api* api = nullptr;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(connection, "SELECT fts5(?1)", -1, &statement, nullptr) == SQLITE_OK) {
    sqlite3_bind_pointer(statement, 1, static_cast<void*>(&api), "fts5_api_ptr", nullptr);
    sqlite3_step(statement);
  }
  sqlite3_finalize(statement);
  return api;
}

}  // namespace

Result<void> register_tokenizer(sqlite3* connection) {
  fts5_api* api = api_of(connection);
  if (api == nullptr) return fail(Code::unavailable, "this SQLite has no FTS5");
  fts5_tokenizer tokenizer{create, destroy, tokenize};
  if (api->xCreateTokenizer(api, "godwit", nullptr, &tokenizer, nullptr) != SQLITE_OK) {
    return fail(Code::unavailable, "the tokenizer cannot be registered");
  }
  return {};
}

}  // namespace godwit::engine::sqlite
