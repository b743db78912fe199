#include "net/http/chunked_decoder.hpp"

#include <algorithm>

#include "net/http/text.hpp"

namespace godwit::net {
namespace {

constexpr std::uint8_t kMaxDigits = 15;        ///< no overflow in 64 bits
constexpr std::uint16_t kMaxSpent = 4 * 1024;

constexpr bool is_ascii(char c) noexcept { return static_cast<unsigned char>(c) < 0x80; }

}  // namespace

ChunkedDecoder::Status ChunkedDecoder::feed(std::string_view& bytes, std::string& body, std::size_t limit) {
  while (!bytes.empty()) {
    if (state_ == State::data) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
      body.append(bytes.substr(0, size));
      bytes.remove_prefix(size);
      left_ -= size;
      if (left_ == 0) state_ = State::data_cr;
      continue;
    }
    const char c = bytes.front();
    bytes.remove_prefix(1);
    if (!step(c)) return Status::malformed;
    if (complete_) return Status::complete;
    if (left_ > limit - body.size()) return Status::too_large;
  }
  return Status::need_more;
}

/// One byte outside the data. False where it may not stand there.
bool ChunkedDecoder::step(char c) noexcept {
  switch (state_) {
    case State::size:
      if (const int digit = hex_value(c); digit >= 0) {
        left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
        return ++digits_ <= kMaxDigits;
      }
      state_ = c == ';' ? State::extension : State::size_lf;
      return digits_ > 0 && (c == ';' || c == '\r');
    case State::extension:
      if (c == '\r') state_ = State::size_lf;
      return c == '\r' || (is_ascii(c) && is_field_char(c) && ++spent_ <= kMaxSpent);
    case State::size_lf:
      last_ = left_ == 0;
      digits_ = 0;
      state_ = last_ ? State::line_start : State::data;
      return c == '\n';
    case State::data_cr:
      state_ = State::data_lf;
      return c == '\r';
    case State::data_lf:
      state_ = State::size;
      return c == '\n';
    default: return step_trailer(c);
  }
}

bool ChunkedDecoder::step_trailer(char c) noexcept {
  if (++spent_ > kMaxSpent) return false;
  switch (state_) {
    case State::line_start:
      state_ = c == '\r' ? State::end_lf : State::name;
      return c == '\r' || is_token_char(c);
    case State::name:
      if (c == ':') state_ = State::value;
      return c == ':' || is_token_char(c);
    case State::value:
      if (c == '\r') state_ = State::line_lf;
      return c == '\r' || is_field_char(c);
    case State::line_lf:
      state_ = State::line_start;
      return c == '\n';
    default:  // end_lf
      complete_ = c == '\n';
      return complete_;
  }
}

}  // namespace godwit::net
