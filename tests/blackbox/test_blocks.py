"""Block lists: what the blocked cannot do, and a friendship that sleeps."""
from kit.names import unique


def block(device, other):
    device.put(f"/v1/blocks/{other.key}").ok(204)


def unblock(device, other):
    device.delete(f"/v1/blocks/{other.key}").ok(204)


def blocked_keys(device):
    return {row["user"]["key"] for row in device.items("/v1/blocks")}


def test_the_list_has_whom_i_blocked(world):
    alice, bob, carol = world.people("alice", "bob", "carol")
    assert blocked_keys(alice) == set()
    block(alice, bob)
    block(alice, carol)
    assert blocked_keys(alice) == {bob.key, carol.key} and blocked_keys(bob) == set()
    unblock(alice, bob)
    assert blocked_keys(alice) == {carol.key}


def test_the_list_has_pages(world):
    alice = world.person("alice")
    others = world.people(*["other"] * 5)
    for other in others:
        block(alice, other)
    first, cursor = alice.page("/v1/blocks", limit=2)
    assert len(first) == 2 and cursor
    assert len(alice.items("/v1/blocks", limit=2)) == 5


def test_blocking_twice_is_blocking_once(world):
    alice, bob = world.friends("alice", "bob")
    block(alice, bob)
    block(alice, bob)
    assert len(alice.items("/v1/blocks")) == 1
    unblock(alice, bob)
    bob.sent(alice, "hello again")


def test_an_unknown_person_cannot_be_blocked(world):
    world.person("alice").put("/v1/blocks/" + unique("nobody")).refused(404, "not_found")


def test_oneself_cannot_be_blocked(world):
    alice = world.person("alice")
    alice.put(f"/v1/blocks/{alice.key}").refused(422, "invalid_fields")


def test_unblocking_somebody_who_is_not_blocked_changes_nothing(world):
    alice, bob = world.people("alice", "bob")
    unblock(alice, bob)
    alice.delete("/v1/blocks/" + unique("nobody")).refused(404, "not_found")


def test_the_blocked_are_not_taken_into_a_new_group(world):
    alice, bob = world.friends("alice", "bob")
    block(alice, bob)
    for one, other in ((alice, bob), (bob, alice)):
        one.post("/v1/groups", {"name": "no", "members": [other.key]}).refused(403, "blocked")


def test_who_blocks_must_unblock_before_asking(world):
    alice, bob = world.people("alice", "bob")
    block(alice, bob)
    alice.post("/v1/friend-requests", {"receiver": bob.key}).refused(403, "blocked")


def test_presence_and_profile_do_not_pass_a_block(world):
    alice, bob, carol = world.friends("alice", "bob", "carol")
    block(alice, bob)
    channel = alice.connect()
    bob.connect()
    bob.patch("/v1/me", {"name": "New name"}).ok()
    carol.sent(alice, "fence")
    assert [f for f in channel.up_to(101, msg="fence") if f["msgSender"] == bob.key] == []


def test_no_message_passes_in_either_direction(world):
    alice, bob = world.friends("alice", "bob")
    block(alice, bob)
    bob.send(alice, "hello").refused(403, "blocked")
    alice.send(bob, "hello").refused(403, "blocked")


def test_a_blocked_message_is_stored_nowhere(world):
    alice, bob = world.friends("alice", "bob")
    block(alice, bob)
    bob.send(alice, "never seen").refused(403, "blocked")
    unblock(alice, bob)
    bob.sent(alice, "seen")
    assert alice.texts("u:" + bob.key) == ["seen"] == bob.texts("u:" + alice.key)
    assert [f["msg"] for f in alice.offline("u:" + bob.key)] == ["seen"]


def test_blocked_comes_before_not_friends(world):
    alice, bob = world.people("alice", "bob")
    block(alice, bob)
    bob.send(alice, "hello").refused(403, "blocked")


def test_a_request_of_the_blocked_is_refused(world):
    alice, bob = world.people("alice", "bob")
    block(alice, bob)
    bob.post("/v1/friend-requests", {"receiver": alice.key}).refused(403, "blocked")
    assert alice.items("/v1/friend-requests", box="in") == []


def test_the_friendship_sleeps_and_wakes(world):
    alice, bob = world.friends("alice", "bob")
    block(alice, bob)
    assert alice.friend(bob) and bob.friend(alice)
    unblock(alice, bob)
    bob.sent(alice, "awake")
    alice.sent(bob, "yes")


def test_both_may_block_and_both_must_unblock(world):
    alice, bob = world.friends("alice", "bob")
    block(alice, bob)
    block(bob, alice)
    unblock(alice, bob)
    alice.send(bob, "hello").refused(403, "blocked")
    unblock(bob, alice)
    alice.sent(bob, "hello")


def test_the_blocked_is_not_told(world):
    alice, bob, carol = world.friends("alice", "bob", "carol")
    channel = bob.connect()
    block(alice, bob)
    carol.sent(bob, "fence")
    assert [f for f in channel.up_to(101, msg="fence") if f.get("msgSender") == alice.key and f["type"] != 304] == []
    assert blocked_keys(bob) == set()


def test_old_messages_stay_readable_for_both(world):
    alice, bob = world.friends("alice", "bob")
    alice.sent(bob, "from before")
    block(bob, alice)
    assert alice.texts("u:" + bob.key) == bob.texts("u:" + alice.key) == ["from before"]


def test_a_group_that_both_are_in_goes_on(world):
    group, owner, alice, bob = world.group_of("owner", "alice", "bob")
    block(alice, bob)
    bob.sent(group, "to the whole group")
    assert "to the whole group" in alice.texts("g:" + group)


def test_typing_does_not_pass_a_block(world):
    alice, bob, carol = world.friends("alice", "bob", "carol")
    block(alice, bob)
    alices, bobs = alice.connect(), bob.connect()
    bobs.send({"type": 303, "conversation": "u:" + alice.key})
    bobs.settle()
    carol.sent(alice, "fence")
    assert [f for f in alices.up_to(101, msg="fence") if f["type"] == 303] == []
