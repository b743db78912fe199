#include "engine/soci/dialect.hpp"

#include <algorithm>
#include <stdexcept>

namespace godwit::engine::soci {

std::string Dialect::expand(std::string_view sql) const {
  std::string out;
  for (std::size_t from = 0;;) {
    const auto open = sql.find('{', from);
    out += sql.substr(from, open - from);
    if (open == std::string_view::npos) return out;
    const auto close = sql.find('}', open);
    const auto word = std::ranges::find(words, sql.substr(open + 1, close - open - 1), &Word::name);
    if (word == words.end()) throw std::logic_error("no such word of the dialect: " + std::string(sql.substr(open)));
    out += word->sql;
    from = close + 1;
  }
}

}  // namespace godwit::engine::soci
