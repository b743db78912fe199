#include "gateway/origin.hpp"

#include <doctest/doctest.h>

using godwit::gateway::same_host;

TEST_CASE("an origin is held against Host by host and port, whatever the scheme") {
  CHECK(same_host("http://chat.example:8080", "chat.example:8080"));
  CHECK(same_host("https://chat.example:8080", "chat.example:8080"));
  CHECK(same_host("https://chat.example", "chat.example"));
  CHECK(same_host("https://Chat.Example", "chat.EXAMPLE"));
  CHECK(same_host("https://chat.example", "chat.example:443"));
  CHECK(same_host("http://chat.example", "chat.example:80"));
  CHECK(same_host("https://chat.example:443", "chat.example"));
  CHECK(same_host("https://[::1]:8443", "[::1]:8443"));
  CHECK(same_host("https://[::1]", "[::1]:443"));
}

TEST_CASE("another host or port is another origin") {
  for (const char* origin : {"https://chat.example.evil", "https://evilchat.example", "https://chat.example:8443",
                             "null", "", "https://", "ftp://chat.example", "chat.example", "https://chat.example/path",
                             "http://chat.example:443", "https://chat.example:80", "https://user@chat.example"}) {
    CAPTURE(origin);
    CHECK_FALSE(same_host(origin, "chat.example"));
  }
  CHECK_FALSE(same_host("https://chat.example", "chat.example:80"));
  CHECK_FALSE(same_host("https://chat.example:1", "chat.example:11"));
  CHECK_FALSE(same_host("https://[::1]", "[::2]"));
  CHECK_FALSE(same_host("https://chat.example", ""));
}
