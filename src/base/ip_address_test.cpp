#include "base/ip_address.hpp"

#include <doctest/doctest.h>

using namespace godwit;

namespace {
IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }
}  // namespace

TEST_CASE("addresses are read strictly and written canonically") {
  CHECK(ip("192.0.2.1").str() == "192.0.2.1");
  CHECK(ip("192.0.2.1").is_v4());
  CHECK(ip("::ffff:192.0.2.1") == ip("192.0.2.1"));
  CHECK(ip("2001:DB8:0:0::1").str() == "2001:db8::1");
  CHECK_FALSE(ip("::1").is_v4());
  for (const char* bad :
       {"", " ", "1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "1.2.3.4 ", "1.2.3.4:80", "[::1]", "::1%lo",
        "fe80::1%1", "localhost", "1::2::3", "12345::", "0x7f.1.1.1", "1111:2222:3333:4444:5555:6666:7777:8888:9999"}) {
    CAPTURE(bad);
    CHECK_FALSE(IpAddress::parse(bad));
  }
  CHECK_FALSE(IpAddress::parse(std::string_view("1.2.3.4\0", 8)));
}

TEST_CASE("limits are about an IPv4 address, an IPv6 /64 and its /48") {
  CHECK(ip("192.0.2.1").network() == ip("192.0.2.1"));
  CHECK(ip("2001:db8:1:2:3:4:5:6").network() == ip("2001:db8:1:2::"));
  CHECK(ip("2001:db8:1:2:3:4:5:6").site() == ip("2001:db8:1::"));
  CHECK(ip("192.0.2.1").site() == ip("192.0.2.1"));
}

TEST_CASE("networks") {
  const auto in = [](const char* network, const char* address) {
    return IpNetwork::parse(network).value().contains(ip(address));
  };
  CHECK(in("10.0.0.0/8", "10.255.1.1"));
  CHECK_FALSE(in("10.0.0.0/8", "11.0.0.1"));
  CHECK(in("10.1.2.3/8", "10.9.9.9"));
  CHECK(in("192.0.2.128/25", "192.0.2.129"));
  CHECK_FALSE(in("192.0.2.128/25", "192.0.2.127"));
  CHECK(in("127.0.0.1", "127.0.0.1"));
  CHECK_FALSE(in("127.0.0.1", "127.0.0.2"));
  CHECK(in("2001:db8::/33", "2001:db8:7fff::1"));
  CHECK_FALSE(in("2001:db8::/33", "2001:db8:8000::1"));
  CHECK(in("0.0.0.0/0", "203.0.113.9"));
  CHECK_FALSE(in("0.0.0.0/0", "2001:db8::1"));
  CHECK(in("::/0", "2001:db8::1"));
  CHECK_FALSE(in("::/0", "203.0.113.9"));  // "everything" of one family is not the other
  for (const char* bad : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/8/8", "10.0.0.0/-1", "10.0.0.0/ 8",
                          "10/8", "proxy"}) {
    CAPTURE(bad);
    CHECK_FALSE(IpNetwork::parse(bad));
  }
}
