#pragma once
#include <string_view>

namespace godwit::gateway {

/// Whether a browser's Origin ("https://chat.example.org") names the host and port that it asked (`host`: the Host
/// header). The scheme is not compared: what listens here speaks plain HTTP, and a proxy in front of it may have added
/// TLS. A port that is not said is the default of the Origin's scheme. False for "null" and whatever is no http or
/// https origin.
[[nodiscard]] bool same_host(std::string_view origin, std::string_view host);

}  // namespace godwit::gateway
