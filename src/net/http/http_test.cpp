#include "net/http/http.hpp"

#include <doctest/doctest.h>

#include "net/http/response.hpp"
#include "net/http/text.hpp"

namespace godwit::net {

TEST_CASE("percent-decoding") {
  std::string out;
  CHECK(percent_decode("a%20b%2Fc%e4%bd%a0", false, out));
  CHECK(out == "a b/c你");
  CHECK(percent_decode("a+b", false, out));
  CHECK(out == "a+b");
  CHECK(percent_decode("a+b", true, out));
  CHECK(out == "a b");
  for (const std::string_view bad : {"%", "%4", "%zz", "a%2", "%00", "%g0"})
    CHECK_FALSE(percent_decode(bad, true, out));
  CHECK_FALSE(percent_decode(std::string_view("\0", 1), true, out));
}

TEST_CASE("values of a query") {
  CHECK(query_value("a=1&b=2", "b").value == "2");
  CHECK(query_value("a=1&b=2", "a").present);
  CHECK_FALSE(query_value("a=1&b=2", "c").present);
  CHECK_FALSE(query_value("", "c").present);
  CHECK(query_value("a", "a").present);
  CHECK(query_value("a=", "a").value.empty());
  CHECK(query_value("a=x=y", "a").value == "x=y");
  CHECK(query_value("q=%E4%BD%A0+b", "q").value == "你 b");
  CHECK(query_value("%71=1", "q").value == "1");
  CHECK(query_value("a=1&a=2", "a").value == "1");
  CHECK(query_value("&&b=2", "b").value == "2");
  const auto bad = query_value("q=%zz", "q");
  CHECK(bad.bad);
  CHECK_FALSE(bad.present);
  CHECK(bad.value.empty());
}

TEST_CASE("answers carry what RFC 9110 asks for, and cannot be split") {
  const auto head_of = [](const Response& response, ResponseFrame frame) {
    std::string out;
    append_response_head(out, response, frame);
    const auto date = out.find("Date: ");
    REQUIRE(date != std::string::npos);
    CHECK(out.substr(date + 31, 6) == " GMT\r\n");
    return out.erase(date, 37);
  };
  CHECK(head_of({.status = 201, .body = "{}"}, {}) ==
        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 2\r\nX-Content-Type-Options: "
        "nosniff\r\n"
        "Cache-Control: no-store\r\n\r\n");
  CHECK(head_of({.status = 204}, {}) ==
        "HTTP/1.1 204 No Content\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n\r\n");
  CHECK_FALSE(head_of({.status = 200, .headers = {{"cache-control", "no-cache"}}}, {}).contains("no-store"));
  CHECK(head_of({.status = 200}, {.close = true}).contains("Content-Length: 0\r\n"));
  CHECK(head_of({.status = 200}, {.close = true}).contains("Connection: close\r\n"));
  CHECK(head_of({.status = 200}, {.version = 10, .keep_alive = true}).contains("Connection: keep-alive\r\n"));
  Response split{.status = 200};
  split.headers.push_back({"Location", "/x\r\nSet-Cookie: evil"});
  CHECK(head_of(split, {}).contains("Location: /x  Set-Cookie: evil\r\n"));
  Response upgrade{.status = 101};
  upgrade.headers.push_back({"Sec-WebSocket-Accept", "x"});
  CHECK(head_of(upgrade, {}) ==
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        "x\r\n\r\n");
  const std::string wanted = head_of({.status = 426}, {.close = true});
  CHECK(wanted.contains("Upgrade: websocket\r\n"));
  CHECK(wanted.contains("Sec-WebSocket-Version: 13\r\n"));
  CHECK(wanted.contains("Connection: Upgrade, close\r\n"));
}

}  // namespace godwit::net
