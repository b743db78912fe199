#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "engine/rocketmq/remoting.hpp"

namespace godwit::rocketmq {

/// A request's frame, whole.
[[nodiscard]] std::string encode_frame(Remoting::Request request, std::int32_t opaque, const Remoting::Fields& fields,
                                       std::string_view body);

struct Frame {
  std::int32_t opaque = 0;
  bool answer = false;
  Remoting::Answer content;
};
/// Of what follows the length. `internal` naming what is wrong.
[[nodiscard]] Result<Frame> decode_frame(std::string_view bytes);

/// The number in four bytes, highest first.
[[nodiscard]] std::uint32_t number_of(std::string_view four) noexcept;

}  // namespace godwit::rocketmq
