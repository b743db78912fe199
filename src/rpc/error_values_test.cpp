#include "rpc/error_values.hpp"

#include <doctest/doctest.h>

using namespace godwit;

TEST_CASE("rpc: every error crosses with everything that it says") {
  for (unsigned i = 0; i <= static_cast<unsigned>(Code::unavailable); ++i) {
    const Error sent{.code = static_cast<Code>(i),
                     .detail = "detail \xE6\xB6\x88 " + std::to_string(i),
                     .fields = {{"name", "too long"}, {"device.id", "missing"}},
                     .retry_after_s = 7 + i,
                     .limit = 60 + i};
    const auto got = rpc::error_of(rpc::trailer_of(sent));
    REQUIRE(got);
    CHECK(got->code == sent.code);
    CHECK(got->detail == sent.detail);
    CHECK(got->fields == sent.fields);
    CHECK(got->retry_after_s == sent.retry_after_s);
    CHECK(got->limit == sent.limit);
    CHECK(rpc::status_of(sent) != 0);
    CHECK(rpc::message_of(sent).starts_with(std::string(info(sent.code).name) + ": detail"));
  }
}

TEST_CASE("rpc: bytes that are no text cross in an error's detail") {
  CHECK(rpc::error_of(rpc::trailer_of({.code = Code::not_found, .detail = "\xff\xfe"}))->detail == "\xff\xfe");
}

TEST_CASE("rpc: an error that is too long for a trailer is cut, and stays what it is") {
  Error sent{.code = Code::invalid_fields, .detail = std::string(100'000, 'd')};
  for (int i = 0; i < 1000; ++i) sent.fields.emplace("field" + std::to_string(i), std::string(100, 'r'));
  CHECK(rpc::trailer_of(sent).size() <= 24'576);
  CHECK(rpc::error_of(rpc::trailer_of(sent))->code == Code::invalid_fields);
  CHECK(rpc::message_of(sent).size() <= 512);
  std::string wide;
  for (int i = 0; i < 400; ++i) wide += "\xE6\xB6\x88";
  const auto message = rpc::message_of({.code = Code::not_found, .detail = wide});
  CHECK(message.size() <= 512);
  CHECK(message.ends_with("\xE6\xB6\x88"));
}

TEST_CASE("rpc: what is no error is none") {
  CHECK_FALSE(rpc::error_of(""));
  CHECK_FALSE(rpc::error_of("\xff\xff\xff"));
  auto other = rpc::trailer_of({.code = Code::not_found});
  other[2] = 'x';  // its name
  CHECK_FALSE(rpc::error_of(other));
}
