"""What a sender's own devices see of what was sent."""
from kit.names import unique


def test_the_other_devices_get_the_message_with_its_client_id(world):
    alice, bob = world.friends("alice", "bob")
    laptop = alice.another()
    channel, client_id = laptop.connect(), unique("c")
    sent = alice.sent(bob, "from my phone", clientId=client_id)
    frame = channel.expect(101)
    assert (frame["id"], frame["seq"], frame["clientId"]) == (sent["id"], sent["seq"], client_id)
    assert (frame["msgSender"], frame["msgReceiver"]) == (alice.key, bob.key)
    assert frame["conversation"] == "u:" + bob.key, "as seen by the caller"
    waiting = laptop.offline("u:" + bob.key)
    assert [(f["id"], f["clientId"]) for f in waiting] == [(sent["id"], client_id)]


def test_the_sending_session_gets_no_push_and_no_offline(world):
    alice, bob = world.friends("alice", "bob")
    laptop, channel = alice.another(), alice.connect()
    alice.sent(bob, "mine")
    bob.sent(alice, "fence")
    assert [f for f in channel.up_to(101, msg="fence") if f["type"] == 101] == []
    assert [f["msg"] for f in alice.offline("u:" + bob.key)] == ["fence"]
    assert [f["msg"] for f in laptop.offline("u:" + bob.key)] == ["mine", "fence"]


def test_the_same_in_a_group(world):
    group, owner, bob = world.group_of("owner", "bob")
    laptop = owner.another()
    mine, other = owner.connect(), laptop.connect()
    sent = owner.sent(group, "mine")
    frame = other.expect(102)
    assert frame["id"] == sent["id"] and frame["clientId"] and frame["conversation"] == "g:" + group
    bob.sent(group, "fence")
    assert [f for f in mine.up_to(102, msg="fence") if f["type"] == 102] == []
    assert "mine" not in [f["msg"] for f in owner.offline("g:" + group)]
    assert "mine" in [f["msg"] for f in laptop.offline("g:" + group)]


def test_history_has_it_on_every_device(world):
    alice, bob = world.friends("alice", "bob")
    laptop = alice.another()
    alice.sent(bob, "mine")
    assert alice.texts("u:" + bob.key) == laptop.texts("u:" + bob.key) == ["mine"]


def test_what_one_device_read_the_other_hears_and_itself_does_not(world):
    alice, bob = world.friends("alice", "bob")
    laptop = alice.another()
    phones, laptops = alice.connect(), laptop.connect()
    sent = bob.sent(alice, "read me")
    alice.read_up_to("u:" + bob.key, sent["seq"]).ok()
    frame = laptops.expect(302)
    assert (frame["msgSender"], frame["conversation"], frame["seq"]) == (alice.key, "u:" + bob.key, sent["seq"])
    bob.sent(alice, "fence")
    assert [f for f in phones.up_to(101, msg="fence") if f["type"] == 302] == []
