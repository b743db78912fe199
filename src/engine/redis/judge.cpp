#include <charconv>
#include <limits>

#include "engine/redis/request.hpp"

namespace godwit::redis {
namespace {

using Kind = Verdict::Kind;

/// "MOVED 3999 127.0.0.1:6381": the address. Without a host it is the host that answered.
std::optional<Address> target_of(std::string_view text, const Address& from) {
  const auto space = text.rfind(' '), colon = text.rfind(':');
  if (space == std::string_view::npos || colon == std::string_view::npos || colon < space) return std::nullopt;
  const auto host = text.substr(space + 1, colon - space - 1), digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port == 0) return std::nullopt;
  return Address{.host = host.empty() || host == "?" ? from.host : std::string(host), .port = port};
}

Verdict verdict_of(const Reply& reply, const Address& from) {
  const std::string_view text = reply.text;
  const auto word = text.substr(0, text.find(' '));
  if (word == "MOVED" || word == "ASK") {
    if (auto target = target_of(text, from))
      return {.kind = word == "ASK" ? Kind::ask : Kind::moved, .address = std::move(*target)};
  }
  if (word == "TRYAGAIN" || word == "LOADING") return {.kind = Kind::again};
  if (word == "CLUSTERDOWN" || word == "MASTERDOWN") return {.kind = Kind::down};
  if (word == "NOSCRIPT") return {.kind = Kind::no_script};
  return {.kind = Kind::failed, .error = error_of(reply)};
}

}  // namespace

// A command that MULTI did not queue says why; EXEC says only EXECABORT, and has done nothing.
Verdict judge(const Request& request, const Address& from) {
  for (const auto& answer : request.answers)
    if (answer.is_error()) return verdict_of(answer, from);
  if (request.atomic)
    for (const auto& element : request.answers.back().elements)
      if (element.is_error()) return {.kind = Kind::failed, .error = error_of(element)};
  return {};
}

}  // namespace godwit::redis
