#include <sys/socket.h>

#include <cerrno>

#include "net/http/forwarded.hpp"
#include "net/http/connection.hpp"
#include "net/http/proxy_header.hpp"

namespace godwit::net {
namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

/// Reads and parses as far as it goes without waiting.
HttpConnection::Step HttpConnection::read_step() {
  if (!parser_.begun()) {
    told_to_continue_ = false;
    if (!early_.empty()) {
      const std::string bytes = std::exchange(early_, {});
      if (const Step step = parse(bytes); step != Step::wait) return step;
    }
  }
  while (readable_) {
    const auto size = read_some();
    if (!size) break;
    if (*size == 0) return Step::gone;
    const std::string_view bytes{shared_->buffer.get(), *size};
    if (const Step step = awaits_preface_ ? take_preface(bytes) : parse(bytes); step != Step::wait) return step;
  }
  if (parser_.head_complete() && parser_.expects_continue() && !told_to_continue_) return Step::head;
  set_idle(!parser_.begun() && preface_.empty());
  if (idle_ && shared_->draining) return Step::gone;
  if (idle_) give_back_buffers();
  return Step::wait;
}

/// A trusted proxy may say first whom it speaks for (the PROXY protocol).
HttpConnection::Step HttpConnection::take_preface(std::string_view bytes) {
  set_idle(false);
  preface_.append(bytes);
  const auto header = parse_proxy_header(preface_);
  if (header.status == ProxyHeader::Status::need_more) return Step::wait;
  if (header.status == ProxyHeader::Status::malformed)
    return refuse({.code = Code::malformed_request, .detail = "the PROXY header is malformed"});
  awaits_preface_ = false;
  const std::string held = std::exchange(preface_, {});
  if (header.client) {
    peer_ = *header.client;
    client_ = peer_.str();
    speaks_for_others_ = trusts(shared_->gate->trusted_proxies(), peer_);
    if (!shared_->gate->seat(place_, peer_)) return refuse({.code = Code::too_many_connections});
  }
  const auto rest = std::string_view(held).substr(header.size);
  return rest.empty() ? Step::wait : parse(rest);
}

HttpConnection::Step HttpConnection::refuse(Error error) {
  refused_for_ = std::move(error);
  return Step::refused;
}

/// Behind a trusted proxy each request counts for the client that it comes from, until it is answered.
bool HttpConnection::seat_client(const Request& request) {
  if (!speaks_for_others_) return true;
  const auto client = client_address(request, peer_, shared_->gate->trusted_proxies());
  client_ = client.str();
  return shared_->gate->seat(place_, client);
}

/// Nothing: would block. 0: the end, or an error.
std::optional<std::size_t> HttpConnection::read_some() {
  while (true) {
    const auto size = ::recv(fd_, shared_->buffer.get(), HttpShared::kBuffer, 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) {
      readable_ = false;
      return std::nullopt;
    }
    if (size <= 0) return 0;
    // A short read has emptied the socket, and the next bytes are a new edge; but an end that was announced already is
    // not.
    if (static_cast<std::size_t>(size) < HttpShared::kBuffer && !hung_up_) readable_ = false;
    return static_cast<std::size_t>(size);
  }
}

HttpConnection::Step HttpConnection::parse(std::string_view bytes) {
  set_idle(false);
  const bool had_begun = parser_.begun();
  const bool had_head = parser_.head_complete();
  const auto status = parser_.feed(bytes);
  const bool complete = status == RequestParser::Status::complete;
  if (complete) early_ = bytes;
  if (status == RequestParser::Status::failed && parser_.error().code != Code::body_too_large)
    return refuse(parser_.error());
  if (!had_head && (complete || parser_.head_complete() || status == RequestParser::Status::failed) &&
      !seat_client(parser_.so_far()))
    return refuse({.code = Code::too_many_connections});
  if (status == RequestParser::Status::failed) return refuse(parser_.error());
  if (!hold(parser_.buffered() + early_.capacity())) return Step::refused;
  if (complete) return Step::request;
  if (!had_head && parser_.head_complete()) {
    set_deadline(shared_->limits.body_deadline);
  } else if (!had_begun && parser_.begun()) {
    set_deadline(shared_->limits.head_deadline);
  }
  return Step::wait;
}

HttpConnection::Step HttpConnection::on_read_wake(Wake wake) {
  if (wake == Wake::ready) return read_step();
  if (wake == Wake::cancelled || !parser_.begun()) return Step::gone;
  return refuse({.code = Code::request_timeout});
}

/// Best effort: a client that does not take 25 bytes will not get the answer either.
void HttpConnection::send_continue() {
  if (std::exchange(told_to_continue_, true)) return;
  [[maybe_unused]] const auto sent = ::send(fd_, kContinue.data(), kContinue.size(), MSG_NOSIGNAL);
}

}  // namespace godwit::net
