#include "net/client/http_client.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cerrno>
#include <cstring>
#include <limits>
#include <optional>

#include "net/client/blocking_socket.hpp"
#include "net/http/text.hpp"

namespace godwit::net {
namespace {

namespace http = boost::beast::http;
using Parser = http::response_parser<http::string_body>;

/// What may be said twice where nobody knows whether it was heard (RFC 9110 §9.2.2).
bool is_idempotent(std::string_view method) noexcept {
  return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" || method == "OPTIONS";
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), ascii_lower);
  return result;
}

}  // namespace

std::string_view ClientResponse::header(std::string_view name) const noexcept {
  for (const auto& candidate : headers) {
    if (candidate.name == name) return candidate.value;
  }
  return {};
}

struct HttpClient::Impl {
  enum class Outcome : std::uint8_t { answered, lost_unheard, lost, bad };

  [[nodiscard]] std::string compose(std::string_view method, std::string_view target, std::string_view body,
                                    const std::vector<Header>& headers) const;
  Outcome exchange(std::string_view request, bool head, ClientResponse& response);
  Outcome read_answer(Parser& parser);

  std::string host;
  std::string port;
  std::chrono::milliseconds timeout;
  BlockingSocket socket{};
  BlockingSocket::Deadline deadline{};
  std::string why{};  ///< the last attempt failed
};

std::string HttpClient::Impl::compose(std::string_view method, std::string_view target, std::string_view body,
                                      const std::vector<Header>& headers) const {
  std::string out;
  out.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: ");
  const bool v6 = host.contains(':');
  out.append(v6 ? "[" : "").append(host).append(v6 ? "]" : "");
  if (port != "80") out.append(":").append(port);
  out.append("\r\n");
  bool typed = false;
  for (const auto& header : headers) {
    typed = typed || equal_ignoring_case(header.name, "content-type");
    out.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  if (!body.empty() && !typed) out.append("Content-Type: application/json\r\n");
  if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
    out.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  }
  return out.append("\r\n").append(body);
}

/// `lost_unheard`: the connection ended before a byte of the answer.
HttpClient::Impl::Outcome HttpClient::Impl::read_answer(Parser& parser) {
  std::string kept;
  std::vector<char> buffer(64 * 1024);
  bool heard = false;
  while (!parser.is_done()) {
    const auto size = socket.read(buffer.data(), buffer.size(), deadline);
    boost::beast::error_code error;
    if (!size) {
      why = std::strerror(errno);
      return heard || errno == ETIMEDOUT ? Outcome::lost : Outcome::lost_unheard;
    }
    if (*size == 0) {
      why = "the server closed the connection";
      if (!heard) return Outcome::lost_unheard;
      parser.put_eof(error);
      return error || !parser.is_done() ? Outcome::lost : Outcome::answered;
    }
    heard = true;
    kept.append(buffer.data(), *size);
    while (!kept.empty() && !parser.is_done()) {
      const auto taken = parser.put(boost::asio::buffer(kept), error);
      kept.erase(0, taken);
      if (error == http::error::need_more) break;
      if (error) {
        why = error.message();
        return Outcome::bad;
      }
      // An interim answer (100): what counts comes after it.
      if (parser.is_done() && parser.get().result_int() / 100 == 1) return Outcome::bad;
    }
  }
  return Outcome::answered;
}

HttpClient::Impl::Outcome HttpClient::Impl::exchange(std::string_view request, bool head, ClientResponse& response) {
  if (!socket.write(request, deadline)) {
    why = std::strerror(errno);
    return errno == ETIMEDOUT ? Outcome::lost : Outcome::lost_unheard;
  }
  Parser parser;
  parser.eager(true);
  parser.skip(head);
  parser.body_limit(boost::none);
  parser.header_limit(256 * 1024);
  const Outcome outcome = read_answer(parser);
  if (outcome != Outcome::answered) return outcome;
  const bool keep_alive = parser.keep_alive();
  auto message = parser.release();
  response.status = static_cast<int>(message.result_int());
  for (const auto& field : message) {
    response.headers.push_back({lower(std::string_view(field.name_string().data(), field.name_string().size())),
                                std::string(field.value().data(), field.value().size())});
  }
  response.body = std::move(message.body());
  if (!keep_alive) socket.close();
  return Outcome::answered;
}

HttpClient::HttpClient(std::string host, std::string port, std::chrono::milliseconds timeout)
    : impl_(std::make_unique<Impl>(std::move(host), std::move(port), timeout)) {}
HttpClient::~HttpClient() = default;

Result<ClientResponse> HttpClient::call(std::string_view method, std::string_view target, std::string_view body,
                                        std::vector<Header> headers) {
  Impl& self = *impl_;
  self.deadline = std::chrono::steady_clock::now() + self.timeout;
  const std::string request = self.compose(method, target, body, headers);
  if (self.socket.open() && self.socket.stale()) self.socket.close();
  for (bool reused = self.socket.open();; reused = false) {
    if (!self.socket.open()) {
      self.why = self.socket.connect(self.host, self.port, self.deadline);
      if (!self.why.empty()) break;
    }
    ClientResponse response;
    const auto outcome = self.exchange(request, method == "HEAD", response);
    if (outcome == Impl::Outcome::answered) return response;
    self.socket.close();
    // It may have closed an idle connection just as we wrote; a fresh one that does this will do it again.
    if (outcome != Impl::Outcome::lost_unheard || !reused || !is_idempotent(method)) break;
  }
  return fail(Code::unavailable, "no answer from " + self.host + ":" + self.port + ": " + self.why);
}

}  // namespace godwit::net
