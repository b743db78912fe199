#include "gateway/content_coding.hpp"

#include <doctest/doctest.h>

using namespace godwit;
using namespace godwit::gateway;

namespace {
Coding choice(std::vector<net::Header> headers, Codings there = {.brotli = true, .gzip = true}) {
  net::Request request;
  request.headers = std::move(headers);
  return choose_coding(request, there);
}
Coding choice(const char* accepts, Codings there = {.brotli = true, .gzip = true}) {
  return choice({{"accept-encoding", accepts}}, there);
}
}  // namespace

TEST_CASE("codings are chosen by weight, and among equals by size") {
  CHECK(choice(std::vector<net::Header>{}) == Coding::identity);
  CHECK(choice("") == Coding::identity);
  CHECK(choice("br") == Coding::brotli);
  CHECK(choice("GZIP , Br") == Coding::brotli);
  CHECK(choice("x-gzip") == Coding::gzip);
  CHECK(choice("br;q=0.5, gzip;q=0.8") == Coding::gzip);
  CHECK(choice("br;q=0.8, gzip;q=0.8") == Coding::brotli);
  CHECK(choice("br ; Q=1.000, gzip") == Coding::brotli);
  CHECK(choice("br;q=0, gzip") == Coding::gzip);
  CHECK(choice("gzip;q=0.001") == Coding::gzip);
  CHECK(choice("gzip;q=0.5, identity") == Coding::identity);
  CHECK(choice("deflate, zstd") == Coding::identity);
  CHECK(choice({{"accept-encoding", "gzip;q=0.2"}, {"accept-encoding", "br;q=0.1"}}) == Coding::gzip);
}

TEST_CASE("a star stands for what is not named") {
  CHECK(choice("*") == Coding::brotli);
  CHECK(choice("*;q=0") == Coding::identity);  // rather than nothing
  CHECK(choice("br;q=0, *") == Coding::gzip);
  CHECK(choice("gzip, *;q=0") == Coding::gzip);
  CHECK(choice("identity;q=0, *;q=0.1", {.gzip = true}) == Coding::gzip);
}

TEST_CASE("only what is there is chosen") {
  CHECK(choice("br, gzip", {.gzip = true}) == Coding::gzip);
  CHECK(choice("br, gzip", {.brotli = true}) == Coding::brotli);
  CHECK(choice("br, gzip", {}) == Coding::identity);
  CHECK(choice("identity;q=0", {}) == Coding::identity);
}

TEST_CASE("a weight that is none is no wish") {
  for (const char* wrong :
       {"br;q=", "br;q=2", "br;q=1.1", "br;q=0.1234", "br;q=-1", "br;q=.5", "br;q=0,5;q=1", "br;level=9", "br;q=0x1"}) {
    CAPTURE(wrong);
    CHECK(choice(wrong) == Coding::identity);
  }
}
