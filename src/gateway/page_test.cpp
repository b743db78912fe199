#include "gateway/page.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace godwit;
using namespace godwit::gateway;

namespace {

constexpr std::array<PageFile, 4> kFiles{{
    {.path = "/index.html", .identity = "<html>", .brotli = "br", .gzip = "gz", .hash = "1a"},
    {.path = "/assets/index-3f.js", .identity = "let a;", .brotli = "js-br", .gzip = "js-gz", .hash = "2b"},
    {.path = "/assets/sound.mp3", .identity = "la", .hash = "3c"},
    {.path = "/favicon.svg", .identity = "<svg>", .gzip = "svg-gz", .hash = "4d"},
}};

net::Request request(std::string path, std::vector<net::Header> headers = {}) {
  return {.method = "GET", .path = std::move(path), .headers = std::move(headers)};
}

std::string header(const net::Response& response, std::string_view name) {
  std::string all;
  for (const auto& each : response.headers) {
    if (each.name == name) all += each.value;
  }
  return all;
}

Code refused(const Page& page, const net::Request& asked) {
  const auto answer = page.answer(asked);
  REQUIRE_FALSE(answer);
  return answer.error().code;
}

const net::Header kNavigates{"accept", "text/html,application/xhtml+xml,*/*;q=0.8"};

}  // namespace

TEST_CASE("files answer with their own bytes, borrowed") {
  const Page page(kFiles);
  REQUIRE(page.built());
  for (const auto& file : kFiles) {
    CAPTURE(file.path);
    const auto answer = page.answer(request(std::string(file.path)));
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->borrowed.data() == file.identity.data());
    CHECK(header(*answer, "etag") == '"' + std::string(file.hash) + '"');
    CHECK(header(*answer, "content-encoding").empty());
  }
  CHECK(page.answer(request("/favicon%2Esvg"))->borrowed == "<svg>");
}

TEST_CASE("the page may open sockets at its own server, and at the nodes that are named") {
  const auto policy = [](const Page& page) { return header(*page.answer(request("/")), "content-security-policy"); };
  CHECK(policy(Page(kFiles)).contains("; connect-src 'self'; "));
  CHECK(policy(Page(kFiles, "wss://one.example ws://two.example:8082"))
            .contains("; connect-src 'self' wss://one.example ws://two.example:8082; "));
}

TEST_CASE("the client's own routes answer with the index") {
  const Page page(kFiles);
  for (const char* path : {"/", "/chat/u:bob", "/chat/u%3Abob", "/admin", "/settings", "/chat/", "/vault", "/v",
                           "/a.b/c", "/\xe8\xaf\x9d"}) {
    CAPTURE(path);
    const auto answer = page.answer(request(path));
    REQUIRE(answer);
    CHECK(answer->borrowed == "<html>");
    CHECK(answer->content_type == "text/html; charset=utf-8");
  }
  // A key with a dot, typed into the address bar, is a route; the same of a script or an image is a file.
  CHECK(page.answer(request("/chat/u:j.doe", {kNavigates}))->borrowed == "<html>");
  CHECK(refused(page, request("/chat/u:j.doe", {{"accept", "*/*"}})) == Code::not_found);
}

TEST_CASE("what is no page is not found") {
  const Page page(kFiles);
  for (const char* path : {"/v1",
                           "/v1/",
                           "/v1/nothing",
                           "/v2",
                           "/v9x/y",
                           "/%76%31/me",
                           "//v1/me",
                           "//evil.example/",
                           "/../etc/passwd",
                           "/assets/../index.html",
                           "/..%2f..%2fetc%2fpasswd",
                           "/%2e%2e/etc/passwd",
                           "/a/./b",
                           "/a//b",
                           "/a\\b",
                           "/%5c",
                           "/%00",
                           "/%zz",
                           "/%ff",
                           "/a%0d%0ab",
                           "/..",
                           "/.",
                           "",
                           "index.html",
                           "/nothing.js",
                           "/.env",
                           "/index.html.br"}) {
    CAPTURE(path);
    CHECK(refused(page, request(path)) == Code::not_found);
    CHECK(refused(page, {.method = "POST", .path = path}) == Code::not_found);
  }
  for (const char* path : {"/assets/", "/assets/gone-1a.js", "/assets/nothing", "/assets/index-3f"}) {
    CAPTURE(path);
    CHECK(refused(page, request(path, {kNavigates})) == Code::not_found);
  }
  CHECK(refused(page, request("/v1/me", {kNavigates})) == Code::not_found);
}

TEST_CASE("only GET and HEAD") {
  const Page page(kFiles);
  for (const char* path : {"/", "/chat/u:bob", "/assets/index-3f.js"}) {
    for (const char* method : {"POST", "PUT", "DELETE", "get"}) {
      const auto answer = page.answer({.method = method, .path = path});
      REQUIRE_FALSE(answer);
      CHECK(answer.error().code == Code::method_not_allowed);
      CHECK(answer.error().detail == "GET, HEAD, OPTIONS");
    }
    CHECK(page.answer({.method = "OPTIONS", .path = path})->status == 204);
    CHECK(page.answer({.method = "HEAD", .path = path}));
  }
}

TEST_CASE("the coding is the client's choice, and each has its own ETag") {
  const Page page(kFiles);
  const auto ask = [&](const char* path, const char* accepts) {
    return *page.answer(request(path, {{"accept-encoding", accepts}}));
  };
  const auto brotli = ask("/assets/index-3f.js", "gzip, deflate, br, zstd");
  CHECK(brotli.borrowed == "js-br");
  CHECK(header(brotli, "content-encoding") == "br");
  CHECK(header(brotli, "etag") == "\"2b-br\"");
  CHECK(header(brotli, "vary") == "Accept-Encoding");
  CHECK(brotli.content_type == "text/javascript; charset=utf-8");
  const auto gzip = ask("/assets/index-3f.js", "gzip");
  CHECK(gzip.borrowed == "js-gz");
  CHECK(header(gzip, "etag") == "\"2b-gzip\"");
  CHECK(ask("/favicon.svg", "br, gzip").borrowed == "svg-gz");
  CHECK(ask("/assets/sound.mp3", "br, gzip").borrowed == "la");
  CHECK(header(ask("/assets/sound.mp3", ""), "vary") == "Accept-Encoding");
}

TEST_CASE("who has the file already is told so") {
  const Page page(kFiles);
  const auto again = *page.answer(request("/", {{"accept-encoding", "br"}, {"if-none-match", "\"x\", W/\"1a-br\""}}));
  CHECK(again.status == 304);
  CHECK(again.borrowed.empty());
  CHECK(again.body.empty());
  CHECK(header(again, "etag") == "\"1a-br\"");
  CHECK(header(again, "cache-control") == "no-cache");
  CHECK(header(again, "vary") == "Accept-Encoding");
  CHECK(header(again, "content-encoding").empty());
  CHECK(page.answer(request("/", {{"if-none-match", "*"}}))->status == 304);
  CHECK(page.answer(request("/", {{"if-none-match", "\"1a-br\""}}))->status == 200);  // of another coding
  CHECK(page.answer(request("/", {{"if-none-match", "1a"}}))->status == 200);
}

TEST_CASE("hashed files keep for ever, the rest is asked for each time; only HTML has a policy") {
  const Page page(kFiles);
  const auto index = *page.answer(request("/chat"));
  CHECK(header(index, "cache-control") == "no-cache");
  CHECK(header(index, "content-security-policy").starts_with("default-src 'none'; script-src 'self';"));
  CHECK_FALSE(header(index, "content-security-policy").contains("unsafe"));
  const auto script = *page.answer(request("/assets/index-3f.js"));
  CHECK(header(script, "cache-control") == "public, max-age=31536000, immutable");
  CHECK(header(script, "content-security-policy").empty());
  CHECK(header(*page.answer(request("/favicon.svg")), "cache-control") == "no-cache");
  for (const auto* answer : {&index, &script}) {
    CHECK(header(*answer, "referrer-policy") == "no-referrer");
    CHECK(header(*answer, "cross-origin-opener-policy") == "same-origin");
    CHECK(header(*answer, "cross-origin-resource-policy") == "same-origin");
    CHECK(header(*answer, "x-frame-options") == "DENY");
    CHECK(header(*answer, "permissions-policy").contains("camera=()"));
  }
}

TEST_CASE("without a page there is a word about how to get it, by the same rules") {
  const Page page({});
  CHECK_FALSE(page.built());
  for (const char* path : {"/", "/index.html", "/chat/u:bob"}) {
    CAPTURE(path);
    const auto answer = page.answer(request(path, {{"accept", "text/html"}, {"if-none-match", "*"}}));
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->borrowed.contains("./run"));
    CHECK(header(*answer, "cache-control") == "no-cache");
    CHECK(header(*answer, "etag").empty());
  }
  CHECK(refused(page, request("/v2")) == Code::not_found);
  CHECK(refused(page, request("/favicon.svg")) == Code::not_found);
  CHECK(refused(page, {.method = "POST", .path = "/"}) == Code::method_not_allowed);
}

TEST_CASE("documents are files with .html behind, and never the client") {
  constexpr std::array<PageFile, 4> files{{
      {.path = "/index.html", .identity = "<html>"},
      {.path = "/docs.html", .identity = "calls"},
      {.path = "/docs/errors.html", .identity = "errors"},
      {.path = "/openapi.yaml", .identity = "openapi: 3.1.0", .hash = "5e"},
  }};
  const Page page(files);
  CHECK(page.answer(request("/docs"))->borrowed == "calls");
  CHECK(page.answer(request("/docs/errors", {kNavigates}))->borrowed == "errors");
  CHECK(page.answer(request("/docs/errors"))->content_type == "text/html; charset=utf-8");
  for (const char* path : {"/docs/", "/docs/nothing", "/docs/errors/x", "/docs/errors.md"}) {
    CAPTURE(path);
    CHECK(refused(page, request(path, {kNavigates})) == Code::not_found);
  }
  CHECK(page.answer(request("/docsy"))->borrowed == "<html>");
  const auto yaml = page.answer(request("/openapi.yaml", {kNavigates}));
  CHECK(yaml->content_type == "application/yaml");
  CHECK(header(*yaml, "etag") == "\"5e\"");
  CHECK(header(*yaml, "content-security-policy").empty());
}

TEST_CASE("without the page its descriptions are there, and documents say what is missing") {
  constexpr std::array<PageFile, 1> files{{{.path = "/openapi.yaml", .identity = "openapi: 3.1.0", .hash = "5e"}}};
  const Page page(files);
  CHECK_FALSE(page.built());
  CHECK(page.answer(request("/openapi.yaml"))->borrowed == "openapi: 3.1.0");
  CHECK(page.answer(request("/docs/errors", {kNavigates}))->borrowed.contains("/openapi.yaml"));
}
