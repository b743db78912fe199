#include "wire/reply.hpp"

#include <algorithm>

namespace godwit::wire {

net::Reply reply(int status, std::string json) {
  net::Reply response;
  response.status = status;
  response.body = std::move(json);
  return response;
}

net::Reply no_content() {
  net::Reply response;
  response.status = 204;
  response.content_type.clear();
  return response;
}

net::Reply problem(const Error& error, std::string_view trace) {
  const CodeInfo& known = info(error.code);
  JsonWriter json;
  json.begin_object()
      .field("type", "/docs/errors#" + std::string(known.name))
      .field("title", known.title)
      .field("status", static_cast<std::int64_t>(known.status))
      .field("code", known.name)
      .field("detail", error.detail.empty() ? known.title : std::string_view(error.detail))
      .field("retryable", known.retryable)
      .field("traceId", trace);
  if (error.code == Code::invalid_fields) {
    json.key("fields").begin_object();
    for (const auto& [name, reason] : error.fields) json.field(name, reason);
    json.end_object();
  }
  json.end_object();
  auto response = reply(known.status, json.take());
  response.content_type = "application/problem+json";
  const auto wait = error.retry_after_s != 0 ? error.retry_after_s
                                             : (error.code == Code::unavailable || known.status == 429 ? 1U : 0U);
  if (wait != 0) response.headers.push_back({"retry-after", std::to_string(wait)});
  if (known.status == 429) {
    response.headers.push_back({"ratelimit-limit", std::to_string(std::max<std::uint32_t>(1, error.limit))});
    response.headers.push_back({"ratelimit-remaining", "0"});
    response.headers.push_back({"ratelimit-reset", std::to_string(wait)});
  }
  return response;
}

}  // namespace godwit::wire
