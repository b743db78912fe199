#include "base/base64url.hpp"

#include <doctest/doctest.h>

namespace godwit {
namespace {

TEST_CASE("base64url: bytes to text and back, and nothing else is taken") {
  for (const std::string_view bytes : {std::string_view(""), std::string_view("f"), std::string_view("fo"),
                                       std::string_view("foo"), std::string_view("\0\xff\xfb\xef", 4)})
    CHECK(read_base64url(base64url(bytes)) == std::string(bytes));
  CHECK(base64url("\xfb\xff") == "-_8");
  for (const auto* wrong : {"a", "Zg==", "+/8", "-_8 ", "Zh", "Z\n8", "Zm9", "Zm9vA", "Z\xff"})
    CHECK_FALSE(read_base64url(wrong));
  CHECK_FALSE(read_base64url(std::string_view("Zg\0", 3)));
  std::string all;
  for (int byte = 0; byte < 256; ++byte) {
    all += static_cast<char>(byte);
    CHECK(read_base64url(base64url(all)) == all);
  }
}

}  // namespace
}  // namespace godwit
