"""PUT /v1/conversations/{id}/read and its 302."""
import pytest

from kit.names import unique


def position(device, conversation):
    row = device.conversation(conversation)
    return row["readSeq"], row["unread"]


def talk(alice, bob, count):
    return [alice.sent(bob, f"message {i}") for i in range(count)]


def test_reading_moves_the_position_and_lowers_unread(world):
    alice, bob = world.friends("alice", "bob")
    talk(alice, bob, 5)
    conversation = "u:" + alice.key
    assert position(bob, conversation) == (0, 5)
    assert bob.read_up_to(conversation, 3).ok() == {"conversation": conversation, "readSeq": 3}
    assert position(bob, conversation) == (3, 2)
    bob.read_up_to(conversation, 5).ok()
    assert position(bob, conversation) == (5, 0)


def test_it_never_moves_back(world):
    alice, bob = world.friends("alice", "bob")
    talk(alice, bob, 5)
    bob.read_up_to("u:" + alice.key, 4).ok()
    for earlier in (3, 1, 0):
        assert bob.read_up_to("u:" + alice.key, earlier).ok()["readSeq"] == 4
        assert position(bob, "u:" + alice.key) == (4, 1)


def test_above_the_head_is_cut_to_the_head(world):
    alice, bob = world.friends("alice", "bob")
    talk(alice, bob, 2)
    bob.read_up_to("u:" + alice.key, 1_000_000).ok()
    assert position(bob, "u:" + alice.key) == (2, 0)
    alice.sent(bob, "one more")
    assert position(bob, "u:" + alice.key) == (2, 1)


def test_it_is_shared_by_my_devices_and_not_by_my_friend(world):
    alice, bob = world.friends("alice", "bob")
    talk(alice, bob, 3)
    laptop = bob.another()
    bob.read_up_to("u:" + alice.key, 3).ok()
    assert position(laptop, "u:" + alice.key) == (3, 0)
    assert position(alice, "u:" + bob.key)[0] == 0


def test_sending_moves_no_read_position(world):
    alice, bob = world.friends("alice", "bob")
    talk(alice, bob, 2)
    bob.sent(alice, "an answer")
    assert position(bob, "u:" + alice.key) == (0, 2)


def test_the_friend_is_told_who_read_how_far(world):
    alice, bob = world.friends("alice", "bob")
    talk(alice, bob, 3)
    channel = alice.connect()
    bob.read_up_to("u:" + alice.key, 2).ok()
    frame = channel.expect(302)
    assert (frame["msgSender"], frame["conversation"], frame["seq"]) == (bob.key, "u:" + bob.key, 2)


def test_in_a_group_my_other_devices_are_told(world):
    group, owner, bob = world.group_of("owner", "bob")
    sent = owner.sent(group, "hello")
    channel = bob.another().connect()
    bob.read_up_to("g:" + group, sent["seq"]).ok()
    frame = channel.expect(302)
    assert (frame["msgSender"], frame["conversation"], frame["seq"]) == (bob.key, "g:" + group, sent["seq"])


def test_a_position_that_did_not_move_is_not_told(world):
    alice, bob = world.friends("alice", "bob")
    talk(alice, bob, 5)
    bob.read_up_to("u:" + alice.key, 3).ok()
    channel = alice.connect()
    bob.read_up_to("u:" + alice.key, 2).ok()
    bob.read_up_to("u:" + alice.key, 4).ok()
    assert channel.expect(302)["seq"] == 4


def test_302_is_never_stored(world):
    alice, bob = world.friends("alice", "bob")
    talk(alice, bob, 1)
    bob.read_up_to("u:" + alice.key, 1).ok()
    assert 302 not in [f["type"] for f in alice.offline() + alice.history("u:" + bob.key)]


def test_the_notices_can_be_read(world):
    alice, bob = world.people("alice", "bob")
    alice.ask(bob)
    bob.read_up_to("s:", 1).ok()
    assert position(bob, "s:") == (1, 0)


@pytest.mark.parametrize("seq", [-1, "3", 1.5, None, [1]])
def test_a_wrong_seq_is_422(world, seq):
    alice, bob = world.friends("alice", "bob")
    talk(alice, bob, 1)
    assert "seq" in bob.read_up_to("u:" + alice.key, seq).refused(422, "invalid_fields")["fields"]


def test_a_missing_seq_is_422(world):
    alice, bob = world.friends("alice", "bob")
    talk(alice, bob, 1)
    assert "seq" in bob.put(f"/v1/conversations/u:{alice.key}/read", {}).refused(422)["fields"]


def test_a_conversation_that_is_not_mine_is_404(world):
    group, _ = world.group_of("owner")
    alice, bob = world.people("alice", "bob")
    for name in ("u:" + bob.key, "u:" + unique("nobody"), "g:" + group, "g:" + unique("none"), "x:y", "u:", "nonsense"):
        alice.read_up_to(name, 1).refused(404, "not_found")


def peer_read(device, conversation):
    return device.conversation(conversation)["peerReadSeq"]


def test_every_device_learns_how_far_the_friend_has_read(world):
    alice, bob = world.friends("alice", "bob")
    talk(alice, bob, 3)
    assert peer_read(alice, "u:" + bob.key) == 0
    bob.read_up_to("u:" + alice.key, 2).ok()
    assert peer_read(alice, "u:" + bob.key) == 2 and peer_read(alice.another(), "u:" + bob.key) == 2
    assert peer_read(bob, "u:" + alice.key) == 0


def test_how_far_somebody_has_read_is_for_friends_alone(world):
    alice, bob = world.friends("alice", "bob")
    talk(alice, bob, 3)
    bob.read_up_to("u:" + alice.key, 3).ok()
    bob.put(f"/v1/blocks/{alice.key}").ok(204)
    assert peer_read(alice, "u:" + bob.key) == 0
    bob.delete(f"/v1/blocks/{alice.key}").ok(204)
    assert peer_read(alice, "u:" + bob.key) == 3
    bob.delete(f"/v1/friends/{alice.key}").ok(204)
    assert peer_read(alice, "u:" + bob.key) == 0


def test_groups_and_notices_tell_nobody_how_far_others_have_read(world):
    group, owner, bob = world.group_of("owner", "bob")
    bob.read_up_to("g:" + group, owner.sent(group, "hello")["seq"]).ok()
    assert "peerReadSeq" not in owner.conversation("g:" + group)
