"""The recall window is a setting; here it is one second."""
from kit.waiting import wait_past

SETTINGS = {"MESSAGES_RECALL_WINDOW": 1}


def test_too_late_is_403_and_changes_nothing(own_world):
    alice, bob = own_world.friends("alice", "bob")
    sent = alice.sent(bob, "here to stay")
    wait_past(sent["time"], 1.3)
    alice.recall(sent).refused(403, "recall_too_late")
    assert bob.texts("u:" + alice.key) == ["here to stay"]


def test_what_was_recalled_in_time_may_be_recalled_again_later(own_world):
    alice, bob = own_world.friends("alice", "bob")
    sent = alice.sent(bob, "gone")
    alice.recall(sent).ok()
    wait_past(sent["time"], 1.3)
    alice.recall(sent).ok()


def test_who_may_not_is_told_so_whatever_else_is_true(own_world):
    group, owner, member, other = own_world.group_of("owner", "member", "other")
    alice, bob = own_world.friends("alice", "bob")
    recalled, late = member.sent(group, "recalled"), member.sent(group, "late")
    direct = alice.sent(bob, "direct")
    member.recall(recalled).ok()
    alice.recall(direct).ok()
    wait_past(direct["time"], 1.3)
    for sent in (recalled, late):
        other.recall(sent).refused(403, "forbidden")
    bob.recall(direct).refused(403, "forbidden")
    owner.recall(late).ok()


def test_sent_at_does_not_stretch_the_window(own_world):
    alice, bob = own_world.friends("alice", "bob")
    early, late = alice.sent(bob, "early"), alice.sent(bob, "late")
    future = alice.sent(bob, "from the future", sentAt=late["time"] + 3_600_000)
    past = alice.sent(bob, "from the past", sentAt=late["time"] - 3_600_000)
    alice.recall(past).ok()
    wait_past(future["time"], 1.3)
    for sent in (early, late, future):
        alice.recall(sent).refused(403, "recall_too_late")


def test_in_a_group_the_window_binds_members_and_not_owner_and_admins(own_world):
    group, owner, admin, member = own_world.group_of("owner", "admin", "member")
    owner.change_member(group, admin, role="admin").ok()
    sends = [member.sent(group, str(i)) for i in range(3)]
    wait_past(sends[-1]["time"], 1.3)
    member.recall(sends[0]).refused(403, "recall_too_late")
    admin.recall(sends[1]).ok()
    owner.recall(sends[2]).ok()
    assert member.texts("g:" + group) == ["0", "", ""]
