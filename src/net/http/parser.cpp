#include "net/http/parser.hpp"

#include <algorithm>

namespace godwit::net {
namespace {

constexpr std::string_view kNoCrlf = "a line does not end with CRLF";

/// Whether a LF stands there without its CR, looking from `from` on.
bool has_bare_lf(std::string_view text, std::size_t from) noexcept {
  for (auto at = text.find('\n', from); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    if (at == 0 || text[at - 1] != '\r') return true;
  }
  return false;
}

/// Of an announced body: what was only announced takes no memory.
constexpr std::size_t kFirstRoom = 8 * 1024;

/// More empty lines before a request are an endless stream of them.
constexpr unsigned kMaxEmptyLines = 8;

}  // namespace

RequestParser::Status RequestParser::feed(std::string_view& bytes) {
  if (!in_body_) {
    if (const Status status = feed_head(bytes); status != Status::need_more || !in_body_) return status;
  }
  return feed_body(bytes);
}

Request RequestParser::take() {
  in_body_ = false;
  chunks_.reset();
  return std::exchange(request_, {});
}

RequestParser::Status RequestParser::fail_with(Code code, std::string detail) {
  error_ = {.code = code, .detail = std::move(detail)};
  return Status::failed;
}

/// Empty lines before a request line are ignored (RFC 9112 §2.2), however they are cut.
void RequestParser::skip_empty_lines(std::string_view& bytes) {
  if (head_ == "\r" && bytes.starts_with('\n')) {
    head_.clear();
    bytes.remove_prefix(1);
    ++empty_lines_;
  }
  while (head_.empty() && bytes.starts_with("\r\n") && empty_lines_ <= kMaxEmptyLines) {
    bytes.remove_prefix(2);
    ++empty_lines_;
  }
}

/// Looks for the end of the head; without one, keeps the bytes.
RequestParser::Status RequestParser::feed_head(std::string_view& bytes) {
  skip_empty_lines(bytes);
  if (empty_lines_ > kMaxEmptyLines) return fail_with(Code::malformed_request, "nothing but empty lines");
  if (bytes.empty()) return Status::need_more;
  const std::size_t had = head_.size();
  const auto room = bytes.substr(0, head_limit_ + 1 - std::min(had, head_limit_));
  if (had != 0) head_.append(room);
  const std::string_view text = had != 0 ? std::string_view(head_) : room;
  const auto end = text.find("\r\n\r\n", had < 3 ? 0 : had - 3);
  if (end != std::string_view::npos && end + 4 <= head_limit_) {
    bytes.remove_prefix(end + 4 - had);
    const Status status = begin_body(text.substr(0, end + 4));
    std::string().swap(head_);
    empty_lines_ = 0;
    return status;
  }
  if (has_bare_lf(text, had)) return fail_with(Code::malformed_request, std::string(kNoCrlf));
  if (text.size() > head_limit_) return fail_with(Code::headers_too_large);
  if (had == 0) head_ = room;
  bytes.remove_prefix(room.size());
  return Status::need_more;
}

/// `complete` where there is no body.
RequestParser::Status RequestParser::begin_body(std::string_view head) {
  auto facts = parse_head(head, request_);
  if (!facts) {
    error_ = std::move(facts).error();
    return Status::failed;
  }
  facts_ = *facts;
  const std::uint64_t length = facts_.content_length.value_or(0);
  if (length > body_limit_) return fail_with(Code::body_too_large);
  request_.has_body = facts_.chunked || length > 0;
  if (!request_.has_body) return Status::complete;
  in_body_ = true;
  if (facts_.chunked) chunks_.emplace();
  request_.body.reserve(std::min<std::size_t>(length, kFirstRoom));
  return Status::need_more;
}

RequestParser::Status RequestParser::feed_body(std::string_view& bytes) {
  if (chunks_) {
    switch (chunks_->feed(bytes, request_.body, body_limit_)) {
      case ChunkedDecoder::Status::need_more: return Status::need_more;
      case ChunkedDecoder::Status::complete: return Status::complete;
      case ChunkedDecoder::Status::malformed:
        return fail_with(Code::malformed_request, "the chunked body is malformed");
      case ChunkedDecoder::Status::too_large: return fail_with(Code::body_too_large);
    }
  }
  const auto length = static_cast<std::size_t>(*facts_.content_length);
  const std::size_t size = std::min(length - request_.body.size(), bytes.size());
  request_.body.append(bytes.substr(0, size));
  bytes.remove_prefix(size);
  return request_.body.size() == length ? Status::complete : Status::need_more;
}

}  // namespace godwit::net
