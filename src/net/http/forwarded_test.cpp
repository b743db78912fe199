#include "net/http/forwarded.hpp"

#include <doctest/doctest.h>

#include <random>
#include <vector>

using namespace godwit;
using namespace godwit::net;

namespace {

const std::vector<IpNetwork> kTrusted{*IpNetwork::parse("10.0.0.0/8"), *IpNetwork::parse("fd00::/8")};

std::string client(std::vector<Header> headers, const char* peer = "10.0.0.1") {
  Request request;
  request.headers = std::move(headers);
  return client_address(request, *IpAddress::parse(peer), kTrusted).str();
}
std::string xff(std::string value) { return client({{"x-forwarded-for", std::move(value)}}); }
std::string forwarded(std::string value) { return client({{"forwarded", std::move(value)}}); }

}  // namespace

TEST_CASE("the rightmost untrusted address is the client's") {
  CHECK(xff("203.0.113.5") == "203.0.113.5");
  CHECK(xff("198.51.100.9, 203.0.113.5") == "203.0.113.5");  // the left one is the client's own invention
  CHECK(xff("198.51.100.9, 203.0.113.5, 10.0.0.2") == "203.0.113.5");
  CHECK(xff("no address at all!, 203.0.113.5,10.0.0.2") == "203.0.113.5");
  CHECK(xff("10.0.0.3, 10.0.0.2") == "10.0.0.3");  // somebody inside
  CHECK(client({{"x-forwarded-for", "203.0.113.5"}, {"x-forwarded-for", "203.0.113.6, 10.0.0.2"}}) == "203.0.113.6");
  CHECK(client({{"x-forwarded-for", "203.0.113.5"}, {"x-forwarded-for", "10.0.0.2"}}) == "203.0.113.5");
  CHECK(client({}) == "10.0.0.1");
}

TEST_CASE("X-Forwarded-For in the spellings of proxies") {
  CHECK(xff("203.0.113.5:4711") == "203.0.113.5");
  CHECK(xff("2001:DB8::5") == "2001:db8::5");
  CHECK(xff("[2001:db8::5]") == "2001:db8::5");
  CHECK(xff("[2001:db8::5]:4711") == "2001:db8::5");
  CHECK(xff("::ffff:203.0.113.5") == "203.0.113.5");
  CHECK(xff(" \t203.0.113.5 ") == "203.0.113.5");
}

TEST_CASE("Forwarded as RFC 7239 writes it") {
  CHECK(forwarded("for=203.0.113.5") == "203.0.113.5");
  CHECK(forwarded("For=203.0.113.5;proto=https;by=10.0.0.1") == "203.0.113.5");
  CHECK(forwarded("proto=https; for=\"203.0.113.5:4711\"") == "203.0.113.5");
  CHECK(forwarded("for=\"[2001:db8:cafe::17]:4711\"") == "2001:db8:cafe::17");
  CHECK(forwarded("for=198.51.100.9, for=203.0.113.5;host=\"a,b;for=1.1.1.1\", for=10.0.0.2") == "203.0.113.5");
  CHECK(forwarded("for=\"203\\.0.113.5\"") == "203.0.113.5");
}

TEST_CASE("what cannot be read falls back to the peer") {
  for (const char* bad :
       {"", ",", "unknown", "203.0.113.5,", "203.0.113.5 10.0.0.2", "203.0.113.5:", "203.0.113.5:123456",
        "[203.0.113.5]", "[2001:db8::5", "[2001:db8::5]x", "203.0.113.5, garbage, 10.0.0.2", "203.0.113.555", "a:b"}) {
    CAPTURE(bad);
    CHECK(xff(bad) == "10.0.0.1");
  }
  for (const char* bad :
       {"", "for", "for=", "for=unknown", "for=_hidden", "for=203.0.113.5;", "for=203.0.113.5,",
        "for=203.0.113.5;for=203.0.113.6", "for=\"203.0.113.5", "for=[2001:db8::5]", "for = 203.0.113.5", "proto=https",
        "\"for\"=203.0.113.5", "for=\"203.0.113.5\\", "for=203.0.113.5 x", "203.0.113.5"}) {
    CAPTURE(bad);
    CHECK(forwarded(bad) == "10.0.0.1");
  }
  std::string endless = "10.0.0.2";
  for (int i = 0; i < 500; ++i) endless += ", 10.0.0.2";
  CHECK(xff("203.0.113.5, " + endless) == "10.0.0.1");
}

TEST_CASE("two headers that differ are one that the proxy wrote and one that it passed on") {
  CHECK(client({{"x-forwarded-for", "203.0.113.5"}, {"forwarded", "for=203.0.113.5"}}) == "203.0.113.5");
  CHECK(client({{"x-forwarded-for", "203.0.113.5"}, {"forwarded", "for=198.51.100.1"}}) == "10.0.0.1");
  CHECK(client({{"x-forwarded-for", "203.0.113.5"}, {"forwarded", "garbage"}}) == "10.0.0.1");
}

TEST_CASE("no header makes anything but the peer or an address that stands in it") {
  std::mt19937 random(3);
  const std::string alphabet = "for=FOR\"\\,;:[] \t0123456789.abcdef_=";
  for (int i = 0; i < 20'000; ++i) {
    std::string value = random() % 2 != 0 ? "for=" : "203.0.113.";
    for (auto size = random() % 30; size > 0; --size) value += alphabet[random() % alphabet.size()];
    const auto found = client({{random() % 2 != 0 ? "forwarded" : "x-forwarded-for", value}});
    CHECK(IpAddress::parse(found).has_value());
  }
}
