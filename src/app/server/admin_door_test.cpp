#include "app/server/admin_door.hpp"

#include <doctest/doctest.h>

namespace godwit::app {
namespace {

const Address kLoopback{"127.0.0.1", 8081}, kNetwork{"192.0.2.7", 8081}, kAnywhere{"0.0.0.0", 8081};

net::Request from(std::string host) {
  net::Request request;
  request.headers.push_back({"host", std::move(host)});
  return request;
}

bool known(const std::string& host, const Address& listen, Errand errand = Errand::administration) {
  const auto checked = check_no_page(from(host), listen, errand);
  return checked || checked.error().code != Code::misdirected_request;
}

}  // namespace

TEST_CASE("the admin listener is known by loopback addresses, localhost and its own address, whatever the port") {
  for (const auto* host :
       {"127.0.0.1:8081", "127.0.0.1", "127.9.9.9:1", "localhost", "LocalHost:8081", "[::1]:8081", "[::1]"})
    CHECK_MESSAGE(known(host, kLoopback), host);
  for (const auto* host : {"rebound.example:8081", "localhost.example", "127.0.0.1.example:8081", "127.1", "192.0.2.7",
                           "[::2]", "[fe80::1]:8081", "0.0.0.0:8081", "localhost."})
    CHECK_MESSAGE(!known(host, kLoopback), host);
  CHECK(known("192.0.2.7:8081", kNetwork));
  CHECK(known("127.0.0.1:8081", kNetwork));
  CHECK_FALSE(known("192.0.2.8:8081", kNetwork));
  CHECK_FALSE(known("chat.example:8081", kNetwork));
  CHECK(known("192.0.2.8:8081", kAnywhere));  // every address of the machine is its own
  CHECK_FALSE(known("chat.example:8081", kAnywhere));
}

TEST_CASE("away from loopback monitors may use a name; on loopback nobody may") {
  CHECK(known("godwit.internal:8081", kNetwork, Errand::figures));
  CHECK_FALSE(known("godwit.internal:8081", kLoopback, Errand::figures));
}

TEST_CASE("a request without Host is from no browser") { CHECK(check_no_page({}, kLoopback, Errand::administration)); }

TEST_CASE("any Origin is refused on the admin listener, also an empty one and its own") {
  for (const auto* origin : {"http://127.0.0.1:8081", "https://evil.example", "null", ""}) {
    auto request = from("127.0.0.1:8081");
    request.headers.push_back({"origin", origin});
    for (const auto errand : {Errand::figures, Errand::administration}) {
      const auto checked = check_no_page(request, kLoopback, errand);
      REQUIRE_FALSE(checked);
      CHECK(checked.error().code == Code::origin_not_allowed);
    }
  }
}

TEST_CASE("a body that a form could send is refused, also where none is needed") {
  for (const auto* type : {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""}) {
    auto request = from("localhost:8081");
    request.has_body = true, request.body = "{}";
    request.headers.push_back({"content-type", type});
    const auto checked = check_no_page(request, kLoopback, Errand::administration);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == Code::unsupported_media_type);
  }
  auto request = from("localhost:8081");
  request.has_body = true, request.body = "{}";
  request.headers.push_back({"content-type", "application/json; charset=utf-8"});
  CHECK(check_no_page(request, kLoopback, Errand::administration));
}

}  // namespace godwit::app
