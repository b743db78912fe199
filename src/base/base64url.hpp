#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace godwit {

/// Base64 with the alphabet of URLs, without padding (RFC 4648 §5): what may stand in a header, a subprotocol, a query.
[[nodiscard]] std::string base64url(std::string_view bytes);
/// Nothing where the text is not exactly that.
[[nodiscard]] std::optional<std::string> read_base64url(std::string_view text);

}  // namespace godwit
