#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "net/http/reply.hpp"
#include "wire/json.hpp"
#include "wire/shapes.hpp"

namespace godwit::wire {

[[nodiscard]] net::Reply reply(int status, std::string json);
[[nodiscard]] net::Reply no_content();
/// application/problem+json (RFC 9457), with Retry-After where the error says so.
[[nodiscard]] net::Reply problem(const Error& error, std::string_view trace);

/// One object as an answer: `reply_with(201, user)`.
template <class... Shape>
[[nodiscard]] net::Reply reply_with(int status, const Shape&... shape) {
  JsonWriter json;
  write(json, shape...);
  return reply(status, json.take());
}

/// A list's answer: {"items":[…],"next":…}. `each(json, item)` writes one.
template <class Items, class Each>
[[nodiscard]] net::Reply reply_page(const Items& items, std::string_view next, Each each) {
  JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& item : items) each(json, item);
  json.end_array().key("next");
  if (next.empty())
    json.null();
  else
    json.string(next);
  json.end_object();
  return reply(200, json.take());
}

}  // namespace godwit::wire
