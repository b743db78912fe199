// A search's text is whatever a client typed: it must never be an error of FTS5, reach terms that are not a text's, or
// find what is not there. Input: the query, a NUL, a message's text.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/sqlite/archive_query.hpp"
#include "engine/sqlite/archive_tokenizer.hpp"
#include "engine/sqlite/sqlite_handle.hpp"

namespace {

using namespace godwit::engine::sqlite;

struct Index {
  Connection connection;
  Statement match;
};

Index make_index() {
  auto connection = Connection::open(":memory:", Connection::Mode::create);
  if (!connection || !register_tokenizer(connection->raw())) std::abort();
  if (!connection->run(
          "CREATE VIRTUAL TABLE texts USING fts5(body, content='', columnsize=0, detail=none, tokenize='godwit');"
          "INSERT INTO texts(rowid, body) VALUES(1, '@1' || char(10) || '~alice' || char(10) || 'hello 今天天气');")) {
    std::abort();
  }
  auto match = connection->prepare("SELECT rowid FROM texts WHERE texts MATCH ?1");
  if (!match) std::abort();
  return {std::move(*connection), std::move(*match)};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Index index = make_index();
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto split = input.find('\0');
  const auto typed = input.substr(0, split);
  const auto text = split == std::string_view::npos ? std::string_view("hello 今天天气") : input.substr(split + 1);

  const TextQuery query(typed);
  const auto found = query.find_in(text);
  if (found && query.empty()) std::abort();
  std::uint32_t behind = 0;
  for (const auto& [from, to] : found.value_or(std::vector<godwit::archive::Highlight>{})) {
    if (from < behind || to <= from || to > text.size()) std::abort();
    behind = to;
  }

  if (query.empty()) return 0;
  const std::int64_t conversation = 1;
  const auto expression = narrowed(query.expression(), "alice", {&conversation, 1});
  const Reading reading(index.match);
  const auto matched = index.match.bind_text(1, expression).step();
  if (!matched) std::abort();
  // What the text holds, its index must match.
  if (query.find_in("hello 今天天气") && !*matched) std::abort();
  return 0;
}
