#pragma once
#include <span>
#include <string>
#include <string_view>

namespace godwit::gateway {

/// Whether a browser's Origin ("https://chat.example.org") names the host and port that it asked (`host`: the Host
/// header). The scheme is not compared: what listens here speaks plain HTTP, and a proxy in front of it may have added
/// TLS. A port that is not said is the default of the Origin's scheme. False for "null" and whatever is no http or
/// https origin.
[[nodiscard]] bool same_host(std::string_view origin, std::string_view host);

/// Whether a socket may open: from no browser at all, from a page of the host that it asked, or from one of `others`.
[[nodiscard]] bool origin_allowed(std::string_view origin, std::string_view host, std::span<const std::string> others);

}  // namespace godwit::gateway
