#include "wire/log_page.hpp"

#include <doctest/doctest.h>

#include "wire/record.hpp"

using namespace godwit;
using namespace godwit::wire;

namespace {
std::vector<std::string> records() {
  std::vector<std::string> out;
  for (Seq seq = 1; seq <= 3; ++seq) {
    Message message;
    message.conversation = Conversation::direct(UserKey("ann"), UserKey("bob"));
    message.seq = seq;
    message.text = "text " + std::to_string(seq);
    out.push_back(encode_record(message));
  }
  return out;
}
}  // namespace

TEST_CASE("a page of the log is read back whole") {
  const auto page = decode_log_page(encode_log_page(200, 1'000'000, records()));
  REQUIRE(page);
  CHECK(page->shard == 200);
  CHECK(page->first == 1'000'000);
  REQUIRE(page->messages.size() == 3);
  CHECK(page->messages[0]->text == "text 1");
  CHECK(page->messages[2]->seq == 3);
}

TEST_CASE("a damaged page is never taken for another: at worst it lacks a record, and says so") {
  const auto bytes = encode_log_page(200, 1'000'000, records());
  std::size_t lacking = 0;
  for (std::size_t i = 0; i < 8 * bytes.size(); ++i) {
    auto flipped = bytes;
    flipped[i / 8] = static_cast<char>(flipped[i / 8] ^ (1 << (i % 8)));
    const auto page = decode_log_page(flipped);
    if (!page) continue;
    CHECK(page->shard == 200);
    CHECK(page->first == 1'000'000);
    REQUIRE(page->messages.size() == 3);
    std::size_t gone = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      if (page->messages[k]) CHECK(page->messages[k]->text == "text " + std::to_string(k + 1));
      gone += page->messages[k] ? 0 : 1;
    }
    CHECK(gone == 1);
    ++lacking;
  }
  CHECK(lacking > 0);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) CHECK_FALSE(decode_log_page(bytes.substr(0, cut)));
}
