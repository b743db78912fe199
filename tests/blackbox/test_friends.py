"""The list of friends, aliases, and the end of a friendship."""
import pytest

from kit import shapes
from kit.names import unique
from kit.world import befriend


def friend_keys(device):
    return {shapes.check_friend(row)["user"]["key"] for row in device.items("/v1/friends")}


def test_a_friendship_is_in_both_lists(world):
    alice, bob = world.friends("alice", "bob")
    assert friend_keys(alice) == {bob.key} and friend_keys(bob) == {alice.key}
    assert alice.friend(bob)["alias"] == ""


def test_somebody_without_friends_has_an_empty_list(world):
    assert world.person("alice").page("/v1/friends") == ([], None)


def test_the_list_has_pages_and_each_friend_once(world):
    alice = world.person("alice")
    friends = world.people(*["friend"] * 5)
    for friend in friends:
        befriend(alice, friend)
    first, cursor = alice.page("/v1/friends", limit=2)
    assert len(first) == 2 and cursor
    keys = [row["user"]["key"] for row in alice.items("/v1/friends", limit=2)]
    assert sorted(keys) == sorted(friend.key for friend in friends)


def test_an_alias_is_mine_alone(world):
    alice, bob = world.friends("alice", "bob")
    changed = shapes.check_friend(alice.patch(f"/v1/friends/{bob.key}", {"alias": "老友 Bob"}).ok())
    assert changed["alias"] == "老友 Bob" and changed["user"]["key"] == bob.key
    assert alice.friend(bob)["alias"] == "老友 Bob"
    assert bob.friend(alice)["alias"] == ""


def test_an_alias_can_be_taken_back(world):
    alice, bob = world.friends("alice", "bob")
    alice.patch(f"/v1/friends/{bob.key}", {"alias": "B"}).ok()
    alice.patch(f"/v1/friends/{bob.key}", {"alias": ""}).ok()
    assert alice.friend(bob)["alias"] == ""


@pytest.mark.parametrize("alias", [5, ["x"], "x" * 50000])
def test_an_alias_of_another_type_or_far_too_long_is_422(world, alias):
    alice, bob = world.friends("alice", "bob")
    problem = alice.patch(f"/v1/friends/{bob.key}", {"alias": alias}).refused(422, "invalid_fields")
    assert "alias" in problem["fields"]


def test_who_is_not_a_friend_has_no_alias_and_cannot_be_removed(world):
    alice, carol = world.people("alice", "carol")
    for key in (carol.key, unique("nobody"), alice.key):
        alice.patch(f"/v1/friends/{key}", {"alias": "x"}).refused(404, "not_found")
        alice.delete(f"/v1/friends/{key}").refused(404, "not_found")


def test_removing_a_friend_ends_it_both_ways(world):
    alice, bob = world.friends("alice", "bob")
    alice.delete(f"/v1/friends/{bob.key}").ok(204)
    assert friend_keys(alice) == set() and friend_keys(bob) == set()
    alice.send(bob, "hello").refused(403, "not_friends")
    bob.send(alice, "hello").refused(403, "not_friends")
    bob.delete(f"/v1/friends/{alice.key}").refused(404, "not_found")


def test_what_was_written_stays_readable_for_both(world):
    alice, bob = world.friends("alice", "bob")
    alice.sent(bob, "from better days")
    alice.delete(f"/v1/friends/{bob.key}").ok(204)
    assert alice.texts("u:" + bob.key) == bob.texts("u:" + alice.key) == ["from better days"]
    assert bob.conversation("u:" + alice.key)["unread"] == 1


def test_the_removed_friend_is_told(world):
    alice, bob = world.friends("alice", "bob")
    channel = bob.connect()
    alice.delete(f"/v1/friends/{bob.key}").ok(204)
    frame = channel.expect(210)
    assert (frame["msgSender"], frame["msgReceiver"], frame["change"]) == (alice.key, bob.key, "removed")
    assert frame["conversation"] == "s:"


def test_friends_again_after_a_removal(world):
    alice, bob = world.friends("alice", "bob")
    alice.patch(f"/v1/friends/{bob.key}", {"alias": "old alias"}).ok()
    alice.sent(bob, "before")
    alice.delete(f"/v1/friends/{bob.key}").ok(204)
    befriend(bob, alice)
    again = alice.sent(bob, "after")
    assert again["seq"] > 1, "a conversation goes on with its numbers"
    assert friend_keys(alice) == {bob.key}


def test_the_list_says_who_is_online(world):
    alice, bob = world.friends("alice", "bob")
    watching = alice.connect()
    assert alice.friend(bob)["online"] is False
    channel = bob.connect()
    watching.expect(304, msgSender=bob.key, online=True)
    assert alice.friend(bob)["online"] is True
    channel.leave()
    watching.expect(304, msgSender=bob.key, online=False)
    assert alice.friend(bob)["online"] is False
