#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace godwit::net {

/// A chunked body (RFC 9112 §7.1) as it comes. Pure and strict: sizes in hex digits and nothing else, every line ended
/// by CRLF, extensions and trailers checked and dropped.
///   chunk = 1*HEXDIG [ ";" ext ] CRLF data CRLF;  the last has size 0, then trailer lines, then CRLF
class ChunkedDecoder {
 public:
  enum class Status : std::uint8_t { need_more, complete, malformed, too_large };

  /// Takes bytes from the front of `bytes`, all or up to the end of the body, and appends the data to `body`;
  /// `too_large` as soon as a chunk announces more than `limit` leaves.
  [[nodiscard]] Status feed(std::string_view& bytes, std::string& body, std::size_t limit);

 private:
  enum class State : std::uint8_t {
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    line_start,
    name,
    value,
    line_lf,
    end_lf
  };

  [[nodiscard]] bool step(char c) noexcept;
  [[nodiscard]] bool step_trailer(char c) noexcept;

  State state_ = State::size;
  std::uint8_t digits_ = 0;   ///< of the size
  std::uint16_t spent_ = 0;   ///< bytes of extensions and trailers, all chunks together
  std::uint64_t left_ = 0;    ///< of the chunk's data
  bool last_ = false;
  bool complete_ = false;
};

}  // namespace godwit::net
