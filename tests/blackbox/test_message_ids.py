"""Ids, clientIds, send times and sequence numbers."""
import concurrent.futures
import time

import pytest

from kit import shapes
from kit.names import unique

DAY = 86_400_000


def now():
    return int(time.time() * 1000)


def send_time(sent):
    """The first 48 bits of an id: the send time in milliseconds."""
    return int(sent["id"][:12], 16)


def test_an_id_begins_with_the_time_of_the_server(world):
    alice, bob = world.friends("alice", "bob")
    before = now()
    sent = alice.sent(bob)
    assert before - 2000 <= send_time(sent) <= now() + 2000


@pytest.mark.parametrize("offset", [-DAY + 60_000, -5000, 5000, DAY - 60_000])
def test_an_id_begins_with_sent_at_within_a_day(world, offset):
    alice, bob = world.friends("alice", "bob")
    sent_at = now() + offset
    sent = alice.sent(bob, sentAt=sent_at)
    assert send_time(sent) == sent_at
    assert abs(sent["time"] - now()) < 5000, "`time` is the server's, whatever sentAt says"


@pytest.mark.parametrize("sent_at", [-1, 0, 1, "past", "future", 2**48, 2**53])
def test_a_sent_at_further_away_gives_way_to_the_server(world, sent_at):
    alice, bob = world.friends("alice", "bob")
    sent_at = {"past": now() - DAY - 60_000, "future": now() + DAY + 60_000}.get(sent_at, sent_at)
    answer = alice.send(bob, "x", sentAt=sent_at)
    if answer.status == 422 and sent_at < 0:
        return
    assert abs(send_time(shapes.check_sent(answer.ok(201))) - now()) < 5000


def test_different_messages_have_different_ids(world):
    alice, bob, carol = world.friends("alice", "bob", "carol")
    at = now()
    tries = ((alice, bob, "same"), (alice, bob, "same"), (alice, carol, "same"), (bob, alice, "same"),
             (alice, bob, "other"))
    sends = [sender.sent(receiver, text, sentAt=at) for sender, receiver, text in tries]
    assert len({sent["id"] for sent in sends}) == 5


def test_a_repeat_answers_the_first_result_and_stores_nothing(world):
    alice, bob = world.friends("alice", "bob")
    client_id = unique("c")
    first = alice.send(bob, "once", clientId=client_id)
    first.ok(201)
    for _ in range(3):
        repeat = alice.send(bob, "once", clientId=client_id)
        assert repeat.ok(200) == first.json
    assert bob.texts("u:" + alice.key) == ["once"]
    assert len(bob.offline("u:" + alice.key)) == 1
    assert alice.sent(bob, "next")["seq"] == first.json["seq"] + 1


def test_a_repeat_is_pushed_once(world):
    alice, bob = world.friends("alice", "bob")
    channel, client_id = bob.connect(), unique("c")
    alice.send(bob, "once", clientId=client_id).ok(201)
    alice.send(bob, "once", clientId=client_id).ok(200)
    alice.sent(bob, "fence")
    assert [f["msg"] for f in channel.up_to(101, msg="fence") if f["type"] == 101] == ["once"]


def test_a_repeat_from_another_device_is_a_repeat(world):
    alice, bob = world.friends("alice", "bob")
    client_id, laptop = unique("c"), alice.another()
    first = alice.send(bob, "once", clientId=client_id).ok(201)
    assert laptop.send(bob, "once", clientId=client_id).ok(200) == first


def test_a_repeat_in_a_group(world):
    group, owner, bob = world.group_of("owner", "bob")
    client_id = unique("c")
    first = owner.send(group, "once", clientId=client_id).ok(201)
    assert owner.send(group, "once", clientId=client_id).ok(200) == first
    assert bob.texts("g:" + group) == ["once"]


def test_a_repeat_with_another_sent_at_is_still_a_repeat(world):
    alice, bob = world.friends("alice", "bob")
    client_id = unique("c")
    first = alice.send(bob, "once", clientId=client_id, sentAt=now() - 5000).ok(201)
    assert alice.send(bob, "once", clientId=client_id, sentAt=now()).ok(200) == first


def test_a_client_id_for_something_else_is_409(world):
    alice, bob, carol = world.friends("alice", "bob", "carol")
    group = alice.new_group(bob)
    client_id = unique("c")
    alice.send(bob, "text", clientId=client_id).ok(201)
    alice.send(bob, "other text", clientId=client_id).refused(409, "client_id_reused")
    alice.send(carol, "text", clientId=client_id).refused(409, "client_id_reused")
    alice.send(group, "text", clientId=client_id).refused(409, "client_id_reused")
    reply = alice.sent(bob, "something to reply to")
    alice.send(bob, "text", clientId=client_id, replyTo=reply["id"]).refused(409, "client_id_reused")
    assert alice.texts("u:" + bob.key) == ["text", "something to reply to"] and alice.texts("u:" + carol.key) == []


def test_a_repeat_is_answered_whatever_became_of_the_right_to_write(world):
    group, owner, bob = world.group_of("owner", "bob")
    one, other = bob.send(owner, "x", clientId="one").ok(201), bob.send(group, "y", clientId="other").ok(201)
    bob.leave_group(group).ok(204)
    bob.delete(f"/v1/friends/{owner.key}").ok(204)
    assert bob.send(owner, "x", clientId="one").ok(200) == one
    assert bob.send(group, "y", clientId="other").ok(200) == other
    bob.send(owner, "x", clientId="new").refused(403, "not_friends")


def test_a_client_id_is_each_senders_own(world):
    alice, bob = world.friends("alice", "bob")
    client_id = unique("c")
    one = alice.send(bob, "text", clientId=client_id).ok(201)
    other = bob.send(alice, "text", clientId=client_id).ok(201)
    assert one["id"] != other["id"]


@pytest.mark.parametrize("client_id", ["x", "y" * 64, "空格 and 🐦", "\" '; DROP TABLE"])
def test_any_client_id_of_1_to_64_characters(world, client_id):
    alice, bob = world.friends("alice", "bob")
    first = alice.send(bob, "once", clientId=client_id).ok(201)
    assert alice.send(bob, "once", clientId=client_id).ok(200) == first


def test_without_a_client_id_a_repeat_is_a_new_message(world):
    alice, bob = world.friends("alice", "bob")
    one, other = alice.sent(bob, "same", clientId=None), alice.sent(bob, "same", clientId=None)
    assert one["id"] != other["id"] and other["seq"] == one["seq"] + 1


def test_a_refused_send_does_not_use_up_its_client_id(world):
    alice, bob = world.people("alice", "bob")
    client_id = unique("c")
    alice.send(bob, "text", clientId=client_id).refused(403, "not_friends")
    bob.answer(alice.ask(bob)).ok()
    assert alice.send(bob, "text", clientId=client_id).ok(201)["seq"] == 1


def test_both_directions_share_one_dense_sequence(world):
    alice, bob = world.friends("alice", "bob")
    seqs = [(alice if i % 2 else bob).sent(bob if i % 2 else alice, str(i))["seq"] for i in range(10)]
    assert seqs == list(range(1, 11))
    for device, other in ((alice, bob), (bob, alice)):
        assert [f["seq"] for f in device.history("u:" + other.key)] == seqs


def test_each_conversation_counts_for_itself(world):
    alice, bob, carol = world.friends("alice", "bob", "carol")
    assert [alice.sent(bob)["seq"], alice.sent(carol)["seq"], alice.sent(bob)["seq"]] == [1, 1, 2]


def test_refused_sends_leave_no_holes(world):
    alice, bob = world.friends("alice", "bob")
    alice.sent(bob)
    alice.send(bob, "").refused(422)
    alice.send(bob, "x", clientId="y" * 65).refused(422)
    assert alice.sent(bob)["seq"] == 2


def test_many_senders_at_once_leave_no_holes_and_no_twins(world):
    group, owner, *members = world.group_of("owner", "bob", "carol", "dave")
    people = [owner, *members]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        sends = list(pool.map(lambda i: people[i % 4].sent(group, f"message {i}"), range(80)))
    assert sorted(sent["seq"] for sent in sends) == list(range(2, 82)), "seq 1 is the 209 of the creation"
    assert len({sent["id"] for sent in sends}) == 80
    history = messages_of(members[0], group)
    assert [(f["id"], f["seq"]) for f in history] == sorted(((s["id"], s["seq"]) for s in sends), key=lambda p: p[1])


def messages_of(device, group):
    return [f for f in device.history("g:" + group, limit=200) if f["type"] == 102]


def test_many_repeats_at_once_are_one_message(world):
    alice, bob = world.friends("alice", "bob")
    client_id = unique("c")
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: alice.send(bob, "once", clientId=client_id), range(16)))
    assert sorted(answer.status for answer in answers) == [200] * 15 + [201], answers
    assert len({answer.text for answer in answers}) == 1
    assert bob.texts("u:" + alice.key) == ["once"]
    assert len(bob.offline("u:" + alice.key)) == 1


def test_time_never_runs_against_seq(world):
    alice, bob = world.friends("alice", "bob")
    for i in range(5):
        alice.sent(bob, str(i))
    times = [f["time"] for f in bob.history("u:" + alice.key)]
    assert times == sorted(times)
