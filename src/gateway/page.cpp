#include "gateway/page.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "gateway/content_coding.hpp"
#include "gateway/page_headers.hpp"

namespace godwit::gateway {
namespace {

constexpr std::string_view kIndex = "/index.html";

/// A segment that names no place of its own, whatever a browser or a proxy would make of it.
bool odd_segment(std::string_view segment) { return segment.empty() || segment == "." || segment == ".."; }

/// Decoded; empty for what cannot be a path of the page.
std::string decoded_path(std::string_view path) {
  std::string decoded;
  if (!net::percent_decode(path, false, decoded) || !decoded.starts_with('/') || !is_utf8(decoded)) return {};
  if (std::ranges::any_of(decoded, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\\'; })) return {};
  std::string_view rest = std::string_view(decoded).substr(1);
  for (auto slash = rest.find('/'); slash != std::string_view::npos; slash = rest.find('/')) {
    if (odd_segment(rest.substr(0, slash))) return {};
    rest.remove_prefix(slash + 1);
  }
  return rest.empty() || !odd_segment(rest) ? decoded : std::string();
}

/// /v1/… and what a later version will answer.
bool is_call(std::string_view path) {
  return path.size() > 2 && path.starts_with("/v") && path[2] >= '0' && path[2] <= '9';
}

/// /docs and what stands below it: documents, never a route of the client.
bool is_document(std::string_view path) { return path == "/docs" || path.starts_with("/docs/"); }

/// What is answered on the admin listener alone: who asks here must not take the page for a yes.
bool is_operation(std::string_view path) { return path == "/readyz" || path == "/livez" || path == "/metrics"; }

/// "OPTIONS /" is how HAProxy asks whether a server lives when it is told nothing else.
net::Response what_it_takes() {
  net::Response response{.status = 204, .headers = {{"allow", "GET, HEAD, OPTIONS"}}};
  response.content_type.clear();
  return response;
}

/// A file by its looks. Keys of people and groups have dots too: a browser that goes to /chat/u:j.doe says that it
/// wants a page.
bool asks_for_file(std::string_view path, const net::Request& request) {
  if (path.starts_with(kHashedFiles)) return true;
  return path.substr(path.rfind('/')).contains('.') && !request.header("accept").contains("text/html");
}

}  // namespace

Page::Page(std::span<const PageFile> files, std::string sockets) : sockets_(std::move(sockets)) {
  for (const auto& file : files) files_.emplace(file.path, &file);
  index_ = files_.emplace(kIndex, &missing()).first->second;
}

const PageFile& Page::missing() {
  static constexpr PageFile kMissing{.path = kIndex, .identity = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>godwit</title>
<h1>godwit is running</h1>
<p>Messages can be sent and read, but this server was built without its web page.</p>
<p>To get it: stop the server and start it again with <code>./run</code>, without <code>--no-page</code>.
It fetches Node.js where there is none, builds the page, and says why if it cannot.</p>
<p>Until then, talk from a terminal: <code>godwit chat</code>. The protocol: <a href="/openapi.yaml">calls</a>,
<a href="/asyncapi.yaml">socket</a>.</p>
</html>
)"};
  return kMissing;
}

const PageFile* Page::find(const net::Request& request) const {
  const auto path = decoded_path(request.path);
  if (path.empty() || is_call(path) || is_operation(path)) return nullptr;
  if (const auto file = files_.find(path); file != files_.end()) return file->second;
  if (is_document(path) && built()) {
    const auto file = files_.find(path + ".html");
    return file != files_.end() ? file->second : nullptr;
  }
  return asks_for_file(path, request) ? nullptr : index_;
}

Result<net::Response> Page::answer(const net::Request& request) const {
  const auto* file = find(request);
  if (file == nullptr) return fail(Code::not_found, "there is no such path");
  if (request.method == "OPTIONS") return what_it_takes();
  if (request.method != "GET" && request.method != "HEAD") return fail(Code::method_not_allowed, "GET, HEAD, OPTIONS");
  const auto coding = choose_coding(request, {.brotli = !file->brotli.empty(), .gzip = !file->gzip.empty()});
  const auto etag = file->hash.empty() ? std::string() : etag_of(file->hash, coding);
  net::Response response{.content_type = std::string(media_type(file->path)),
                         .headers = page_headers(file->path, sockets_)};
  if (!etag.empty()) response.headers.push_back({"etag", etag});
  if (matches(request, etag)) {
    response.status = 304;
    return response;
  }
  if (coding != Coding::identity) response.headers.push_back({"content-encoding", std::string(name_of(coding))});
  response.borrowed = coding == Coding::brotli ? file->brotli : coding == Coding::gzip ? file->gzip : file->identity;
  return response;
}

}  // namespace godwit::gateway
