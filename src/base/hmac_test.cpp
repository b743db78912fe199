#include "base/hmac.hpp"

#include <doctest/doctest.h>
#include <sodium.h>

#include <thread>
#include <vector>

namespace godwit {
namespace {

std::string hex_of(std::string_view bytes) {
  std::string hex(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  hex.pop_back();
  return hex;
}

TEST_CASE("hmac: what RFC 4231 gives for short and long keys, in one part or several, from many threads") {
  const Hmac jefe("Jefe");
  constexpr auto* kOfJefe = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
  CHECK(hex_of(jefe.of({"what do ya want for nothing?"})) == kOfJefe);
  CHECK(hex_of(jefe.of({"what do ya ", "", "want for nothing?"})) == kOfJefe);
  auto mac = jefe.of({"what do ya want for nothing?"});
  CHECK(jefe.proves(mac, {"what do ya want ", "for nothing?"}));
  CHECK_FALSE(jefe.proves(mac, {"what do ya want for something?"}));
  CHECK_FALSE(jefe.proves(mac.substr(1), {"what do ya want for nothing?"}));
  mac.back() ^= 1;
  CHECK_FALSE(jefe.proves(mac, {"what do ya want for nothing?"}));
  CHECK(hex_of(Hmac(std::string(131, '\xaa')).of({"Test Using Larger Than Block-Size Key - Hash Key First"})) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  CHECK(hex_of(Hmac("").of({})) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
  std::vector<std::jthread> threads;
  std::vector<int> right(4);
  for (auto& mine : right)
    threads.emplace_back([&mine, &jefe] {
      for (int i = 0; i < 1000; ++i) mine += hex_of(jefe.of({"what do ya want for nothing?"})) == kOfJefe ? 1 : 0;
    });
  threads.clear();
  CHECK(right == std::vector<int>(4, 1000));
}

}  // namespace
}  // namespace godwit
