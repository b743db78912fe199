#include "net/http/parser.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

namespace godwit::net {
namespace {

struct Outcome {
  std::vector<Request> requests;
  std::optional<Code> failure;
};

Outcome parse(std::string_view bytes, std::size_t step, const HttpLimits& limits) {
  RequestParser parser(limits);
  Outcome outcome;
  while (!bytes.empty() && !outcome.failure) {
    std::string_view chunk = bytes.substr(0, step);
    bytes.remove_prefix(chunk.size());
    while (!chunk.empty() && !outcome.failure) {
      const auto status = parser.feed(chunk);
      if (status == RequestParser::Status::complete) outcome.requests.push_back(parser.take());
      if (status == RequestParser::Status::failed) outcome.failure = parser.error().code;
    }
  }
  return outcome;
}

/// The same in one piece, in single bytes and in sevens.
Outcome in_every_way(std::string_view bytes, const HttpLimits& limits = {}) {
  Outcome whole = parse(bytes, bytes.size(), limits);
  for (const std::size_t step : {1UL, 7UL}) {
    const Outcome cut = parse(bytes, step, limits);
    CHECK(cut.failure == whole.failure);
    REQUIRE(cut.requests.size() == whole.requests.size());
    for (std::size_t i = 0; i < cut.requests.size(); ++i) CHECK(cut.requests[i].body == whole.requests[i].body);
  }
  return whole;
}

std::string chunked(std::string_view body) {
  return "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(body);
}

}  // namespace

TEST_CASE("requests one after the other, with and without bodies") {
  const auto outcome = in_every_way(
      "GET /a?b=c HTTP/1.1\r\nHost: h\r\nX-One:  two \r\nx-one: three\r\n\r\n"
      "\r\nPOST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
      "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\nA;ext=1;e=\"q\"\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n"
      "PUT /d HTTP/1.0\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
  CHECK_FALSE(outcome.failure);
  REQUIRE(outcome.requests.size() == 4);
  const auto& get = outcome.requests[0];
  CHECK(get.method == "GET");
  CHECK(get.path == "/a");
  CHECK(get.query == "b=c");
  CHECK(get.version == 11);
  CHECK(get.header("host") == "h");
  CHECK(get.header("x-one") == "two");
  CHECK(get.header("absent").empty());
  CHECK(get.headers.size() == 3);
  CHECK_FALSE(get.has_body);
  CHECK(outcome.requests[1].body == "hello");
  CHECK(outcome.requests[1].has_body);
  CHECK(outcome.requests[2].body == "abc0123456789");
  CHECK(outcome.requests[2].header("trailer").empty());
  CHECK(outcome.requests[3].version == 10);
  CHECK_FALSE(outcome.requests[3].has_body);
}

TEST_CASE("chunks that are not well-formed") {
  for (const std::string_view bad :
       {"x\r\nabc\r\n0\r\n\r\n", "-3\r\nabc\r\n0\r\n\r\n", "+3\r\nabc\r\n0\r\n\r\n", "0x3\r\nabc\r\n0\r\n\r\n",
        "3\nabc\r\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n", "3\r\nabc0\r\n\r\n", " 3\r\nabc\r\n0\r\n\r\n",
        "3;\x01\r\nabc\r\n0\r\n\r\n", "3\r\nabc\n0\r\n\r\n", "3\r\nabc\rx0\r\n\r\n", "3\rxabc\r\n0\r\n\r\n",
        "0\r\nX: y\rx\r\n\r\n", "0\r\n\rx", "\r\n", "0\r\nbad trailer\r\n\r\n", "0\r\nX: y\n\r\n\r\n"}) {
    CAPTURE(bad);
    CHECK(in_every_way(chunked(bad)).failure == Code::malformed_request);
  }
  CHECK(in_every_way(chunked("FFFFFFFFFFFFFFFFF\r\nabc")).failure == Code::body_too_large);
  CHECK(in_every_way(chunked(std::string(20, '0') + "\r\n\r\n")).failure == Code::malformed_request);
  CHECK(in_every_way(chunked("3;" + std::string(10'000, 'x'))).failure == Code::malformed_request);
  CHECK(in_every_way(chunked("0\r\n" + std::string(10'000, 'x'))).failure == Code::malformed_request);
}

TEST_CASE("bodies above the limit, announced or not") {
  const HttpLimits limits{.body_bytes = 10};
  CHECK(in_every_way("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789", limits).requests.size() ==
        1);
  CHECK(in_every_way("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n", limits).failure ==
        Code::body_too_large);
  CHECK(in_every_way("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551615\r\n\r\n", limits).failure ==
        Code::body_too_large);
  CHECK(in_every_way(chunked("5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n"), limits).requests.size() == 1);
  CHECK(in_every_way(chunked("5\r\n01234\r\n6\r\n56789a\r\n0\r\n\r\n"), limits).failure == Code::body_too_large);
}

TEST_CASE("heads above the limit, ended or not") {
  const HttpLimits limits{.head_bytes = 100};
  const auto head_of = [](std::size_t size) {
    std::string head = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    return head + std::string(size - head.size() - 4, 'x') + "\r\n\r\n";
  };
  CHECK(in_every_way(head_of(100), limits).requests.size() == 1);
  CHECK(in_every_way(head_of(101), limits).failure == Code::headers_too_large);
  CHECK(in_every_way(std::string(101, 'x'), limits).failure == Code::headers_too_large);
  CHECK(in_every_way(head_of(100) + head_of(100) + head_of(200), limits).requests.size() == 2);
}

TEST_CASE("a bare LF is refused without waiting for an end that never comes") {
  CHECK(in_every_way("GET / HTTP/1.1\nHost: a\n\n").failure == Code::malformed_request);
  CHECK(in_every_way("\n").failure == Code::malformed_request);
}

TEST_CASE("a few empty lines before a request are ignored, an endless stream of them is not") {
  const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  CHECK(in_every_way("\r\n\r\n" + request + "\r\n" + request).requests.size() == 2);
  std::string many;
  for (int i = 0; i < 9; ++i) many += "\r\n";
  CHECK(in_every_way(many + request).failure == Code::malformed_request);
}

TEST_CASE("a parser says how far a request is") {
  RequestParser parser(HttpLimits{});
  const auto feed = [&parser](std::string_view bytes) { return parser.feed(bytes); };
  CHECK(feed("\r\n") == RequestParser::Status::need_more);
  CHECK_FALSE(parser.begun());
  CHECK(feed("POST / HT") == RequestParser::Status::need_more);
  CHECK(parser.begun());
  CHECK_FALSE(parser.head_complete());
  CHECK(feed("TP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 2\r\n\r\n") ==
        RequestParser::Status::need_more);
  CHECK(parser.head_complete());
  CHECK(parser.expects_continue());
  CHECK(feed("o") == RequestParser::Status::need_more);
  CHECK(feed("k") == RequestParser::Status::complete);
  CHECK(parser.take().body == "ok");
  CHECK_FALSE(parser.keep_alive());
  CHECK_FALSE(parser.begun());
}

}  // namespace godwit::net
