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
  const auto pages = decode_log_pages(encode_log_page(200, 1'000'000, records()));
  REQUIRE(pages);
  REQUIRE(pages->size() == 1);
  const auto* page = &pages->front();
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
    const auto pages = decode_log_pages(flipped);
    if (!pages) continue;
    REQUIRE(pages->size() == 1);
    const auto* page = &pages->front();
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
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) CHECK_FALSE(decode_log_pages(bytes.substr(0, cut)));
}

TEST_CASE("a body holds pages of several shards, and is good as a whole or not at all") {
  const auto last = std::vector<std::string>{records().back()};
  const auto first = encode_log_page(200, 1'000'000, records()), second = encode_log_page(3, 7, last);
  const auto pages = decode_log_pages(first + second);
  REQUIRE(pages);
  REQUIRE(pages->size() == 2);
  CHECK(pages->at(0).messages.size() == 3);
  CHECK(pages->at(1).shard == 3);
  CHECK(pages->at(1).first == 7);
  REQUIRE(pages->at(1).messages.size() == 1);
  CHECK(pages->at(1).messages[0]->text == "text 3");
  const auto both = first + second;
  for (std::size_t cut = first.size() + 1; cut < both.size(); ++cut) CHECK_FALSE(decode_log_pages(both.substr(0, cut)));
  CHECK_FALSE(decode_log_pages(both + "x"));
}
