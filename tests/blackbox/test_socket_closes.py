"""4505, 4504, 4502 and the 202 before them, on the server that all tests share."""
import pytest

from kit import rfc6455
from kit.channel import Channel

BAD_TEXTS = ["", " ", "hello", "{", "[]", "[{\"type\":301}]", "5", "\"301\"", "null", "true", "{}", "{\"type\":null}",
             "{\"type\":\"301\"}", "{\"type\":301.5}", "{\"type\":0}", "{\"type\":-301}", "{\"type\":999}",
             "{\"type\":99999999999999999999}", "{\"Type\":301}", "{\"type\":[301]}", "{'type':301}",
             "{\"type\":301,}", "{\"type\":303} x", "[" * 5000, "{\"type\":301}", "{\"type\":303}",
             "{\"type\":301,\"conversation\":5,\"seq\":1}", "{\"type\":301,\"conversation\":\"s:\",\"seq\":\"1\"}",
             "{\"type\":301,\"conversation\":\"s:\",\"seq\":-1}", "{\"type\":301,\"conversation\":\"s:\"}",
             "{\"type\":303,\"conversation\":null}"]
NOT_A_CLIENTS = [101, 102, 200, 201, 202, 203, 204, 205, 206, 207, 208, 209, 210, 302, 304]


def test_a_newer_socket_of_the_session_replaces_the_older(world):
    alice, bob = world.friends("alice", "bob")
    old = alice.connect()
    new = alice.connect()
    old.ended_with(4505)
    bob.sent(alice, "to the new one")
    assert new.expect(101)["msg"] == "to the new one"


def test_sockets_of_other_sessions_are_not_replaced(world):
    alice, bob = world.friends("alice", "bob")
    channels = [alice.connect(), alice.another().connect(), alice.another().connect()]
    sent = bob.sent(alice, "to all three")
    assert [channel.expect(101)["id"] for channel in channels] == [sent["id"]] * 3


def test_logging_out_closes_with_4502(world):
    alice = world.person("alice")
    channel = alice.connect()
    alice.delete("/v1/sessions/current").ok(204)
    channel.ended_with(4502)


@pytest.mark.parametrize("text", BAD_TEXTS, ids=lambda text: text[:24] or "empty")
def test_what_is_no_frame_closes_with_4504(world, text):
    channel = world.person("alice").connect()
    channel.raw.send(rfc6455.TEXT, text)
    channel.ended_with(4504)


@pytest.mark.parametrize("kind", NOT_A_CLIENTS)
def test_a_type_that_is_not_a_clients_closes_with_4504(world, kind):
    alice, bob = world.friends("alice", "bob")
    channel, bobs = alice.connect(), bob.connect()
    frame = {"type": kind, "msgSender": alice.key, "msgReceiver": bob.key, "msg": "x", "conversation": "u:" + bob.key,
             "seq": 1}
    channel.raw.send(rfc6455.TEXT, str(frame).replace("'", "\""))
    channel.ended_with(4504)
    alice.sent(bob, "fence")
    assert [f["type"] for f in bobs.up_to(101, msg="fence") if f["type"] != 304] == [], "nothing of it was passed on"
    assert len(bob.history("u:" + alice.key)) == 1


def test_the_reason_of_the_close_is_the_name_again(world):
    alice = world.person("alice")
    old = alice.connect()
    alice.connect()
    code, reason, frames = old.closed()
    assert (code, reason, frames[-1]["code"]) == (4505, "replaced", "replaced")


def test_a_binary_message_is_no_frame(world):
    channel = world.person("alice").connect()
    channel.raw.send(rfc6455.BINARY, b'{"type":303,"conversation":"u:x"}')
    channel.ended_with(4504)


def test_a_violation_harms_no_other_socket(world):
    alice, bob = world.friends("alice", "bob")
    good, bad = bob.connect(), bob.another().connect()
    bad.raw.send(rfc6455.TEXT, "nonsense")
    bad.ended_with(4504)
    alice.sent(bob, "still here")
    assert good.expect(101)["msg"] == "still here"


def test_after_a_violation_one_may_come_back(world):
    alice = world.person("alice")
    channel = alice.connect()
    channel.raw.send(rfc6455.TEXT, "nonsense")
    channel.ended_with(4504)
    assert alice.connect().hello["type"] == 201


def test_unknown_fields_in_a_clients_frame_are_ignored(world):
    alice, bob = world.friends("alice", "bob")
    channel, bobs = alice.connect(), bob.connect()
    channel.send({"type": 303, "conversation": "u:" + bob.key, "more": {"deep": [1, 2]}})
    bobs.expect(303)


def test_a_socket_cut_in_the_middle_of_a_frame_harms_nobody(world):
    alice, bob = world.friends("alice", "bob")
    for cut in (1, 3, 7, 20):
        channel = Channel(world.base, bob.token)
        channel.raw.send_bytes(rfc6455.encode(rfc6455.TEXT, b'{"type":303,"conversation":"u:x"}')[:cut])
        channel.close()
    channel = bob.connect()
    alice.sent(bob, "fine")
    assert channel.expect(101)["msg"] == "fine"
