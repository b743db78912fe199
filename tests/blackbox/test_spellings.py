"""Keys are folded wherever they stand: a conversation's name in capital letters is the same conversation."""
from kit.waiting import eventually


def test_a_direct_conversation(world):
    alice, bob = world.friends("alice", "bob")
    sent = alice.sent(bob, "hello")
    loud, quiet = "u:" + alice.key.upper(), "u:" + alice.key
    assert bob.get(f"/v1/conversations/{loud}/messages").ok()["items"][0]["id"] == sent["id"]
    answer = bob.put(f"/v1/conversations/{loud}/read", {"seq": 1}).ok()
    assert answer == {"conversation": quiet, "readSeq": 1}
    hits = eventually(lambda: bob.items("/v1/messages/search", q="hello", conversation=loud))
    assert [row["message"]["id"] for row in hits] == [sent["id"]]
    assert bob.offline(quiet)
    bob.post("/v1/acks", {loud: 1}).ok(204)
    assert not bob.offline(quiet)


def test_a_group(world):
    group, owner, bob = world.group_of("owner", "bob")
    sent = owner.sent(group.upper(), "hello")
    assert bob.get(f"/v1/conversations/g:{group.upper()}/messages").ok()["items"][-1]["id"] == sent["id"]
    assert bob.get(f"/v1/groups/{group.upper()}").ok()["key"] == group
    assert len(bob.items(f"/v1/groups/{group.upper()}/members")) == 2
    bob.delete(f"/v1/groups/{group.upper()}/members/me").ok(204)


def test_frames_of_the_socket(world):
    alice, bob = world.friends("alice", "bob")
    alice.sent(bob, "hello")
    watching, channel = alice.connect(), bob.connect()
    channel.send({"type": 303, "conversation": "u:" + alice.key.upper()})
    assert watching.expect(303)["conversation"] == "u:" + bob.key
    channel.send({"type": 301, "conversation": "u:" + alice.key.upper(), "seq": 1})
    eventually(lambda: not bob.offline("u:" + alice.key))
