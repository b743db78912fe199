// Frames of clients: whatever comes, in whatever pieces, the decoder finds the same messages and the same failure,
// stays within its limits and hands out no text that is not UTF-8. Input: a byte for the size of the pieces, then the
// connection's bytes.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/utf8.hpp"
#include "net/websocket/message_decoder.hpp"

namespace {

using namespace godwit::net;

constexpr DecoderLimits kLimits{.message_bytes = 512, .fragments = 8};

void demand(bool holds) {
  if (!holds) std::abort();
}

struct Recorder final : MessageSink {
  bool message(std::string_view payload, bool text) override {
    demand(payload.size() <= kLimits.message_bytes);
    demand(!text || is_utf8(payload));
    return note(text ? 't' : 'b', payload);
  }
  bool ping(std::string_view payload) override { return control('i', payload); }
  bool pong(std::string_view payload) override { return control('o', payload); }
  bool close(std::string_view payload) override {
    const ParsedClose parsed = parse_close(payload);
    demand(parsed.failure != 0 || parsed.code == CloseCode::no_status || is_close_code(parsed.code));
    control('c', payload);
    return false;
  }
  bool control(char kind, std::string_view payload) {
    demand(payload.size() <= kMaxControlPayload);
    return note(kind, payload);
  }
  bool note(char kind, std::string_view payload) {
    seen.push_back(kind + std::string(payload));
    ended = kind == 'c';
    return true;
  }
  std::vector<std::string> seen;
  bool ended = false;
};

std::pair<std::vector<std::string>, std::uint16_t> decode(std::string bytes, std::size_t step) {
  MessageDecoder decoder;
  Recorder recorder;
  std::uint16_t failure = 0;
  for (std::size_t at = 0; at < bytes.size() && failure == 0 && !recorder.ended; at += step) {
    failure = decoder.feed(std::span(bytes).subspan(at, std::min(step, bytes.size() - at)), kLimits, recorder);
  }
  return {recorder.seen, failure};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::size_t step = 1 + data[0] % 40;
  const std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto whole = decode(bytes, std::max<std::size_t>(bytes.size(), 1));
  demand(decode(bytes, step) == whole);
  return 0;
}
