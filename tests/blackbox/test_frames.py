"""Frames 203 to 210, each with what the protocol says it carries, the same by socket, inbox and history."""
import pytest

from kit import shapes


def same_everywhere(device, channel, kind):
    """The frame as pushed, after checking that inbox and history have the very same."""
    pushed = channel.expect(kind)
    shapes.check_frame(pushed)
    assert pushed in device.offline(pushed["conversation"]), f"not so in the inbox: {pushed}"
    assert pushed in device.history(pushed["conversation"]), f"not so in history: {pushed}"
    return pushed


def carries(frame, **wanted):
    assert {name: frame.get(name) for name in wanted} == wanted, frame


def test_203_friend_request(world):
    alice, bob = world.people("alice", "bob")
    channel = bob.connect()
    request = alice.ask(bob, "hi")
    frame = same_everywhere(bob, channel, 203)
    carries(frame, msgSender=alice.key, msgReceiver=bob.key, request=request["id"], conversation="s:", seq=1)


def test_204_join_request(world):
    group, owner = world.group_of("owner")
    carol, channel = world.person("carol"), owner.connect()
    request = carol.post(f"/v1/groups/{group}/requests", {"note": "hi"}).ok(201)
    frame = same_everywhere(owner, channel, 204)
    carries(frame, msgSender=carol.key, request=request["id"], group=group, conversation="s:", seq=1)


def test_205_friend_request_approved(world):
    alice, bob = world.people("alice", "bob")
    channel = alice.connect()
    bob.answer(alice.ask(bob)).ok()
    frame = same_everywhere(alice, channel, 205)
    carries(frame, msgSender=bob.key, msgReceiver=alice.key, conversation="s:", seq=1)


def test_206_join_approved(world):
    group, owner = world.group_of("owner")
    carol = world.person("carol")
    channels = {owner: owner.connect(), carol: carol.connect()}
    owner.answer(carol.post(f"/v1/groups/{group}/requests", {}).ok(201), kind="group").ok()
    for device, channel in channels.items():
        frame = same_everywhere(device, channel, 206)
        carries(frame, msgSender=carol.key, msgReceiver=device.key, conversation="g:" + group, seq=2)


@pytest.mark.parametrize("kind", ["friend", "group"])
def test_207_rejected(world, kind):
    alice = world.person("alice")
    channel = alice.connect()
    if kind == "friend":
        decider = world.person("bob")
        request = alice.ask(decider)
    else:
        group, decider = world.group_of("owner")
        request = alice.post(f"/v1/groups/{group}/requests", {}).ok(201)
    decider.answer(request, "reject", kind).ok()
    frame = same_everywhere(alice, channel, 207)
    carries(frame, msgSender=request["id"], msgReceiver=alice.key, conversation="s:", seq=1)


def test_208_recalled(world):
    alice, bob = world.friends("alice", "bob")
    channel = bob.connect()
    sent = alice.sent(bob, "oops")
    alice.recall(sent).ok()
    frame = same_everywhere(bob, channel, 208)
    carries(frame, msgSender=alice.key, target={"id": sent["id"], "seq": 1}, conversation="u:" + alice.key, seq=2)


def test_209_group_changed(world):
    group, owner, bob = world.group_of("owner", "bob")
    channel = bob.connect()
    owner.change_member(group, bob, role="admin").ok()
    frame = same_everywhere(bob, channel, 209)
    carries(frame, msgSender=owner.key, change="role", target=bob.key, conversation="g:" + group, seq=2)


def test_209_reaches_whoever_was_removed(world):
    group, owner, bob = world.group_of("owner", "bob")
    channel = bob.connect()
    owner.delete(f"/v1/groups/{group}/members/{bob.key}").ok(204)
    frame = same_everywhere(bob, channel, 209)
    carries(frame, msgSender=owner.key, change="removed", target=bob.key, conversation="g:" + group, seq=2)


def test_210_friend_removed(world):
    alice, bob = world.friends("alice", "bob")
    channel = bob.connect()
    alice.delete(f"/v1/friends/{bob.key}").ok(204)
    frame = same_everywhere(bob, channel, 210)
    carries(frame, msgSender=alice.key, msgReceiver=bob.key, change="removed", conversation="s:", seq=2)


def test_210_profile_changed(world):
    alice, bob = world.friends("alice", "bob")
    channel = bob.connect()
    alice.patch("/v1/me", {"name": "New name"}).ok()
    frame = same_everywhere(bob, channel, 210)
    carries(frame, msgSender=alice.key, msgReceiver=bob.key, change="profile", conversation="s:", seq=2)


def test_what_the_server_makes_of_a_call_comes_to_the_caller_too(world):
    group, owner, bob = world.group_of("owner", "bob")
    channel = owner.connect()
    sent = owner.sent(bob, "oops")
    owner.recall(sent).ok()
    assert channel.expect(208)["target"]["id"] == sent["id"]
    owner.patch(f"/v1/groups/{group}", {"notice": "x"}).ok()
    assert channel.expect(209)["change"] == "notice"


def test_every_kept_frame_has_an_id_of_its_own(world):
    alice, bob = world.friends("alice", "bob")
    group = alice.new_group(bob)
    alice.recall(alice.sent(bob, "oops")).ok()
    alice.sent(group, "x")
    alice.patch("/v1/me", {"name": "New name"}).ok()
    ids = [f["id"] for f in bob.offline()]
    assert len(ids) == len(set(ids)) >= 5
