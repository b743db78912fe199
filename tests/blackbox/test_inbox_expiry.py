"""The inbox keeps for a while (three days, here two seconds), and says so when something was lost from it."""
from kit.waiting import eventually, wait_past

SETTINGS = {"INBOX_KEEP": 2}
EVERYTHING = 1_000_000  # cut to the head


def test_what_expired_unacknowledged_is_told_and_history_has_it(own_world):
    alice, bob = own_world.friends("alice", "bob")
    bob.acknowledge("s:", EVERYTHING)
    sent = alice.sent(bob, "too old")
    assert bob.offline_answer()["complete"] is True
    wait_past(sent["time"], 2.2)
    answer = eventually(lambda: not (found := bob.offline_answer())["complete"] and found)
    assert answer["items"] == []
    assert bob.texts("u:" + alice.key) == ["too old"]


def test_what_is_younger_still_waits(own_world):
    alice, bob = own_world.friends("alice", "bob")
    bob.acknowledge("s:", EVERYTHING)
    old = alice.sent(bob, "old")
    wait_past(old["time"], 2.2)
    fresh = alice.sent(bob, "fresh")
    answer = bob.offline_answer()
    assert [f["id"] for f in answer["items"]] == [fresh["id"]] and answer["complete"] is False


def test_acknowledging_to_the_head_makes_it_complete_again(own_world):
    alice, bob = own_world.friends("alice", "bob")
    bob.acknowledge("s:", EVERYTHING)
    sent = alice.sent(bob, "too old")
    wait_past(sent["time"], 2.2)
    eventually(lambda: not bob.offline_answer()["complete"])
    bob.acknowledge("u:" + alice.key, sent["seq"])
    assert bob.offline_answer()["complete"] is True


def test_what_was_acknowledged_in_time_is_not_missed(own_world):
    alice, bob = own_world.friends("alice", "bob")
    bob.acknowledge("s:", EVERYTHING)
    sent = alice.sent(bob, "seen")
    bob.acknowledge("u:" + alice.key, sent["seq"])
    wait_past(sent["time"], 2.2)
    answer = bob.offline_answer()
    assert (answer["items"], answer["complete"]) == ([], True)


def test_sent_at_does_not_make_a_message_older(own_world):
    alice, bob = own_world.friends("alice", "bob")
    bob.acknowledge("s:", EVERYTHING)
    now = alice.sent(bob, "to know the time")["time"]
    sent = alice.sent(bob, "said to be old", sentAt=now - 3_600_000)
    assert sent["id"] in [f["id"] for f in bob.offline("u:" + alice.key)]
