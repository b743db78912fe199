"""303: typing."""
from kit.names import unique


def test_the_friend_sees_me_typing(world):
    alice, bob = world.friends("alice", "bob")
    alices, bobs = alice.connect(), bob.connect()
    alices.send({"type": 303, "conversation": "u:" + bob.key})
    frame = bobs.expect(303)
    assert (frame["msgSender"], frame["conversation"], frame["msg"]) == (alice.key, "u:" + alice.key, "")


def test_the_others_in_a_group_see_me_typing(world):
    group, owner, bob, carol = world.group_of("owner", "bob", "carol")
    owners, others = owner.connect(), [bob.connect(), carol.connect()]
    owners.send({"type": 303, "conversation": "g:" + group})
    for channel in others:
        frame = channel.expect(303)
        assert (frame["msgSender"], frame["conversation"]) == (owner.key, "g:" + group)
    bob.sent(group, "fence")
    assert [f for f in owners.up_to(102) if f["type"] == 303] == []


def test_it_is_never_stored(world):
    alice, bob = world.friends("alice", "bob")
    alices, bobs = alice.connect(), bob.connect()
    alices.send({"type": 303, "conversation": "u:" + bob.key})
    bobs.expect(303)
    assert alice.sent(bob, "x")["seq"] == 1
    assert [f["type"] for f in bob.history("u:" + alice.key)] == [101]
    assert 303 not in [f["type"] for f in bob.offline()]


def test_it_reaches_nobody_whom_i_could_not_write_to(world):
    alice, carol = world.people("alice", "carol")
    group, owner = world.group_of("owner")
    alices, carols, owners = alice.connect(), carol.connect(), owner.connect()
    for name in ("u:" + carol.key, "g:" + group, "u:" + unique("nobody"), "g:" + unique("none"), "s:"):
        alices.send({"type": 303, "conversation": name})
    alices.settle()
    alice.ask(carol)
    assert [f for f in carols.up_to(203) if f["type"] == 303] == []
    alice.ask(owner)
    assert [f for f in owners.up_to(203) if f["type"] == 303] == []


def test_what_else_the_client_says_is_not_believed(world):
    alice, bob = world.friends("alice", "bob")
    alices, bobs = alice.connect(), bob.connect()
    alices.send({"type": 303, "conversation": "u:" + bob.key, "msgSender": "somebody.else", "msg": "x", "evil": 1})
    frame = bobs.expect(303)
    assert frame["msgSender"] == alice.key and frame["msg"] == "" and "evil" not in frame
