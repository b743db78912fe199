#include "gateway/content_coding.hpp"

#include <array>
#include <optional>
#include <utility>

#include "net/http/text.hpp"

namespace godwit::gateway {
namespace {

/// A weight in thousandths, as in "0.8" (RFC 9110 §12.4.2). What is not one counts as 0: not wanted.
int weight_of(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  int weight = (text[0] - '0') * 1000;
  if (text.size() > 1 && text[1] != '.') return 0;
  for (std::size_t i = 2, worth = 100; i < text.size(); ++i, worth /= 10) {
    if (!net::is_digit(text[i])) return 0;
    weight += (text[i] - '0') * static_cast<int>(worth);
  }
  return weight <= 1000 ? weight : 0;
}

struct Wish {
  std::string_view coding;
  int weight = 1000;
};

Wish read_wish(std::string_view item) {
  const auto semicolon = item.find(';');
  Wish wish{.coding = net::trimmed(item.substr(0, semicolon))};
  if (semicolon == std::string_view::npos) return wish;
  const auto parameter = net::trimmed(item.substr(semicolon + 1));
  wish.weight = parameter.starts_with("q=") || parameter.starts_with("Q=") ? weight_of(parameter.substr(2)) : 0;
  return wish;
}

/// What the client said about each coding; nothing where it said nothing.
struct Wishes {
  std::array<std::optional<int>, 3> named{};
  std::optional<int> others{};  ///< "*"

  void add(std::string_view item) {
    const auto [coding, weight] = read_wish(item);
    if (coding == "*") others = weight;
    for (const auto known : {Coding::identity, Coding::gzip, Coding::brotli}) {
      const bool old_name = known == Coding::gzip && net::equal_ignoring_case(coding, "x-gzip");
      if (old_name || net::equal_ignoring_case(coding, name_of(known))) named.at(std::to_underlying(known)) = weight;
    }
  }
  [[nodiscard]] int weight(Coding coding) const {
    const int unsaid = others.value_or(coding == Coding::identity ? 1 : 0);  // the last resort, unless it is ruled out
    return named.at(std::to_underlying(coding)).value_or(unsaid);
  }
};

}  // namespace

std::string_view name_of(Coding coding) noexcept {
  switch (coding) {
    case Coding::brotli: return "br";
    case Coding::gzip: return "gzip";
    case Coding::identity: break;
  }
  return "identity";
}

Coding choose_coding(const net::Request& request, Codings there) {
  Wishes wishes;
  for (const auto& header : request.headers) {
    if (header.name == "accept-encoding") net::for_each_list_item(header.value, [&](auto item) { wishes.add(item); });
  }
  Coding best = Coding::identity;
  for (const auto coding : {Coding::gzip, Coding::brotli}) {
    const bool is_there = coding == Coding::brotli ? there.brotli : there.gzip;
    if (is_there && wishes.weight(coding) > 0 && wishes.weight(coding) >= wishes.weight(best)) best = coding;
  }
  return best;
}

std::string etag_of(std::string_view hash, Coding coding) {
  std::string etag = "\"";
  etag.append(hash);
  if (coding != Coding::identity) etag.append("-").append(name_of(coding));
  return etag.append("\"");
}

bool matches(const net::Request& request, std::string_view etag) {
  if (etag.empty()) return false;
  bool found = false;
  for (const auto& header : request.headers) {
    if (header.name != "if-none-match") continue;
    net::for_each_list_item(header.value, [&](std::string_view item) {
      if (item.starts_with("W/")) item.remove_prefix(2);  // the weak comparison
      found = found || item == etag || item == "*";
    });
  }
  return found;
}

}  // namespace godwit::gateway
