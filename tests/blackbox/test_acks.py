"""Acknowledging by POST /v1/acks and by 301."""
import pytest

from kit.names import unique
from kit.waiting import eventually


def waiting(device, conversation):
    return [f["seq"] for f in device.offline(conversation)]


def acks(device, body):
    return device.post("/v1/acks", body)


def talk(world, count=4):
    alice, bob = world.friends("alice", "bob")
    for i in range(count):
        alice.sent(bob, str(i))
    return alice, bob, "u:" + alice.key


def test_everything_up_to_seq_is_taken_out(world):
    _, bob, conversation = talk(world)
    acks(bob, {conversation: 2}).ok(204)
    assert waiting(bob, conversation) == [3, 4]
    acks(bob, {conversation: 4}).ok(204)
    assert waiting(bob, conversation) == []


def test_it_never_moves_back(world):
    _, bob, conversation = talk(world)
    acks(bob, {conversation: 3}).ok(204)
    acks(bob, {conversation: 1}).ok(204)
    acks(bob, {conversation: 0}).ok(204)
    assert waiting(bob, conversation) == [4]


def test_several_conversations_at_once(world):
    alice, bob, carol = world.friends("alice", "bob", "carol")
    group = alice.new_group(bob)
    alice.sent(bob, "a")
    carol.sent(bob, "c")
    alice.sent(group, "g")
    names = {f["conversation"]: f["seq"] for f in bob.offline()}
    assert set(names) == {"u:" + alice.key, "u:" + carol.key, "g:" + group, "s:"}
    acks(bob, names).ok(204)
    assert bob.offline() == []


def test_above_the_head_is_cut_to_the_head(world):
    alice, bob, conversation = talk(world, 2)
    acks(bob, {conversation: 1_000_000}).ok(204)
    assert waiting(bob, conversation) == []
    alice.sent(bob, "must still arrive")
    assert waiting(bob, conversation) == [3]


def test_notices_are_acknowledged_like_the_rest(world):
    alice, bob = world.people("alice", "bob")
    alice.ask(bob)
    acks(bob, {"s:": 1}).ok(204)
    assert bob.offline() == []


def test_an_acknowledgement_is_not_a_read_position(world):
    _, bob, conversation = talk(world)
    acks(bob, {conversation: 4}).ok(204)
    row = bob.conversation(conversation)
    assert (row["readSeq"], row["unread"]) == (0, 4)
    assert len(bob.history(conversation)) == 4


def test_reading_is_not_an_acknowledgement(world):
    _, bob, conversation = talk(world)
    bob.read_up_to(conversation, 4).ok()
    assert waiting(bob, conversation) == [1, 2, 3, 4]


def test_none_at_all_is_fine(world):
    acks(world.person("alice"), {}).ok(204)


def test_what_is_not_mine_is_404_and_nothing_is_acknowledged(world):
    _, bob, conversation = talk(world)
    outside, _ = world.group_of("owner")
    for name in ("u:" + unique("nobody"), "g:" + outside, "g:" + unique("none"), "nonsense"):
        acks(bob, {name: 1}).refused(404, "not_found")
        acks(bob, {conversation: 4, name: 1}).refused(404, "not_found")
    assert waiting(bob, conversation) == [1, 2, 3, 4]


@pytest.mark.parametrize("seq", ["1", 1.5, -1, [1], True])
def test_a_wrong_seq_is_422(world, seq):
    _, bob, conversation = talk(world, 1)
    assert conversation in acks(bob, {conversation: seq}).refused(422, "invalid_fields")["fields"]


def test_301_acknowledges_on_the_socket(world):
    _, bob, conversation = talk(world)
    channel = bob.connect()
    channel.acknowledge(conversation, 2)
    assert eventually(lambda: waiting(bob, conversation) == [3, 4])
    channel.acknowledge(conversation, 1_000_000)
    assert eventually(lambda: waiting(bob, conversation) == [])


def test_301_acknowledges_for_its_own_device_alone(world):
    _, bob, conversation = talk(world)
    tablet = bob.another()
    bob.connect().acknowledge(conversation, 4)
    eventually(lambda: waiting(bob, conversation) == [])
    assert waiting(tablet, conversation) == [1, 2, 3, 4]


def test_301_above_the_head_is_cut_to_the_head(world):
    alice, bob, conversation = talk(world, 1)
    channel = bob.connect()
    channel.acknowledge(conversation, 1_000_000)
    eventually(lambda: waiting(bob, conversation) == [])
    sent = alice.sent(bob, "must still arrive")
    channel.expect(101, id=sent["id"])
    assert waiting(bob, conversation) == [2]


def test_301_for_what_is_not_mine_is_ignored(world):
    _, bob, conversation = talk(world)
    outside, _ = world.group_of("owner")
    channel = bob.connect()
    for name in ("u:" + unique("nobody"), "g:" + outside, "g:" + unique("none")):
        channel.acknowledge(name, 1)
    channel.acknowledge(conversation, 1)
    eventually(lambda: waiting(bob, conversation) == [2, 3, 4])


def test_a_burst_of_301_ends_at_the_highest(world):
    _, bob, conversation = talk(world, 30)
    channel = bob.connect()
    for seq in [*range(1, 31), 5, 1]:
        channel.acknowledge(conversation, seq)
    eventually(lambda: waiting(bob, conversation) == [])


def test_an_acknowledgement_outlives_the_socket(world):
    _, bob, conversation = talk(world)
    channel = bob.connect()
    channel.acknowledge(conversation, 3)
    channel.leave()
    eventually(lambda: waiting(bob, conversation) == [4])
    assert waiting(bob.account.log_in(), conversation) == [4]
