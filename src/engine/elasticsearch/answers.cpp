#include "engine/elasticsearch/answers.hpp"

#include <boost/json/array.hpp>

namespace godwit::engine::elasticsearch {

namespace json = boost::json;

const json::value* at(const json::value& value, std::string_view pointer) {
  json::error_code wrong;
  return value.find_pointer(pointer, wrong);
}

std::string_view text_at(const json::value& value, std::string_view pointer) {
  const auto* found = at(value, pointer);
  const auto* text = found == nullptr ? nullptr : found->if_string();
  return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

std::optional<std::int64_t> number_at(const json::value& value, std::string_view pointer) {
  const auto* found = at(value, pointer);
  if (found == nullptr || !found->is_int64()) return std::nullopt;
  return found->get_int64();
}

const json::array& array_at(const json::value& value, std::string_view pointer) {
  static const json::array nothing;
  const auto* found = at(value, pointer);
  const auto* array = found == nullptr ? nullptr : found->if_array();
  return array == nullptr ? nothing : *array;
}

bool passes(int status) noexcept {
  return status == 401 || status == 403 || status == 404 || status == 408 || status == 429 || status >= 500;
}

Error error_of(const Answer& answer) {
  const auto type = text_at(answer.body, "/error/type");
  const bool asked_wrongly = answer.status >= 400 && !passes(answer.status);
  return {.code = asked_wrongly ? Code::internal : Code::unavailable,
          .detail = "status " + std::to_string(answer.status) + (type.empty() ? "" : ", " + std::string(type))};
}

Result<void> check_whole(const json::value& body) {
  const auto failed = number_at(body, "/_shards/failed");
  const auto total = number_at(body, "/_shards/total"), successful = number_at(body, "/_shards/successful");
  if (!failed || !total || !successful) return fail(Code::unavailable, "an answer that is none of Elasticsearch");
  const auto* late = at(body, "/timed_out");
  if (*failed != 0 || *successful != *total || (late != nullptr && late->is_bool() && late->get_bool()))
    return fail(Code::unavailable, "a part of the index did not answer");
  return {};
}

}  // namespace godwit::engine::elasticsearch
