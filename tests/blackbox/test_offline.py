"""GET /v1/offline: what waits for a device."""
import concurrent.futures

import pytest


def ids(frames):
    return [frame["id"] for frame in frames]


def test_what_was_sent_while_i_was_away_waits(world):
    alice, bob = world.friends("alice", "bob")
    sends = [alice.sent(bob, f"message {i}") for i in range(3)]
    waiting = bob.offline("u:" + alice.key)
    assert ids(waiting) == [sent["id"] for sent in sends]
    assert [f["msg"] for f in waiting] == ["message 0", "message 1", "message 2"]


def test_the_answer_is_complete_and_ends(world):
    alice, bob = world.friends("alice", "bob")
    alice.sent(bob)
    answer = bob.offline_answer()
    assert answer["complete"] is True and answer["next"] is None


def test_nothing_waits_for_a_new_user(world):
    answer = world.person("alice").offline_answer()
    assert (answer["items"], answer["next"], answer["complete"]) == ([], None, True)


def test_reading_acknowledges_nothing(world):
    alice, bob = world.friends("alice", "bob")
    alice.sent(bob)
    first = bob.offline()
    assert bob.offline() == first != []


def test_a_push_does_not_take_it_out(world):
    alice, bob = world.friends("alice", "bob")
    channel = bob.connect()
    sent = alice.sent(bob)
    channel.expect(101, id=sent["id"])
    assert ids(bob.offline("u:" + alice.key)) == [sent["id"]]


def test_the_oldest_comes_first_over_all_conversations(world):
    alice, bob, carol = world.friends("alice", "bob", "carol")
    group = alice.new_group(bob, carol)
    bob.acknowledge_all()
    sends = []
    for i in range(4):
        sends += [alice.sent(bob, f"a{i}"), carol.sent(bob, f"c{i}"), alice.sent(group, f"g{i}")]
    waiting = bob.offline()
    assert [f["time"] for f in waiting] == sorted(f["time"] for f in waiting)
    assert set(ids(waiting)) == {sent["id"] for sent in sends} and len(waiting) == 12
    for name in ("u:" + alice.key, "u:" + carol.key, "g:" + group):
        seqs = [f["seq"] for f in waiting if f["conversation"] == name]
        assert seqs == sorted(seqs) and len(seqs) == 4


def test_pages_follow_each_other(world):
    alice, bob = world.friends("alice", "bob")
    bob.acknowledge_all()
    sends = [alice.sent(bob, str(i)) for i in range(7)]
    pages, cursor = [], None
    while True:
        answer = bob.offline_answer(limit=3, **({"cursor": cursor} if cursor else {}))
        pages.append(ids(answer["items"]))
        cursor = answer["next"]
        if cursor is None:
            break
    assert [len(page) for page in pages] == [3, 3, 1]
    assert sum(pages, []) == [sent["id"] for sent in sends]


def test_what_arrives_while_paging_is_not_lost(world):
    alice, bob = world.friends("alice", "bob")
    bob.acknowledge_all()
    sends = [alice.sent(bob, str(i)) for i in range(4)]
    first = bob.offline_answer(limit=2)
    late = alice.sent(bob, "late")
    rest = bob.offline_answer(limit=200, cursor=first["next"])
    assert ids(first["items"] + rest["items"]) == [sent["id"] for sent in sends] + [late["id"]]


def test_acknowledging_while_paging_skips_nothing(world):
    alice, bob = world.friends("alice", "bob")
    bob.acknowledge_all()
    sends = [alice.sent(bob, str(i)) for i in range(6)]
    first = bob.offline_answer(limit=2)
    bob.acknowledge("u:" + alice.key, sends[1]["seq"])
    rest = bob.offline_answer(cursor=first["next"])
    assert ids(first["items"] + rest["items"]) == [sent["id"] for sent in sends]


@pytest.mark.parametrize("cursor", ["garbage", "e30", "AAAA" * 50])
def test_a_garbage_cursor_is_400(world, cursor):
    world.person("alice").get("/v1/offline", cursor=cursor).refused(400, "bad_cursor")


def test_limits(world):
    alice, bob = world.friends("alice", "bob")
    bob.acknowledge_all()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: alice.sent(bob, str(i)), range(1005)))
    assert len(bob.offline_answer()["items"]) == 50
    assert len(bob.offline_answer(limit=0)["items"]) == 1
    assert len(bob.offline_answer(limit=1000)["items"]) == 1000
    most = bob.offline_answer(limit=1_000_000)
    assert len(most["items"]) == 1000 and most["next"]
    rest = bob.offline_answer(limit=1000, cursor=most["next"])
    assert [f["seq"] for f in most["items"] + rest["items"]] == list(range(1, 1006)) and rest["next"] is None
    assert len(bob.history("u:" + alice.key, limit=1000)) == 200
    bob.get("/v1/offline", limit="many").refused(400, "bad_parameter")


def test_everything_kept_waits_notices_and_group_changes_too(world):
    alice, bob, carol = world.people("alice", "bob", "carol")
    alice.ask(bob)
    bob.answer(alice.items("/v1/friend-requests", box="out")[0]).ok()
    group = alice.new_group(bob)
    alice.patch(f"/v1/groups/{group}", {"name": "renamed"}).ok()
    alice.recall(alice.sent(bob, "oops")).ok()
    carol.post(f"/v1/groups/{group}/requests", {}).ok(201)
    kinds = [f["type"] for f in bob.offline() if f.get("recalled") is not True]
    assert kinds == [203, 209, 209, 208]
    assert [f["type"] for f in alice.offline("s:")] == [205, 204]
