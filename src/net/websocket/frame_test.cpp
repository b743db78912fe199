#include "net/websocket/frame.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "net/websocket/shared_frame.hpp"
#include "net/websocket/testing_frames.hpp"

namespace godwit::net {
using namespace testing;

namespace {

std::string bytes(std::initializer_list<int> values) {
  std::string out;
  for (const int value : values) out.push_back(static_cast<char>(value));
  return out;
}

HeadStatus status_of(std::string_view text) {
  FrameHead head;
  return parse_frame_head(text, head);
}

}  // namespace

TEST_CASE("frame heads: lengths in 7, 16 and 64 bits, at their edges") {
  for (const std::uint64_t length : {0ULL, 1ULL, 125ULL, 126ULL, 127ULL, 65535ULL, 65536ULL, 1ULL << 40U}) {
    CAPTURE(length);
    std::array<char, kMaxFrameHead> head;
    const std::size_t size = encode_frame_head(0x82, length, head);
    CHECK(size == (length < 126 ? 2 : length < 65536 ? 4 : 10));
    std::string text(head.data(), size);
    text[1] = static_cast<char>(text[1] | 0x80);
    text += "mask";
    FrameHead parsed;
    for (std::size_t cut = 0; cut < text.size(); ++cut)
      CHECK(parse_frame_head(text.substr(0, cut), parsed) == HeadStatus::need_more);
    REQUIRE(parse_frame_head(text + "payload", parsed) == HeadStatus::complete);
    CHECK(parsed.fin);
    CHECK(parsed.opcode == Opcode::binary);
    CHECK(parsed.length == length);
    CHECK(parsed.size == text.size());
    CHECK(std::string_view(parsed.mask.data(), 4) == "mask");
  }
}

TEST_CASE("frame heads that break the framing show at the first byte that does") {
  for (const int reserved : {0x40, 0x20, 0x10}) CHECK(status_of(bytes({0x81 | reserved})) == HeadStatus::invalid);
  for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
    CHECK(status_of(bytes({0x80 | opcode})) == HeadStatus::invalid);
  CHECK(status_of(bytes({0x81, 0x05})) == HeadStatus::invalid);  // no mask
  for (const int opcode : {8, 9, 10}) {
    CHECK(status_of(bytes({opcode})) == HeadStatus::invalid);                // a fragmented control frame
    CHECK(status_of(bytes({0x80 | opcode, 0x80 | 126})) == HeadStatus::invalid);  // a long one
    CHECK(status_of(bytes({0x80 | opcode, 0x80 | 125})) == HeadStatus::need_more);
  }
  CHECK(status_of(bytes({0x82, 0xFE, 0x00, 0x7D})) == HeadStatus::invalid);                        // 125 in 16 bits
  CHECK(status_of(bytes({0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF})) == HeadStatus::invalid);      // 65,535 in 64
  CHECK(status_of(bytes({0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0})) == HeadStatus::invalid);         // top bit
}

TEST_CASE("a mask goes over bytes the same from any position and at any length") {
  const std::array<char, 4> mask{'\x01', '\x7f', '\x80', '\xfe'};
  std::string plain;
  for (int i = 0; i < 100; ++i) plain.push_back(static_cast<char>(i * 7));
  std::string expected = plain;
  for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = static_cast<char>(expected[i] ^ mask[i & 3]);
  for (std::size_t cut = 0; cut <= plain.size(); ++cut) {
    std::string text = plain;
    apply_mask(text.data(), cut, mask, 0);
    apply_mask(text.data() + cut, text.size() - cut, mask, cut);
    CHECK(text == expected);
  }
}

TEST_CASE("close codes that may stand on the wire") {
  for (const int code :
       {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4505, 4999}) {
    CHECK(is_close_code(static_cast<std::uint16_t>(code)));
  }
  for (const int code : {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
    CHECK_FALSE(is_close_code(static_cast<std::uint16_t>(code)));
}

TEST_CASE("a server's frames have no mask, and a masked one is none of a server's") {
  for (const std::size_t length : {0U, 125U, 126U, 65'535U, 65'536U}) {
    const auto plain = SharedFrame::make(0x82, std::string(length, 'x'));
    const auto masked = SharedFrame::masked(0x82, std::string(length, 'x'));
    CHECK(plain.payload().size() == length);
    CHECK(plain.first() == 0x82);
    FrameHead head;
    REQUIRE(parse_frame_head({plain.data(), plain.size()}, head, Sender::server) == HeadStatus::complete);
    CHECK(head.length == length);
    CHECK(head.size + length == plain.size());
    CHECK(parse_frame_head({masked.data(), masked.size()}, head, Sender::server) == HeadStatus::invalid);
    CHECK(parse_frame_head({plain.data(), plain.size()}, head, Sender::client) == HeadStatus::invalid);
    REQUIRE(parse_frame_head({masked.data(), masked.size()}, head, Sender::client) == HeadStatus::complete);
    std::string payload(masked.data() + head.size, masked.size() - head.size);
    apply_mask(payload.data(), payload.size(), head.mask, 0);
    CHECK(payload == std::string(length, 'x'));
    for (std::size_t size = 0; size < plain.size() - length; ++size)
      CHECK(parse_frame_head({plain.data(), size}, head, Sender::server) == HeadStatus::need_more);
  }
}

TEST_CASE("close payloads are made and read") {
  CHECK(close_payload(CloseCode::no_status, "ignored").empty());
  CHECK(close_payload(1000, "bye") == bytes({0x03, 0xE8}) + "bye");
  CHECK(close_payload(1000, std::string(200, 'x')).size() == 125);
  const std::string cut = close_payload(1000, std::string(122, 'x') + "鹬");  // would cut the character in two
  CHECK(cut.size() == 2 + 122);

  CHECK(parse_close("").code == CloseCode::no_status);
  CHECK(parse_close("").failure == 0);
  CHECK(parse_close("\x03").failure == CloseCode::protocol_error);
  CHECK(parse_close(close_payload(4001, "再见")).code == 4001);
  CHECK(parse_close(close_payload(1005 + 1, "")).failure == CloseCode::protocol_error);
  CHECK(parse_close(close_payload(1000, "\xC0\x80")).failure == CloseCode::bad_payload);
}

TEST_CASE("a shared frame is header and payload in one block, and lives as long as its last holder") {
  const SharedFrame empty;
  CHECK_FALSE(empty);
  CHECK(empty.size() == 0);
  SharedFrame copy;
  {
    const SharedFrame frame = SharedFrame::text("hello");
    copy = frame;
  }
  CHECK(std::string_view(copy.data(), copy.size()) == "\x81\x05hello");
  const SharedFrame moved = std::move(copy);
  CHECK(moved.size() == 7);
  CHECK(SharedFrame::text(std::string(126, 'x')).size() == 130);
  CHECK(SharedFrame::make(0x82, std::string(65536, 'x')).size() == 65546);
}

}  // namespace godwit::net
