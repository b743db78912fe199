#include "gateway/page_headers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace godwit::gateway {
namespace {

struct Kind {
  std::string_view ending, media_type;
};

constexpr std::array kKinds{
    Kind{".html", "text/html; charset=utf-8"},
    Kind{".js", "text/javascript; charset=utf-8"},
    Kind{".mjs", "text/javascript; charset=utf-8"},
    Kind{".css", "text/css; charset=utf-8"},
    Kind{".json", "application/json"},
    Kind{".map", "application/json"},
    Kind{".webmanifest", "application/manifest+json"},
    Kind{".txt", "text/plain; charset=utf-8"},
    Kind{".xml", "application/xml"},
    Kind{".yaml", "application/yaml"},
    Kind{".svg", "image/svg+xml"},
    Kind{".png", "image/png"},
    Kind{".jpg", "image/jpeg"},
    Kind{".webp", "image/webp"},
    Kind{".gif", "image/gif"},
    Kind{".ico", "image/x-icon"},
    Kind{".woff2", "font/woff2"},
    Kind{".mp3", "audio/mpeg"},
    Kind{".ogg", "audio/ogg"},
    Kind{".wav", "audio/wav"},
    Kind{".wasm", "application/wasm"},
};

/// No script but the page's own files, nothing inline, no other origin; the socket is of the same origin, too, or of
/// those that are named.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'{}{}; manifest-src 'self'; worker-src 'self'; media-src 'self'; base-uri 'none'; form-action "
    "'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types vue godwit";

/// A chat plays a sound and copies text; all else is off.
constexpr std::string_view kPermissions =
    "accelerometer=(), autoplay=(self), camera=(), clipboard-read=(), clipboard-write=(self), display-capture=(), "
    "encrypted-media=(), fullscreen=(self), geolocation=(), gyroscope=(), hid=(), idle-detection=(), magnetometer=(), "
    "microphone=(), midi=(), payment=(), picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), "
    "serial=(), usb=(), xr-spatial-tracking=()";

}  // namespace

std::string_view media_type(std::string_view path) noexcept {
  const auto found = std::ranges::find_if(kKinds, [path](const Kind& kind) { return path.ends_with(kind.ending); });
  return found != kKinds.end() ? found->media_type : "application/octet-stream";
}

std::vector<net::Header> page_headers(std::string_view path, std::string_view sockets) {
  const bool hashed = path.starts_with(kHashedFiles);
  std::vector<net::Header> headers{
      {"cache-control", hashed ? "public, max-age=31536000, immutable" : "no-cache"},
      {"vary", "Accept-Encoding"},
      {"referrer-policy", "no-referrer"},
      {"cross-origin-opener-policy", "same-origin"},
      {"cross-origin-resource-policy", "same-origin"},
      {"permissions-policy", std::string(kPermissions)},
      {"x-frame-options", "DENY"},
  };
  if (media_type(path).starts_with("text/html"))
    headers.push_back({"content-security-policy", fmt::format(kPolicy, sockets.empty() ? "" : " ", sockets)});
  return headers;
}

}  // namespace godwit::gateway
