#include "net/http/proxy_header.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace godwit;
using namespace godwit::net;
using namespace std::string_view_literals;
using namespace std::string_literals;
using Status = ProxyHeader::Status;

namespace {

std::string version_2(char command, char family, std::string addresses, std::size_t length) {
  std::string out("\r\n\r\n\0\r\nQUIT\n"sv);
  out += command;
  out += family;
  out += static_cast<char>(length >> 8);
  out += static_cast<char>(length & 0xFF);
  return out + addresses;
}

std::string version_2(char command, char family, const std::string& addresses) {
  return version_2(command, family, addresses, addresses.size());
}

/// Every beginning of a good header asks for more, and bytes after it change nothing.
void check_in_pieces(const std::string& header, const char* client) {
  for (std::size_t size = 0; size < header.size(); ++size) {
    CAPTURE(size);
    CHECK(parse_proxy_header(std::string_view(header).substr(0, size)).status == Status::need_more);
  }
  const auto parsed = parse_proxy_header(header + "GET / HTTP/1.1\r\n");
  CHECK(parsed.status == Status::complete);
  CHECK(parsed.size == header.size());
  CHECK((parsed.client ? parsed.client->str() : "") == client);
}

}  // namespace

TEST_CASE("PROXY protocol: version 1") {
  check_in_pieces("PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n", "192.0.2.7");
  check_in_pieces("PROXY TCP6 2001:db8::7 2001:db8::1 56324 443\r\n", "2001:db8::7");
  check_in_pieces("PROXY UNKNOWN\r\n", "");
  check_in_pieces("PROXY UNKNOWN ffff:f...f:ffff ffff 65535 65535\r\n", "");
}

TEST_CASE("PROXY protocol: version 2") {
  const std::string four("\xC0\x00\x02\x07\xC6\x33\x64\x01\xDC\x04\x01\xBB"sv);
  check_in_pieces(version_2(0x21, 0x11, four), "192.0.2.7");
  check_in_pieces(version_2(0x21, 0x11, four + std::string("\x03\x00\x04\x01\x02\x03\x04"sv)),
                  "192.0.2.7");  // with a TLV
  std::string six(36, '\0');
  six[0] = 0x20;
  six[1] = 0x01;
  six[15] = 0x09;
  check_in_pieces(version_2(0x21, 0x21, six), "2001::9");
  check_in_pieces(version_2(0x20, 0x00, ""), "");             // LOCAL
  check_in_pieces(version_2(0x21, 0x31, std::string(216, 'u')), "");  // a UNIX socket
}

TEST_CASE("PROXY protocol: what is none is HTTP, what is broken is refused") {
  for (const auto text : {"GET / HTTP/1.1\r\n"sv, "PROXY / HTTP/1.1\r\n"sv, "PROXY TCP5 "sv, "\r\nGET"sv,
                          "PROPFIND /"sv, "\r\n\r\nG"sv, "proxy tcp4 "sv}) {
    CAPTURE(text);
    CHECK(parse_proxy_header(text).status == Status::absent);
  }
  for (const auto text :
       {"PROXY TCP4 192.0.2.7 198.51.100.1 56324\r\n"sv, "PROXY TCP4 192.0.2.7 198.51.100.1 56324 443 9\r\n"sv,
        "PROXY TCP4  192.0.2.7 198.51.100.1 56324 443\r\n"sv, "PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n"sv,
        "PROXY TCP6 192.0.2.7 198.51.100.1 1 2\r\n"sv, "PROXY TCP4 192.0.2.7 198.51.100.1 65536 443\r\n"sv,
        "PROXY TCP4 192.0.2.7 198.51.100.1 08 443\r\n"sv, "PROXY TCP4 192.0.2.7 198.51.100.1 -1 443\r\n"sv,
        "PROXY TCP4 client 198.51.100.1 1 443\r\n"sv, "PROXY UNKNOWNS\r\n"sv,
        "PROXY TCP4 192.0.2.7 198.51.100.1 1 443 \r\n"sv}) {
    CAPTURE(text);
    CHECK(parse_proxy_header(text).status == Status::malformed);
  }
  CHECK(parse_proxy_header("PROXY UNKNOWN " + std::string(200, 'x')).status == Status::malformed);
  CHECK(parse_proxy_header(version_2(0x31, 0x11, std::string(12, 'a'))).status == Status::malformed);
  CHECK(parse_proxy_header(version_2(0x22, 0x11, std::string(12, 'a'))).status == Status::malformed);
  CHECK(parse_proxy_header(version_2(0x21, 0x11, std::string(11, 'a'))).status == Status::malformed);
  CHECK(parse_proxy_header(version_2(0x21, 0x21, std::string(35, 'a'))).status == Status::malformed);
  CHECK(parse_proxy_header(version_2(0x21, 0x11, "", 60'000)).status == Status::malformed);  // not waited for
}

TEST_CASE("PROXY protocol: no bytes make it read beyond them or wait for ever") {
  std::mt19937 random(7);
  const std::string seeds[] = {"PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n",
                               version_2(0x21, 0x11, std::string(12, 'a')),
                               version_2(0x21, 0x21, std::string(36, 'a'))};
  for (int i = 0; i < 30'000; ++i) {
    std::string bytes = seeds[random() % 3];
    for (int changes = static_cast<int>(random() % 4); changes >= 0; --changes)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    bytes.resize(random() % (bytes.size() + 1));
    const auto parsed = parse_proxy_header(bytes);
    if (parsed.status == Status::complete) CHECK(parsed.size <= bytes.size());
    bytes.resize(kMostProxyHeader + 1, 'z');
    CHECK(parse_proxy_header(bytes).status != Status::need_more);
  }
}
