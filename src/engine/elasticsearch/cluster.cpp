#include "engine/elasticsearch/cluster.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace godwit::engine::elasticsearch {

namespace json = boost::json;

namespace {

Result<Answer> read_answer(const HttpReply& reply) {
  Answer answer{.status = reply.status};
  if (reply.body.empty()) return answer;
  json::error_code wrong;
  answer.body = json::parse(reply.body, wrong);
  // What stands between (a proxy) may answer an error in words of its own.
  if (wrong && answer.good()) return fail(Code::unavailable, "an answer that is no JSON");
  return answer;
}

}  // namespace

Task<Result<Answer>> Cluster::ask(std::string method, std::string path, std::string body,
                                  std::chrono::milliseconds limit) {
  CO_TRY(const auto reply,
         co_await http_.call({.method = std::move(method), .path = std::move(path), .body = std::move(body)}, limit));
  co_return read_answer(reply);
}

Task<Result<json::value>> Cluster::read(std::string call, const json::object& body) {
  CO_TRY(auto answer, co_await ask("POST", path(call), json::serialize(body), settings_.read_limit));
  if (!answer.good()) co_return std::unexpected(error_of(answer));
  CO_CHECK(check_whole(answer.body));
  co_return std::move(answer.body);
}

Task<Result<Answer>> Cluster::bulk(std::string lines) {
  HttpRequest request{
      .method = "POST", .path = path("_bulk?require_alias=true"), .body = std::move(lines), .lines = true};
  CO_TRY(const auto reply, co_await http_.call(std::move(request), settings_.write_limit));
  CO_TRY(auto answer, read_answer(reply));
  if (!answer.good()) co_return std::unexpected(error_of(answer));
  co_return std::move(answer);
}

}  // namespace godwit::engine::elasticsearch
