"""GET and PATCH /v1/me."""
import pytest

from kit import shapes


def test_my_profile_is_what_i_registered(world):
    alice = world.person("alice", name="Alice")
    me = alice.get("/v1/me").ok()
    shapes.has(me, "my profile", key=str, name=str, bio=str, avatar=str)
    assert (me["key"], me["name"]) == (alice.key, "Alice")


def test_each_field_changes_alone(world):
    alice = world.person("alice", name="Alice")
    alice.patch("/v1/me", {"bio": "flies far"}).ok()
    alice.patch("/v1/me", {"avatar": "https://example.org/a.png"}).ok()
    changed = alice.patch("/v1/me", {"name": "阿丽 🐦"}).ok()
    me = alice.get("/v1/me").ok()
    assert (me["name"], me["bio"], me["avatar"]) == ("阿丽 🐦", "flies far", "https://example.org/a.png")
    assert changed["name"] == "阿丽 🐦" and changed["bio"] == "flies far"


def test_a_field_can_be_emptied(world):
    alice = world.person("alice")
    alice.patch("/v1/me", {"bio": "something"}).ok()
    alice.patch("/v1/me", {"bio": ""}).ok()
    assert alice.get("/v1/me").ok()["bio"] == ""


def test_the_key_does_not_change(world):
    alice = world.person("alice")
    alice.patch("/v1/me", {"key": "another", "createdAt": 5, "name": "x"})
    assert alice.get("/v1/me").ok()["key"] == alice.key


@pytest.mark.parametrize("field", ["name", "bio", "avatar"])
@pytest.mark.parametrize("value", [5, ["x"], "x" * 60000])
def test_a_field_of_another_type_or_far_too_long_is_422(world, field, value):
    alice = world.person("alice")
    problem = alice.patch("/v1/me", {field: value}).refused(422, "invalid_fields")
    assert field in problem["fields"]


def test_a_refused_change_changes_nothing(world):
    alice = world.person("alice", name="Alice")
    alice.patch("/v1/me", {"name": "Changed", "bio": 5}).refused(422, "invalid_fields")
    assert alice.get("/v1/me").ok()["name"] == "Alice"


def test_others_see_the_new_profile(world):
    alice, bob = world.people("alice", "bob")
    alice.patch("/v1/me", {"name": "New name", "bio": "New bio"}).ok()
    seen = shapes.check_user(bob.get(f"/v1/users/{alice.key}").ok())
    assert (seen["name"], seen["bio"]) == ("New name", "New bio")


def test_friends_see_the_new_name_wherever_i_am_named(world):
    alice, bob = world.friends("alice", "bob")
    alice.sent(bob, "hello")
    alice.patch("/v1/me", {"name": "New name"}).ok()
    assert bob.friend(alice)["user"]["name"] == "New name"
    assert bob.conversation("u:" + alice.key)["peer"]["name"] == "New name"


def test_friends_are_told_and_strangers_are_not(world):
    alice, bob = world.friends("alice", "bob")
    carol = world.person("carol")
    bobs, carols = bob.connect(), carol.connect()
    alice.patch("/v1/me", {"name": "New name"}).ok()
    frame = bobs.expect(210)
    assert (frame["msgSender"], frame["change"], frame["conversation"]) == (alice.key, "profile", "s:")
    carol.ask(bob)
    bob.answer(carol.items("/v1/friend-requests", box="out")[0])
    assert [f for f in carols.up_to(205) if f["type"] == 210] == []
