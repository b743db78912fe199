#pragma once
#include "app/config/address.hpp"
#include "base/error.hpp"
#include "net/http/http.hpp"

namespace godwit::app {

/// What a call asks for: figures without people (health, readiness, metrics), or the administration.
enum class Errand : char { figures, administration };

/// Keeps pages of browsers away from the admin listener at `listen` (ADR 0013). misdirected_request: the `Host` is a
/// name that anybody may point here, so a page of that name would be asking. origin_not_allowed: a page says that it is
/// one. unsupported_media_type: a body that a form could have sent.
[[nodiscard]] Result<void> check_no_page(const net::Request& request, const Address& listen, Errand errand);

}  // namespace godwit::app
