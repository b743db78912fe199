#pragma once
#include <string_view>
#include <vector>

#include "net/http/http.hpp"

namespace godwit::gateway {

/// Files below it carry a hash of their content in their name: they never change.
inline constexpr std::string_view kHashedFiles = "/assets/";

/// By the ending of the name; application/octet-stream for one that is not known.
[[nodiscard]] std::string_view media_type(std::string_view path) noexcept;

/// What every answer with a file of the page carries: how long it keeps, and what a browser may do with it.
/// `sockets`: as of Page.
[[nodiscard]] std::vector<net::Header> page_headers(std::string_view path, std::string_view sockets);

}  // namespace godwit::gateway
