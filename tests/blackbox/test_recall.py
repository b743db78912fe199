"""DELETE /v1/messages/{id}: who, when, and that the text is nowhere afterwards."""
from kit.names import unique
from kit.waiting import eventually

SECRET = "秘密xylophone"


def find(device, q):
    return device.items("/v1/messages/search", q=q)


def tombstone(device, conversation, seq):
    row, = [f for f in device.history(conversation) if f["seq"] == seq]
    return row


def test_a_recalled_message_leaves_a_tombstone(world):
    alice, bob = world.friends("alice", "bob")
    sent = alice.sent(bob, SECRET)
    alice.recall(sent).ok()
    for device, other in ((alice, bob), (bob, alice)):
        row = tombstone(device, "u:" + other.key, sent["seq"])
        assert (row["id"], row["type"], row["recalled"], row["msg"]) == (sent["id"], 101, True, "")
        assert row["msgSender"] == alice.key


def test_the_friend_is_told_with_208_in_the_conversation(world):
    alice, bob = world.friends("alice", "bob")
    channel = bob.connect()
    sent = alice.sent(bob, SECRET)
    alice.recall(sent).ok()
    frame = channel.expect(208)
    assert frame["target"] == {"id": sent["id"], "seq": sent["seq"]}
    assert (frame["conversation"], frame["seq"]) == ("u:" + alice.key, sent["seq"] + 1)
    assert frame["msgSender"] == alice.key and SECRET not in str(frame)
    assert [(f["type"], f["seq"]) for f in bob.history("u:" + alice.key)] == [(101, 1), (208, 2)]


def test_my_other_devices_are_told_too(world):
    alice, bob = world.friends("alice", "bob")
    channel = alice.another().connect()
    sent = alice.sent(bob, SECRET)
    alice.recall(sent).ok()
    frame = channel.expect(208)
    assert frame["target"]["id"] == sent["id"] and frame["conversation"] == "u:" + bob.key


def test_the_text_is_nowhere_any_more(world):
    alice, bob = world.friends("alice", "bob")
    tablet = alice.another()
    text = SECRET + unique()
    sent = alice.sent(bob, text)
    eventually(lambda: find(bob, text))
    alice.recall(sent).ok()
    for device in (alice, tablet, bob):
        assert find(device, text) == []
        other = bob if device.key == alice.key else alice
        for path in (f"/v1/conversations/u:{other.key}/messages", "/v1/offline", "/v1/conversations"):
            assert text not in device.get(path, limit=200).text, path


def test_the_inbox_has_the_tombstone_instead(world):
    alice, bob = world.friends("alice", "bob")
    sent = alice.sent(bob, SECRET)
    alice.recall(sent).ok()
    waiting = {f["seq"]: f for f in bob.offline("u:" + alice.key)}
    assert waiting[2]["type"] == 208 and waiting[2]["target"]["id"] == sent["id"]
    if 1 in waiting:
        assert waiting[1]["recalled"] is True and waiting[1]["msg"] == ""


def test_recalling_before_the_search_has_it_recalls_it_there(world):
    alice, bob = world.friends("alice", "bob")
    text = unique("neverfound")
    alice.recall(alice.sent(bob, text)).ok()
    marker = unique("marker")
    alice.sent(bob, marker)
    eventually(lambda: find(bob, marker))
    assert find(bob, text) == [] == find(alice, text)


def test_recalling_again_answers_200_and_changes_nothing(world):
    alice, bob = world.friends("alice", "bob")
    sent = alice.sent(bob, SECRET)
    first = alice.recall(sent)
    first.ok()
    again = alice.recall(sent)
    again.ok()
    assert alice.sent(bob, "after")["seq"] == 3, "one 208, not two"
    assert [f["type"] for f in bob.history("u:" + alice.key)] == [101, 208, 101]


def test_the_client_id_still_answers_the_first_result(world):
    alice, bob = world.friends("alice", "bob")
    client_id = unique("c")
    first = alice.send(bob, SECRET, clientId=client_id).ok(201)
    alice.recall(first).ok()
    assert alice.send(bob, SECRET, clientId=client_id).ok(200) == first
    assert SECRET not in bob.texts("u:" + alice.key)


def test_only_the_sender_recalls_among_friends(world):
    alice, bob, carol = world.friends("alice", "bob", "carol")
    sent = alice.sent(bob, "mine")
    bob.recall(sent).refused(403, "forbidden")
    carol.recall(sent).refused(404, "not_found")
    assert bob.texts("u:" + alice.key) == ["mine"]


def test_an_unknown_message_is_404(world):
    alice = world.person("alice")
    for missing in ("0" * 32, "no-id", "f" * 31):
        alice.delete(f"/v1/messages/{missing}").refused(404, "not_found")


def test_owner_and_admins_recall_what_others_wrote_in_their_group(world):
    group, owner, admin, member = world.group_of("owner", "admin", "member")
    owner.change_member(group, admin, role="admin").ok()
    channel = member.connect()
    for device, author in ((owner, member), (admin, member), (admin, owner)):
        sent = author.sent(group, "not nice")
        device.recall(sent).ok()
        frame = channel.expect(208, msgSender=device.key)
        assert frame["target"]["id"] == sent["id"] and frame["conversation"] == "g:" + group
        assert tombstone(member, "g:" + group, sent["seq"])["recalled"] is True


def test_members_recall_their_own_and_no_others(world):
    group, owner, bob, carol = world.group_of("owner", "bob", "carol")
    sent = bob.sent(group, "mine")
    carol.recall(sent).refused(403, "forbidden")
    world.person("outsider").recall(sent).refused(404, "not_found")
    bob.recall(sent).ok()
    assert tombstone(carol, "g:" + group, sent["seq"])["recalled"] is True


def test_a_recalled_message_stays_unread(world):
    alice, bob = world.friends("alice", "bob")
    sent = alice.sent(bob, SECRET)
    alice.recall(sent).ok()
    row = bob.conversation("u:" + alice.key)
    assert row["unread"] == 1 and row["headSeq"] == 2 and row["last"]["type"] == 208


def test_a_reply_to_a_recalled_message_keeps_no_text(world):
    alice, bob = world.friends("alice", "bob")
    sent = alice.sent(bob, SECRET)
    bob.sent(alice, "about that", replyTo=sent["id"])
    alice.recall(sent).ok()
    assert SECRET not in bob.get(f"/v1/conversations/u:{alice.key}/messages").text
