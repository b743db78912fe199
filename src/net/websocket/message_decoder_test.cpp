#include "net/websocket/message_decoder.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "net/websocket/testing_frames.hpp"

namespace godwit::net {
using namespace testing;

namespace {

struct Recorder final : MessageSink {
  bool message(std::string_view payload, bool text) override { return note(text ? "text " : "binary ", payload); }
  bool ping(std::string_view payload) override { return note("ping ", payload); }
  bool pong(std::string_view payload) override { return note("pong ", payload); }
  bool close(std::string_view payload) override { return note("close ", payload); }
  bool note(std::string_view kind, std::string_view payload) {
    seen.push_back(std::string(kind) + std::string(payload));
    return seen.size() != stop_after;
  }
  std::vector<std::string> seen;
  std::size_t stop_after = 0;
};

struct Outcome {
  std::vector<std::string> seen;
  std::uint16_t failure = 0;
  bool partial = false;
  bool operator==(const Outcome&) const = default;
};

Outcome decode(std::string bytes, std::size_t step, DecoderLimits limits) {
  MessageDecoder decoder;
  Recorder recorder;
  Outcome outcome;
  for (std::size_t at = 0; at < bytes.size() && outcome.failure == 0; at += step) {
    const auto chunk = std::span(bytes).subspan(at, std::min(step, bytes.size() - at));
    outcome.failure = decoder.feed(chunk, limits, recorder);
  }
  outcome.seen = recorder.seen;
  outcome.partial = outcome.failure == 0 && decoder.partial();
  return outcome;
}

/// The same in one piece, in single bytes and in threes.
Outcome in_every_way(const std::string& bytes, DecoderLimits limits = {}) {
  const Outcome whole = decode(bytes, bytes.size(), limits);
  CHECK(decode(bytes, 1, limits) == whole);
  CHECK(decode(bytes, 3, limits) == whole);
  return whole;
}

using Seen = std::vector<std::string>;

}  // namespace

TEST_CASE("whole messages of every length form") {
  for (const std::size_t size : {0UL, 1UL, 7UL, 8UL, 125UL, 126UL, 127UL, 128UL, 65535UL, 65536UL}) {
    CAPTURE(size);
    const std::string payload(size, 'x');
    const Outcome outcome = in_every_way(client_text(payload) + client_frame(0x82, payload), {.message_bytes = 65536});
    CHECK(outcome == Outcome{{"text " + payload, "binary " + payload}});
  }
}

TEST_CASE("fragments become one message, with control frames between them") {
  const std::string bytes = client_frame(0x01, "Hel") + client_frame(0x89, "are you there") + client_frame(0x00, "") +
                            client_frame(0x8A, "") + client_frame(0x80, "lo") + client_text("next");
  CHECK(in_every_way(bytes) == Outcome{{"ping are you there", "pong ", "text Hello", "text next"}});
  CHECK(in_every_way(client_frame(0x02, "") + client_frame(0x00, "") + client_frame(0x80, "")) == Outcome{{"binary "}});
}

TEST_CASE("an idle decoder holds nothing, one in the middle of something does") {
  CHECK_FALSE(in_every_way(client_text("whole")).partial);
  CHECK(in_every_way(client_text("cut").substr(0, 8)).partial);
  CHECK(in_every_way(client_text("cut").substr(0, 1)).partial);
  CHECK(in_every_way(client_frame(0x01, "fragment")).partial);
  CHECK(in_every_way(client_frame(0x01, "fragment") + client_frame(0x89, "x")).partial);
}

TEST_CASE("framing errors fail with 1002") {
  const std::vector<std::string> broken{
      client_frame(0xC1, "rsv1"),
      client_frame(0xA1, "rsv2"),
      client_frame(0x91, "rsv3"),
      client_frame(0x83, "reserved opcode"),
      client_frame(0x8B, "reserved control"),
      client_frame(0x09, "fragmented ping"),
      client_frame(0x08, ""),
      client_frame(0x89, std::string(126, 'p')),
      client_frame(0x80, "nothing to continue"),
      client_frame(0x00, "nothing to continue"),
      client_frame(0x01, "one ") + client_text("begins inside another"),
      client_frame(0x01, "one ") + client_frame(0x02, "begins inside another"),
      std::string("\x81\x05hello"),                           // no mask
      std::string("\x81\xFE\x00\x05mask", 8),                 // not the shortest length
      std::string("\x81\xFF\x80\0\0\0\0\0\0\0mask", 14),      // top bit of the length
  };
  for (const auto& bytes : broken) {
    CAPTURE(bytes);
    const Outcome outcome = in_every_way(client_text("good") + bytes);
    CHECK(outcome.failure == CloseCode::protocol_error);
    CHECK(outcome.seen == Seen{"text good"});
  }
}

TEST_CASE("text that is not UTF-8 fails with 1007, as soon as it shows") {
  CHECK(in_every_way(client_text("\xC0\x80")).failure == CloseCode::bad_payload);
  CHECK(in_every_way(client_text("cut \xE4\xBD")).failure == CloseCode::bad_payload);
  CHECK(in_every_way(client_frame(0x01, "a\xE4") + client_frame(0x80, "\xBD")).failure == CloseCode::bad_payload);
  // The second fragment is bad and not yet the last.
  CHECK(in_every_way(client_frame(0x01, "fine") + client_frame(0x00, "\xED\xA0")).failure == CloseCode::bad_payload);
  // Half a frame is enough.
  CHECK(in_every_way(client_text(std::string("\xFF") + std::string(50, 'x')).substr(0, 20)).failure ==
        CloseCode::bad_payload);
}

TEST_CASE("a character may lie across fragments, and binary need not be text") {
  CHECK(in_every_way(client_frame(0x01, "a\xE4") + client_frame(0x00, "\xBD") + client_frame(0x80, "\xA0")) ==
        Outcome{{"text a你"}});
  CHECK(in_every_way(client_frame(0x82, "\xFF\xFE")) == Outcome{{"binary \xFF\xFE"}});
}

TEST_CASE("messages above the limit fail with 1009 before their payload comes") {
  const DecoderLimits limits{.message_bytes = 10, .fragments = 3};
  CHECK(in_every_way(client_text("0123456789"), limits).seen.size() == 1);
  CHECK(in_every_way(client_text("0123456789a"), limits).failure == CloseCode::too_big);
  CHECK(in_every_way(client_text("0123456789a").substr(0, 6), limits).failure == CloseCode::too_big);
  CHECK(in_every_way(client_frame(0x01, "012345") + client_frame(0x80, "6789"), limits).seen.size() == 1);
  CHECK(in_every_way(client_frame(0x01, "012345") + client_frame(0x80, "6789a"), limits).failure == CloseCode::too_big);
  const std::string part = client_frame(0x00, "x");
  CHECK(in_every_way(client_frame(0x01, "x") + part + client_frame(0x80, "x"), limits).seen == Seen{"text xxx"});
  CHECK(in_every_way(client_frame(0x01, "x") + part + part + client_frame(0x80, "x"), limits).failure ==
        CloseCode::too_big);
  // A length that no memory has, at once and without taking any.
  CHECK(in_every_way(std::string("\x82\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFFmask", 14)).failure == CloseCode::too_big);
}

TEST_CASE("a sink that says no stops the feed, and may have destroyed the decoder") {
  for (const std::string& bytes :
       {client_text("one"), client_frame(0x01, "o") + client_frame(0x80, "ne"), client_frame(0x89, "p")}) {
    auto decoder = std::make_unique<MessageDecoder>();
    struct Destroyer final : MessageSink {
      std::unique_ptr<MessageDecoder>& decoder;
      int calls = 0;
      explicit Destroyer(std::unique_ptr<MessageDecoder>& d) : decoder(d) {}
      bool destroy() {
        ++calls;
        decoder.reset();
        return false;
      }
      bool message(std::string_view, bool) override { return destroy(); }
      bool ping(std::string_view) override { return destroy(); }
      bool pong(std::string_view) override { return destroy(); }
      bool close(std::string_view) override { return destroy(); }
    } sink(decoder);
    std::string twice = bytes + bytes;
    CHECK(decoder->feed(twice, {}, sink) == 0);
    CHECK(sink.calls == 1);
  }
}

TEST_CASE("control frames that arrive in pieces inside a message that does too") {
  std::string bytes;
  std::string expected;
  for (int i = 0; i < 50; ++i) {
    const std::string piece = "部分" + std::to_string(i);
    expected += piece;
    bytes += client_frame(i == 0    ? 0x01
                          : i == 49 ? 0x80
                                    : 0x00,
                          piece) +
             (i == 49 ? "" : client_frame(0x89, std::to_string(i)));
  }
  const Outcome outcome = in_every_way(bytes);
  REQUIRE(outcome.seen.size() == 50);
  CHECK(outcome.seen.back() == "text " + expected);
  CHECK(outcome.seen[7] == "ping 7");
}

}  // namespace godwit::net
