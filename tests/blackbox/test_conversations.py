"""GET /v1/conversations."""
from kit.world import befriend


def names(device):
    return [row["conversation"] for row in device.conversations() if row["conversation"] != "s:"]


def test_a_new_user_has_none(world):
    assert world.person("alice").page("/v1/conversations") == ([], None)


def test_the_most_recent_comes_first(world):
    alice, bob, carol = world.friends("alice", "bob", "carol")
    group = alice.new_group(bob, carol)
    u_bob, u_carol, g = "u:" + bob.key, "u:" + carol.key, "g:" + group
    for send, order in ((lambda: alice.sent(bob), [u_bob, g]), (lambda: carol.sent(alice), [u_carol, u_bob, g]),
                        (lambda: bob.sent(group), [g, u_carol, u_bob]), (lambda: alice.sent(bob), [u_bob, g, u_carol])):
        send()
        assert names(alice) == order


def test_a_row_with_a_friend(world):
    alice, bob = world.friends("alice", "bob")
    alice.sent(bob, "one")
    sent = alice.sent(bob, "two")
    row = bob.conversation("u:" + alice.key)
    assert (row["kind"], row["peer"]["key"]) == ("person", alice.key)
    assert (row["last"]["id"], row["last"]["msg"]) == (sent["id"], "two")
    assert (row["headSeq"], row["readSeq"], row["unread"]) == (2, 0, 2)
    mine = alice.conversation("u:" + bob.key)
    assert (mine["peer"]["key"], mine["headSeq"], mine["unread"]) == (bob.key, 2, 0)


def test_a_row_with_a_group(world):
    group, owner, bob = world.group_of("owner", "bob")
    row = bob.conversation("g:" + group)
    assert (row["kind"], row["group"]["key"]) == ("group", group)
    assert (row["last"]["type"], row["last"]["change"], row["headSeq"], row["unread"]) == (209, "created", 1, 0)
    owner.sent(group, "hello")
    row = bob.conversation("g:" + group)
    assert (row["last"]["msg"], row["headSeq"], row["unread"]) == ("hello", 2, 1)


def test_the_notices_are_a_row_too(world):
    alice, bob = world.people("alice", "bob")
    assert bob.conversation("s:") is None
    request = alice.ask(bob)
    row = bob.conversation("s:")
    assert (row["kind"], row["last"]["type"], row["last"]["request"]) == ("notices", 203, request["id"])
    assert (row["headSeq"], row["unread"]) == (1, 0)
    assert [f["type"] for f in bob.history("s:")] == [203]


def test_notices_are_numbered_densely(world):
    bob, *others = world.people("bob", "one", "two", "three")
    for other in others:
        other.ask(bob)
    assert [f["seq"] for f in bob.history("s:")] == [1, 2, 3]


def test_only_messages_of_others_are_unread(world):
    group, owner, bob, carol = world.group_of("owner", "bob", "carol")
    owner.sent(group, "1")
    bob.sent(group, "mine")
    carol.sent(group, "2")
    owner.patch(f"/v1/groups/{group}", {"notice": "a 209"}).ok()
    row = bob.conversation("g:" + group)
    assert (row["unread"], row["headSeq"], row["last"]["type"]) == (2, 5, 209)


def test_the_list_has_pages_and_each_conversation_once(world):
    alice = world.person("alice")
    others = world.people(*["friend"] * 5)
    for other in others:
        befriend(alice, other)
        alice.sent(other)
    whole = [row["conversation"] for row in alice.items("/v1/conversations")]
    first, cursor = alice.page("/v1/conversations", limit=2)
    assert len(first) == 2 and cursor
    assert [row["conversation"] for row in alice.items("/v1/conversations", limit=2)] == whole
    assert set(whole) - {"s:"} == {"u:" + other.key for other in others}


def test_friends_without_a_word_have_an_empty_history_and_no_row(world):
    alice, bob = world.friends("alice", "bob")
    assert alice.history_page("u:" + bob.key) == ([], None)
    assert names(alice) == []


def test_each_sees_the_other_as_peer(world):
    alice, bob = world.friends("alice", "bob")
    alice.patch(f"/v1/friends/{bob.key}", {"alias": "Bobby"}).ok()
    bob.sent(alice)
    assert names(alice) == ["u:" + bob.key] and names(bob) == ["u:" + alice.key]
