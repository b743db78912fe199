// Whom a proxy speaks for: a PROXY header is complete at the same byte however it comes in, never asks for more than
// its bound, and X-Forwarded-For and Forwarded make an address of whatever they hold. Input: a byte that says which,
// then the bytes.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "net/http/forwarded.hpp"
#include "net/http/proxy_header.hpp"

namespace {

using namespace godwit;
using namespace godwit::net;
using Status = ProxyHeader::Status;

void demand(bool holds) {
  if (!holds) std::abort();
}

void read_preface(std::string_view bytes) {
  const auto whole = parse_proxy_header(bytes);
  if (whole.status == Status::complete) demand(whole.size != 0 && whole.size <= bytes.size());
  if (bytes.size() >= kMostProxyHeader) demand(whole.status != Status::need_more);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto part = parse_proxy_header(bytes.substr(0, size));
    if (part.status == Status::need_more) continue;
    demand(part.status == whole.status && part.size == whole.size && part.client == whole.client);
    break;
  }
}

void read_headers(std::string_view bytes) {
  static const std::vector<IpNetwork> trusted{*IpNetwork::parse("10.0.0.0/8")};
  const auto peer = *IpAddress::parse("10.0.0.1");
  const auto half = bytes.size() / 2;
  Request request;
  request.headers = {{"x-forwarded-for", std::string(bytes.substr(0, half))},
                     {"forwarded", std::string(bytes.substr(half))}};
  const auto client = client_address(request, peer, trusted);
  demand(IpAddress::parse(client.str()) == client);
  request.headers.pop_back();
  demand(IpAddress::parse(client_address(request, peer, trusted).str()).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  data[0] % 2 == 0 ? read_preface(bytes) : read_headers(bytes);
  return 0;
}
