#include "domain/conversation.hpp"

#include <doctest/doctest.h>

using namespace godwit;

TEST_CASE("a direct conversation has one name for both sides") {
  const UserKey bob("bob"), alice("alice");
  const auto conversation = Conversation::direct(bob, alice);
  CHECK(conversation == Conversation::direct(alice, bob));
  CHECK(conversation.name() == "u:alice:bob");
  CHECK(conversation.seen_by(alice) == "u:bob");
  CHECK(conversation.seen_by(bob) == "u:alice");
  CHECK(conversation.peer_of(bob) == alice);
  CHECK(conversation.names(bob));
  CHECK_FALSE(conversation.names(UserKey("carol")));
}

TEST_CASE("names are parsed back, and nothing else is") {
  for (const char* name : {"u:alice:bob", "g:abc", "s:alice"}) {
    const auto parsed = Conversation::parse(name);
    REQUIRE(parsed);
    CHECK(parsed->name() == name);
  }
  for (const char* name : {"", "u", "u:", "u:alice", "u:bob:alice", "u:alice:alice", "u:alice:bob:carol", "x:abc",
                           "g:AB", "s:", "g:a:b"}) {
    CAPTURE(name);
    CHECK_FALSE(Conversation::parse(name));
  }
}

TEST_CASE("a client's name is read from its side") {
  const UserKey alice("alice");
  CHECK(Conversation::from_view("u:bob", alice)->name() == "u:alice:bob");
  CHECK(Conversation::from_view("g:grp", alice)->name() == "g:grp");
  CHECK(Conversation::from_view("u:BoB", alice)->name() == "u:alice:bob");
  CHECK(Conversation::from_view("g:GRP", alice)->name() == "g:grp");
  CHECK_FALSE(Conversation::from_view("u:ALICE", alice));
  CHECK(Conversation::from_view("s:", alice)->name() == "s:alice");
  for (const char* view : {"u:alice", "s:bob", "s:alice", "u:", "u:a b", "bob", "", "u:bob:carol"}) {
    CAPTURE(view);
    CHECK_FALSE(Conversation::from_view(view, alice));
  }
}
