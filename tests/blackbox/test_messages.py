"""POST /v1/messages: who may send what to whom, and what arrives."""
import pytest

from kit import shapes
from kit.names import unique

LONGEST = 8192


def test_a_message_to_a_friend_is_answered_and_pushed(world):
    alice, bob = world.friends("alice", "bob")
    channel = bob.connect()
    sent = alice.sent(bob, "你好, Bob 🐦")
    assert sent["conversation"] == "u:" + bob.key and sent["seq"] == 1
    frame = channel.expect(101)
    assert (frame["msgSender"], frame["msgReceiver"], frame["msg"]) == (alice.key, bob.key, "你好, Bob 🐦")
    assert frame["conversation"] == "u:" + alice.key
    assert (frame["id"], frame["seq"], frame["time"]) == (sent["id"], sent["seq"], sent["time"])


def test_a_message_in_a_group_is_answered_and_pushed_to_all(world):
    group, owner, bob, carol = world.group_of("owner", "bob", "carol")
    channels = [bob.connect(), carol.connect()]
    sent = owner.sent(group, "hello all")
    assert sent["conversation"] == "g:" + group
    for channel in channels:
        frame = channel.expect(102)
        assert (frame["msgSender"], frame["msgReceiver"], frame["msg"]) == (owner.key, group, "hello all")
        assert (frame["conversation"], frame["id"], frame["seq"]) == ("g:" + group, sent["id"], sent["seq"])


def test_every_device_of_the_receiver_gets_it(world):
    alice, bob = world.friends("alice", "bob")
    channels = [bob.connect(), bob.another().connect(), bob.another().connect()]
    sent = alice.sent(bob, "to all of you")
    assert [channel.expect(101)["id"] for channel in channels] == [sent["id"]] * 3


def test_nobody_else_gets_it(world):
    alice, bob, carol = world.friends("alice", "bob", "carol")
    channel = carol.connect()
    alice.sent(bob, "for bob alone")
    alice.sent(carol, "fence")
    assert [f for f in channel.up_to(101, msg="fence") if f["type"] == 101] == []
    assert [f["msg"] for f in carol.offline("u:" + alice.key)] == ["fence"]


def test_it_is_in_history_and_inbox_as_soon_as_it_is_answered(world):
    alice, bob = world.friends("alice", "bob")
    for i in range(20):
        sent = alice.sent(bob, f"message {i}")
        assert bob.history("u:" + alice.key)[-1]["id"] == sent["id"]
        assert alice.history("u:" + bob.key)[-1]["id"] == sent["id"]
        assert bob.offline("u:" + alice.key)[-1]["id"] == sent["id"]


def test_a_stranger_cannot_be_written_to(world):
    alice, carol = world.people("alice", "carol")
    alice.send(carol, "hello").refused(403, "not_friends")
    alice.ask(carol)
    alice.send(carol, "not yet").refused(403, "not_friends")
    assert carol.offline("u:" + alice.key) == []


def test_an_unknown_receiver_is_404(world):
    alice = world.person("alice")
    for kind in (101, 102):
        body = {"type": kind, "msgReceiver": unique("nobody"), "msg": "x"}
        alice.post("/v1/messages", body).refused(404, "not_found")


def test_to_oneself_is_422(world):
    alice = world.person("alice")
    assert "msgReceiver" in alice.send(alice, "me").refused(422, "invalid_fields")["fields"]


def test_only_members_write_in_a_group(world):
    group, owner = world.group_of("owner")
    outsider = world.person("outsider")
    outsider.send(group, "let me in").refused(403, "not_member")
    assert owner.texts("g:" + group) == []


@pytest.mark.parametrize("text", ["a", "x" * LONGEST, "字" * (LONGEST // 3) + "xx", "🐦" * (LONGEST // 4), " ", "\n",
                                  "\u200b\u202e", "\x01\x1f", "\"\\/</script>", "e\u0301", "\ufffd\uffff"],
                         ids=lambda text: f"{len(text)}-{ascii(text[:6])}")
def test_every_text_within_the_limits_comes_out_as_it_went_in(world, text):
    alice, bob = world.friends("alice", "bob")
    channel = bob.connect()
    alice.sent(bob, text)
    assert channel.expect(101)["msg"] == text
    assert bob.texts("u:" + alice.key) == [text]
    assert bob.offline("u:" + alice.key)[0]["msg"] == text


@pytest.mark.parametrize("text", ["", "x" * (LONGEST + 1), "字" * (LONGEST // 3 + 1), "nul \0 inside"],
                         ids=["empty", "too-long", "too-many-bytes", "nul"])
def test_a_text_outside_the_limits_is_422(world, text):
    alice, bob = world.friends("alice", "bob")
    assert "msg" in alice.send(bob, text).refused(422, "invalid_fields")["fields"]
    assert alice.texts("u:" + bob.key) == []


@pytest.mark.parametrize("bad", [b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe5\xad"])
def test_a_text_that_is_not_utf8_is_refused(world, bad):
    alice, bob = world.friends("alice", "bob")
    body = b'{"type":101,"msgReceiver":"%s","msg":"a%sb"}' % (bob.key.encode(), bad)
    alice.post("/v1/messages", data=body, headers={"Content-Type": "application/json"}).refused_with_any(400, 422)
    assert alice.texts("u:" + bob.key) == []


def test_half_a_surrogate_pair_is_refused(world):
    alice, bob = world.friends("alice", "bob")
    body = b'{"type":101,"msgReceiver":"%s","msg":"a\\ud83d b"}' % bob.key.encode()
    alice.post("/v1/messages", data=body, headers={"Content-Type": "application/json"}).refused_with_any(400, 422)


def test_escaped_surrogate_pairs_are_one_character(world):
    alice, bob = world.friends("alice", "bob")
    body = b'{"type":101,"msgReceiver":"%s","msg":"\\ud83d\\udc26"}' % bob.key.encode()
    alice.post("/v1/messages", data=body, headers={"Content-Type": "application/json"}).ok(201)
    assert alice.texts("u:" + bob.key) == ["🐦"]


@pytest.mark.parametrize("field, value", [
    ("type", "101"), ("type", 100), ("type", 200), ("type", 201), ("type", 301), ("type", None), ("type", 101.5),
    ("msgReceiver", 5), ("msgReceiver", None), ("msgReceiver", ["x"]), ("msg", 5), ("msg", None), ("msg", {}),
    ("clientId", 5), ("clientId", ""), ("clientId", "x" * 65), ("sentAt", "now"), ("sentAt", [1]), ("replyTo", 5),
    ("replyTo", "")])
def test_a_wrong_field_is_named(world, field, value):
    alice, bob = world.friends("alice", "bob")
    body = {"type": 101, "msgReceiver": bob.key, "msg": "x", "clientId": unique("c"), field: value}
    assert field in alice.post("/v1/messages", body).refused(422, "invalid_fields")["fields"]


def test_all_missing_fields_are_named(world):
    problem = world.person("alice").post("/v1/messages", {}).refused(422, "invalid_fields")
    assert {"type", "msgReceiver", "msg"} <= set(problem["fields"])


def test_a_reply_carries_what_it_replies_to(world):
    alice, bob = world.friends("alice", "bob")
    channel = bob.connect()
    first = bob.sent(alice, "question")
    alice.sent(bob, "answer", replyTo=first["id"])
    assert channel.expect(101)["replyTo"] == first["id"]
    assert [f.get("replyTo") for f in bob.history("u:" + alice.key)] == [None, first["id"]]
    assert bob.offline("u:" + alice.key)[-1]["replyTo"] == first["id"]


def test_a_reply_in_a_group(world):
    group, owner, bob = world.group_of("owner", "bob")
    first = bob.sent(group, "question")
    owner.sent(group, "answer", replyTo=first["id"])
    assert bob.history("g:" + group)[-1]["replyTo"] == first["id"]


def test_a_reply_to_another_conversation_is_refused(world):
    alice, bob, carol = world.friends("alice", "bob", "carol")
    elsewhere = alice.sent(carol, "elsewhere")
    for target in (elsewhere["id"], "0" * 32, "no-id"):
        assert "replyTo" in alice.send(bob, "x", replyTo=target).refused(422, "invalid_fields")["fields"]
    assert alice.texts("u:" + bob.key) == []


def test_a_message_without_reply_has_no_such_field_filled(world):
    alice, bob = world.friends("alice", "bob")
    channel = bob.connect()
    alice.sent(bob, "plain")
    assert not channel.expect(101).get("replyTo")


def test_unknown_fields_are_ignored_and_not_passed_on(world):
    alice, bob = world.friends("alice", "bob")
    channel = bob.connect()
    alice.sent(bob, "x", evil="payload", msgSender=bob.key, seq=99, id="0" * 32)
    frame = channel.expect(101)
    assert "evil" not in frame and frame["msgSender"] == alice.key and frame["seq"] == 1
    shapes.check_frame(frame)
