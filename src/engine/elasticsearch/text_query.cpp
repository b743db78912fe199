#include "engine/elasticsearch/text_query.hpp"

#include <boost/json/object.hpp>

#include "domain/search_terms.hpp"

namespace godwit::engine::elasticsearch {

namespace json = boost::json;

namespace {

json::object filter(std::string_view kind, std::string value) { return {{kind, {{"terms", std::move(value)}}}}; }

/// A lone character is at the head of a pair, or alone where its run ends with it. More are the pairs of one run, in
/// their places.
json::object run_filter(std::u32string_view run) {
  std::string text;
  if (run.size() == 1) {
    append_run_term(text, run, 0);
    return filter("prefix", std::move(text));
  }
  for (std::size_t i = 0; i + 1 < run.size(); ++i) {
    if (i > 0) text += ' ';
    append_run_term(text, run, i);
  }
  return filter(run.size() == 2 ? "term" : "match_phrase", std::move(text));
}

}  // namespace

json::array text_filters(const SoughtText& sought) {
  json::array filters;
  for (const auto& [run, characters] : sought.needles()) {
    if (run) {
      filters.push_back(run_filter(characters));
    } else {
      std::string word;
      append_word_term(word, characters);
      filters.push_back(filter("term", std::move(word)));
    }
  }
  return filters;
}

}  // namespace godwit::engine::elasticsearch
