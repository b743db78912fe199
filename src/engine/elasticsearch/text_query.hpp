#pragma once
#include <boost/json/array.hpp>

#include "domain/sought_text.hpp"

namespace godwit::engine::elasticsearch {

/// What must be true of a document's `terms` for it to hold the text, as filters of a query. A superset only where a
/// word is longer than a term.
[[nodiscard]] boost::json::array text_filters(const SoughtText& sought);

}  // namespace godwit::engine::elasticsearch
