#include "net/http/proxy_header.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "net/http/text.hpp"

namespace godwit::net {
namespace {

using Status = ProxyHeader::Status;
using namespace std::string_view_literals;

constexpr auto kSignature = "\r\n\r\n\0\r\nQUIT\n"sv;
constexpr std::size_t kMostLine = 107;

constexpr ProxyHeader kMalformed{.status = Status::malformed};
constexpr ProxyHeader kNeedMore{.status = Status::need_more};

/// Whether one begins with the other, as far as both go.
bool agree(std::string_view a, std::string_view b) noexcept {
  const auto size = std::min(a.size(), b.size());
  return a.substr(0, size) == b.substr(0, size);
}

bool is_port(std::string_view text) noexcept {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port <= 65'535 &&
         (text.size() == 1 || text.front() != '0');
}

/// The five words after "PROXY".
ProxyHeader parse_line(std::string_view words, std::size_t size) {
  std::array<std::string_view, 5> word;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const auto end = words.find(' ');
    if ((end == std::string_view::npos) != (i + 1 == word.size())) return kMalformed;
    word[i] = words.substr(0, end);
    words.remove_prefix(std::min(words.size(), word[i].size() + 1));
  }
  const bool four = word[0] == "TCP4";
  const auto source = IpAddress::parse(word[1]);
  const auto destination = IpAddress::parse(word[2]);
  if (!source || !destination || !is_port(word[3]) || !is_port(word[4])) return kMalformed;
  if (word[1].contains(':') == four || word[2].contains(':') == four) return kMalformed;
  return {.status = Status::complete, .size = size, .client = source};
}

ProxyHeader parse_version_1(std::string_view bytes) {
  const auto end = bytes.substr(0, kMostLine).find("\r\n");
  if (end == std::string_view::npos) return bytes.size() >= kMostLine ? kMalformed : kNeedMore;
  const auto line = bytes.substr(0, end);
  if (line == "PROXY UNKNOWN" || line.starts_with("PROXY UNKNOWN "))
    return {.status = Status::complete, .size = end + 2};
  return parse_line(line.substr("PROXY "sv.size()), end + 2);
}

std::uint8_t byte_at(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

ProxyHeader parse_version_2(std::string_view bytes) {
  constexpr std::size_t kFixed = 16;
  if (bytes.size() < kFixed) return kNeedMore;
  const auto command = byte_at(bytes, 12);
  const auto family = byte_at(bytes, 13);
  const std::size_t length = byte_at(bytes, 14) * 256U + byte_at(bytes, 15);
  if ((command != 0x20 && command != 0x21) || kFixed + length > kMostProxyHeader) return kMalformed;
  if (bytes.size() < kFixed + length) return kNeedMore;
  ProxyHeader header{.status = Status::complete, .size = kFixed + length};
  if (command == 0x20) return header;  // LOCAL: a health check of the proxy's own
  const auto addresses = bytes.substr(kFixed, length);
  if (family == 0x11) {
    if (length < 12) return kMalformed;
    std::array<std::uint8_t, 4> source;
    for (std::size_t i = 0; i < source.size(); ++i) source[i] = byte_at(addresses, i);
    header.client = IpAddress::v4(source);
  } else if (family == 0x21) {
    if (length < 36) return kMalformed;
    std::array<std::uint8_t, 16> source;
    for (std::size_t i = 0; i < source.size(); ++i) source[i] = byte_at(addresses, i);
    header.client = IpAddress(source);
  }
  return header;
}

}  // namespace

ProxyHeader parse_proxy_header(std::string_view bytes) {
  if (agree(bytes, kSignature)) return bytes.size() < kSignature.size() ? kNeedMore : parse_version_2(bytes);
  for (const auto start : {"PROXY TCP4 "sv, "PROXY TCP6 "sv, "PROXY UNKNOWN"sv}) {
    if (agree(bytes, start)) return bytes.size() < start.size() ? kNeedMore : parse_version_1(bytes);
  }
  return {};
}

}  // namespace godwit::net
