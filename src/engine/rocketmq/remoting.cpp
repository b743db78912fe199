#include "engine/rocketmq/remoting.hpp"

#include <fmt/format.h>

#include "engine/rocketmq/frame.hpp"

namespace godwit::rocketmq {

Remoting::Remoting(std::string address, std::chrono::milliseconds timeout)
    : address_(std::move(address)), timeout_(timeout) {}

std::unexpected<Error> Remoting::lost(std::string_view why) {
  socket_.close();
  return fail(Code::unavailable, fmt::format("RocketMQ at {}: {}", address_, why));
}

Result<void> Remoting::connect(Deadline deadline) {
  if (socket_.open() && !socket_.stale()) return {};
  socket_.close();
  const auto colon = address_.rfind(':');
  if (colon == std::string::npos) return fail(Code::bad_parameter, address_ + " is not host:port");
  auto host = address_.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto reason = socket_.connect(host, address_.substr(colon + 1), deadline);
  if (!reason.empty()) return lost(reason);
  return {};
}

Result<std::string> Remoting::read(std::size_t size, Deadline deadline) {
  std::string out(size, '\0');
  for (std::size_t filled = 0; filled < size;) {
    const auto got = socket_.read(out.data() + filled, size - filled, deadline);
    if (!got || *got == 0) return lost("no answer");
    filled += *got;
  }
  return out;
}

Result<std::string> Remoting::read_frame(Deadline deadline) {
  TRY(const auto length, read(4, deadline));
  const auto size = number_of(length);
  if (size > kMostBytes) return lost("an answer that is too long");
  return read(size, deadline);
}

Result<Remoting::Answer> Remoting::call(Request request, const Fields& fields, std::string_view body) {
  const auto deadline = std::chrono::steady_clock::now() + timeout_;
  CHECK_OK(connect(deadline));
  const auto opaque = ++opaque_;
  if (!socket_.write(encode_frame(request, opaque, fields, body), deadline)) return lost("cannot be written to");
  for (;;) {
    TRY(const auto bytes, read_frame(deadline));
    auto frame = decode_frame(bytes);
    if (!frame) return lost(frame.error().detail);
    if (frame->answer && frame->opaque == opaque) return std::move(frame->content);
    // A broker asks its clients things, too: nothing that we could say.
  }
}

Result<std::string> Remoting::done(Request request, const Fields& fields, std::string_view body) {
  TRY(auto answer, call(request, fields, body));
  if (answer.code == kSuccess) return std::move(answer.body);
  return fail(Code::internal, fmt::format("RocketMQ at {} answered request {} with {}: {}", address_,
                                          static_cast<int>(request), answer.code, answer.remark));
}

}  // namespace godwit::rocketmq
