#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "clients/terminal/parse.hpp"
#include "net/client/http_client.hpp"

namespace godwit::chat {

/// The server's HTTP calls, blocking, over one connection. One thread at a time.
class Api {
 public:
  explicit Api(const net::Url& server, std::chrono::milliseconds timeout = std::chrono::seconds(10))
      : http_(server.host, server.port, timeout) {}

  void use_token(std::string token) { token_ = std::move(token); }

  /// The body of a 2xx answer. `body` is JSON; none is sent where it is empty.
  [[nodiscard]] Answer<std::string> call(std::string_view method, std::string_view target, std::string_view body = {});

  /// The answer as a shape of parse.hpp.
  template <class T>
  [[nodiscard]] Answer<T> ask(std::string_view method, std::string_view target, std::string_view body = {}) {
    auto answer = call(method, target, body);
    if (!answer) return std::unexpected(std::move(answer).error());
    auto shape = parse<T>(*answer);
    if (!shape) return std::unexpected(senseless());
    return std::move(*shape);
  }
  template <class T>
  [[nodiscard]] Answer<Page<T>> page(std::string_view target) {
    auto answer = call("GET", target);
    if (!answer) return std::unexpected(std::move(answer).error());
    auto page = parse_page<T>(*answer);
    if (!page) return std::unexpected(senseless());
    return std::move(*page);
  }
  /// Every page of a list, `most` items at most; `next` says whether it was cut there.
  template <class T>
  [[nodiscard]] Answer<Page<T>> all(const std::string& target, std::size_t most = 1000) {
    const std::string first = target + (target.find('?') == std::string::npos ? "?limit=200" : "&limit=200");
    auto whole = page<T>(first);
    while (whole && !whole->next.empty() && whole->items.size() < most) {
      auto more = page<T>(first + "&cursor=" + escape(whole->next));
      if (!more) return more;
      for (auto& item : more->items) whole->items.push_back(std::move(item));
      whole->next = std::move(more->next);
    }
    return whole;
  }

  /// A path segment or query value, percent-encoded.
  [[nodiscard]] static std::string escape(std::string_view text);

 private:
  [[nodiscard]] static Failure senseless() {
    return {.status = 200, .code = "", .detail = "the server's answer made no sense"};
  }
  net::HttpClient http_;
  std::string token_;
};

}  // namespace godwit::chat
