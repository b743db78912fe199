"""GET /v1/conversations/{id}/messages."""
import pytest

from kit.names import unique


@pytest.fixture(name="talk")
def fixture_talk(world):
    """Two friends with 25 messages between them."""
    alice, bob = world.friends("alice", "bob")
    for i in range(1, 26):
        alice.sent(bob, f"message {i}")
    return alice, "u:" + bob.key


def seqs(frames):
    return [frame["seq"] for frame in frames]


def test_neither_bound_is_the_newest_page_ascending(talk):
    alice, conversation = talk
    assert seqs(alice.history(conversation, limit=10)) == list(range(16, 26))
    assert seqs(alice.history(conversation)) == list(range(1, 26))


def test_before_excludes_its_bound(talk):
    alice, conversation = talk
    assert seqs(alice.history(conversation, before=10, limit=4)) == [6, 7, 8, 9]
    assert seqs(alice.history(conversation, before=3)) == [1, 2]
    assert alice.history_page(conversation, before=1) == ([], None)


def test_after_excludes_its_bound(talk):
    alice, conversation = talk
    assert seqs(alice.history(conversation, after=10, limit=4)) == [11, 12, 13, 14]
    assert seqs(alice.history(conversation, after=0, limit=3)) == [1, 2, 3]
    assert alice.history_page(conversation, after=25) == ([], None)
    assert alice.history_page(conversation, after=1_000_000) == ([], None)


def test_before_above_the_head_is_the_newest_page(talk):
    alice, conversation = talk
    assert seqs(alice.history(conversation, before=1_000_000, limit=3)) == [23, 24, 25]


def test_next_goes_on_backwards_from_the_newest_page(talk):
    alice, conversation = talk
    pages, params = [], {"limit": 10}
    while params:
        items, cursor = alice.history_page(conversation, **params)
        pages.append(seqs(items))
        params = {"limit": 10, "cursor": cursor} if cursor else None
    assert pages == [list(range(16, 26)), list(range(6, 16)), list(range(1, 6))]


def test_next_goes_on_forwards_after_a_bound(talk):
    alice, conversation = talk
    first, cursor = alice.history_page(conversation, after=3, limit=10)
    second, cursor = alice.history_page(conversation, cursor=cursor, limit=10)
    third, cursor = alice.history_page(conversation, cursor=cursor, limit=10)
    assert seqs(first + second + third) == list(range(4, 26)) and cursor is None


def test_next_goes_on_backwards_before_a_bound(talk):
    alice, conversation = talk
    first, cursor = alice.history_page(conversation, before=12, limit=6)
    second, cursor = alice.history_page(conversation, cursor=cursor, limit=6)
    assert (seqs(first), seqs(second)) == ([6, 7, 8, 9, 10, 11], [1, 2, 3, 4, 5]) and cursor is None


def test_the_empty_cursor_is_the_start(talk):
    alice, conversation = talk
    assert alice.history_page(conversation, cursor="", limit=5) == alice.history_page(conversation, limit=5)


def test_limits_out_of_range_are_cut(talk):
    alice, conversation = talk
    assert len(alice.history(conversation, limit=0)) == 1
    assert len(alice.history(conversation, limit=-5)) == 1
    assert len(alice.history(conversation, limit=1_000_000)) == 25


@pytest.mark.parametrize("name, value", [("limit", "many"), ("limit", "1.5"), ("limit", "5x"), ("before", "x"),
                                         ("after", "-"), ("after", "1e3")])
def test_what_is_not_a_number_is_400(talk, name, value):
    alice, conversation = talk
    alice.get(f"/v1/conversations/{conversation}/messages", **{name: value}).refused(400, "bad_parameter")


def test_before_and_after_together_are_400(talk):
    alice, conversation = talk
    answer = alice.get(f"/v1/conversations/{conversation}/messages", before=5, after=2)
    answer.refused(400, "bad_parameter")


@pytest.mark.parametrize("cursor", ["garbage", "e30", "%00", "AAAA" * 50, "../..", "eyJzZXEiOjF9"])
def test_a_garbage_cursor_is_400(talk, cursor):
    alice, conversation = talk
    alice.get(f"/v1/conversations/{conversation}/messages", cursor=cursor).refused(400, "bad_cursor")


def test_a_page_without_limit_has_fifty(world):
    alice, bob = world.friends("alice", "bob")
    for i in range(51):
        alice.sent(bob, str(i))
    items, cursor = bob.history_page("u:" + alice.key)
    assert seqs(items) == list(range(2, 52)) and cursor


def test_items_are_the_frames_that_the_socket_pushed(world):
    alice, bob = world.friends("alice", "bob")
    channel = bob.connect()
    alice.sent(bob, "the same everywhere")
    pushed = channel.expect(101)
    assert bob.history("u:" + alice.key) == [pushed]
    assert bob.offline("u:" + alice.key) == [pushed]
    assert bob.conversation("u:" + alice.key)["last"] == pushed


def test_what_is_not_mine_is_404(world):
    group, _ = world.group_of("owner")
    alice, bob = world.people("alice", "bob")
    mine = "u:" + alice.key
    for name in ("u:" + bob.key, "u:" + unique("nobody"), "g:" + group, "g:" + unique("none"), "x:y", "u:", "g:",
                 "nonsense", mine):
        alice.get(f"/v1/conversations/{name}/messages").refused(404, "not_found")


def test_a_third_person_reads_nothing_of_two_others(world):
    alice, bob, carol = world.friends("alice", "bob", "carol")
    alice.sent(bob, "between us")
    assert carol.history("u:" + alice.key) == carol.history("u:" + bob.key) == []
    for tried in (f"u:{alice.key}:{bob.key}", f"u:{alice.key},{bob.key}", f"u:{alice.key}|{bob.key}"):
        carol.get(f"/v1/conversations/{tried}/messages").refused(404, "not_found")


def test_the_colon_may_be_escaped(talk):
    alice, conversation = talk
    plain = alice.get(f"/v1/conversations/{conversation}/messages").ok()
    assert alice.get(f"/v1/conversations/{conversation.replace(':', '%3A')}/messages").ok() == plain


def test_somebody_without_notices_has_an_empty_history_of_them(world):
    answer = world.person("alice").get("/v1/conversations/s:/messages")
    assert answer.ok() == {"items": [], "next": None}
