#include "net/http/head.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace godwit::net {
namespace {

Result<HeadFacts> check_head(std::string_view head) {
  Request request;
  return parse_head(head, request);
}

Result<HeadFacts> check_lines(std::string_view lines) {
  return check_head("POST /v1/messages HTTP/1.1\r\n" + std::string(lines) + "\r\n");
}

Code failure(const Result<HeadFacts>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error().code;
}

}  // namespace

TEST_CASE("a head says its version, its length and whether the connection goes on") {
  const auto plain = check_lines("Host: a\r\nContent-Length: 12\r\n");
  REQUIRE(plain.has_value());
  CHECK(plain->version == 11);
  CHECK(plain->content_length == 12);
  CHECK(plain->keep_alive);
  CHECK_FALSE(plain->chunked);
  CHECK(check_lines("hOST:a\r\nTRANSFER-encoding:\t chunked \r\n")->chunked);
  CHECK(check_lines("Host: a\r\nTransfer-Encoding: Chunked\r\n")->chunked);
  CHECK_FALSE(check_lines("Host: a\r\nConnection: keep-alive, CLOSE\r\n")->keep_alive);
  CHECK(check_lines("Host: a\r\nExpect: 100-Continue\r\n")->expects_continue);
  CHECK_FALSE(check_head("GET / HTTP/1.0\r\nHost: a\r\n\r\n")->keep_alive);
  CHECK(check_head("GET / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n")->keep_alive);
}

TEST_CASE("shapes that smuggle requests are refused") {
  const std::vector<std::string_view> smuggling{
      "Host: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n",
      "Host: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n",
      "Host: a\r\nContent-Length: 5, 5\r\n",
      "Host: a\r\nContent-Length: +5\r\n",
      "Host: a\r\nContent-Length: -5\r\n",
      "Host: a\r\nContent-Length: 0x5\r\n",
      "Host: a\r\nContent-Length: 5 5\r\n",
      "Host: a\r\nContent-Length:\r\n",
      "Host: a\r\nContent-Length: 99999999999999999999999\r\n",
      "Host: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
      "Host: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n",
      "Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
      "Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
      "Host: a\r\nTransfer-Encoding: identity\r\n",
      "Host: a\r\nTransfer-Encoding: gzip, chunked\r\n",
      "Host: a\r\nTransfer-Encoding: chunked, chunked\r\n",
      "Host: a\r\nTransfer-Encoding: xchunked\r\n",
      "Host: a\r\nTransfer-Encoding: \x0b" "chunked\r\n",
      "Host: a\r\nTransfer-Encoding : chunked\r\n",
      "Host: a\r\nContent-Length : 5\r\n",
      "Host: a\r\nX: y\r\n folded\r\n",
      "Host: a\r\nX: y\r\n\tfolded\r\n",
      " Host: a\r\n",
      "Host: a\r\nno colon\r\n",
      "Host: a\r\n: no name\r\n",
      "Host: a\r\nbad name: x\r\n",
      "Host: a\r\nbad(name): x\r\n",
      "Host: a\r\nX: y\nContent-Length: 5\r\n",
      "Host: a\r\nX: y\rContent-Length: 5\r\n",
      "Host: a\nX: y\r\n",
      "Host: a\r\nConnection: close; x\r\n",
      "Host: a\r\nX: \x01\r\n",
      "Host: a\r\nX: \x7f\r\n",
      {"Host: a\r\nX: \0\r\n", 15},
  };
  for (const auto lines : smuggling) {
    CAPTURE(lines);
    CHECK(failure(check_lines(lines)) == Code::malformed_request);
  }
}

TEST_CASE("exactly one Host, well-formed; none at all in HTTP/1.0 alone") {
  CHECK(failure(check_lines("Accept: */*\r\n")) == Code::malformed_request);
  CHECK(check_head("GET / HTTP/1.0\r\n\r\n"));
  CHECK(failure(check_head("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n")) == Code::malformed_request);
  CHECK(failure(check_lines("Host: a\r\nHost: a\r\n")) == Code::malformed_request);
  CHECK(failure(check_lines("Host: a\r\nhost: b\r\n")) == Code::malformed_request);
  for (const std::string_view good :
       {"a", "chat.example.com", "127.0.0.1:8080", "[::1]", "[2001:db8::1]:80", "a:", "localhost:65535"}) {
    CAPTURE(good);
    CHECK(check_lines("Host: " + std::string(good) + "\r\n").has_value());
  }
  for (const std::string_view bad :
       {"", "a b", "a,b", "a/b", "user@a", "a:x", "a:123456", "[::1", "[]", "[::1]x", "a\\b", ":80", "a?b", "a#b"}) {
    CAPTURE(bad);
    CHECK(failure(check_lines("Host: " + std::string(bad) + "\r\n")) == Code::malformed_request);
  }
}

TEST_CASE("request lines") {
  const auto check_line = [](std::string_view line) {
    return check_head(std::string(line) + "\r\nHost: a\r\n\r\n").has_value();
  };
  for (const std::string_view good :
       {"GET / HTTP/1.1", "M-SEARCH /x?y=z HTTP/1.0", "OPTIONS * HTTP/1.1", "GET http://a/b?c HTTP/1.1",
        "GET https://a:1?c HTTP/1.1", "GET HTTP://a HTTP/1.1", "GET /%zz HTTP/1.1"}) {
    CAPTURE(good);
    CHECK(check_line(good));
  }
  for (const std::string_view bad : {"",
                                     "GET",
                                     "GET /",
                                     "GET  / HTTP/1.1",
                                     "GET /  HTTP/1.1",
                                     "GET / HTTP/1.1 ",
                                     " GET / HTTP/1.1",
                                     "G(T / HTTP/1.1",
                                     "GET / http/1.1",
                                     "GET / HTTP/1.10",
                                     "GET /\tHTTP/1.1",
                                     "GET a HTTP/1.1",
                                     "GET /a#b HTTP/1.1",
                                     "GET /\x80 HTTP/1.1",
                                     "GET /\x01 HTTP/1.1",
                                     "CONNECT a:80 HTTP/1.1",
                                     "GET http:///x HTTP/1.1",
                                     "GET http://u@a/ HTTP/1.1",
                                     "GET ftp://a/ HTTP/1.1",
                                     "GET /a b HTTP/1.1"}) {
    CAPTURE(bad);
    CHECK_FALSE(check_line(bad));
  }
}

TEST_CASE("targets are split into path and query") {
  Target target;
  REQUIRE(parse_target("/v1/users?q=a?b&c", target));
  CHECK(target.path == "/v1/users");
  CHECK(target.query == "q=a?b&c");
  REQUIRE(parse_target("http://a:80/x/y?z", target));
  CHECK(target.path == "/x/y");
  CHECK(target.query == "z");
  REQUIRE(parse_target("http://a", target));
  CHECK(target.path == "/");
}

TEST_CASE("a hundred headers and no more") {
  std::string lines = "Host: a\r\n";
  for (int i = 0; i < 99; ++i) lines += "X: y\r\n";
  CHECK(check_lines(lines).has_value());
  CHECK(failure(check_lines(lines + "X: y\r\n")) == Code::headers_too_large);
}

}  // namespace godwit::net
