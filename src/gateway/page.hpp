#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "net/http/http.hpp"

namespace godwit::gateway {

/// One file of the page as the build stored it. All of it is borrowed and outlives every connection.
struct PageFile {
  std::string_view path;      ///< "/assets/index-3f2a.js"
  std::string_view identity;  ///< as it is
  std::string_view brotli{};  ///< empty where it would not be smaller
  std::string_view gzip{};
  std::string_view hash{};  ///< of `identity`, in hex: the ETag; empty: no ETag
};

/// The web client: the files that were built into the binary, at `/` and below; /docs and /docs/NAME are the files of
/// these names with .html behind. Without an index.html, one short page that says what is missing is the answer to all
/// that is no file. Immutable; any thread.
class Page {
 public:
  /// `sockets`: origins of WebSockets, separated by blanks, that it may open besides those of its own server.
  explicit Page(std::span<const PageFile> files, std::string sockets = {});

  /// Whether the page was built in.
  [[nodiscard]] bool built() const noexcept { return index_ != &missing(); }
  /// To a request that is no call: a file, or index.html for the client's own routes. not_found for a call that does
  /// not exist (/v1/…, /v2/…), a path that is none, and a file that is not there; method_not_allowed for all but GET
  /// and HEAD.
  [[nodiscard]] Result<net::Response> answer(const net::Request& request) const;

 private:
  [[nodiscard]] static const PageFile& missing();
  [[nodiscard]] const PageFile* find(const net::Request& request) const;

  std::map<std::string_view, const PageFile*> files_;
  const PageFile* index_;
  const std::string sockets_;
};

}  // namespace godwit::gateway
