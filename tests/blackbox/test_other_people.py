"""The matrix's other half: somebody else, somebody removed, somebody blocked, on all that belongs to a person."""
import pytest


@pytest.fixture(name="scene")
def fixture_scene(world):
    """Two friends with a message, a request, a session and a group; and an outsider with a good token."""
    group, alice, bob = world.group_of("alice", "bob")
    carol, outsider = world.person("carol"), world.person("outsider")
    return {"group": group, "alice": alice, "bob": bob, "outsider": outsider, "message": alice.sent(bob, "private"),
            "group_message": alice.sent(group, "among us"), "request": carol.ask(alice),
            "group_request": carol.post(f"/v1/groups/{group}/requests", {}).ok(201)}


def test_an_outsider_finds_nothing_of_it(scene):
    outsider, alice, group = scene["outsider"], scene["alice"], scene["group"]
    for method, path in (
            ("DELETE", f"/v1/sessions/{alice.session_id}"), ("DELETE", f"/v1/friends/{alice.key}"),
            ("POST", f"/v1/friend-requests/{scene['request']['id']}/approve"),
            ("POST", f"/v1/friend-requests/{scene['request']['id']}/reject"),
            ("POST", f"/v1/group-requests/{scene['group_request']['id']}/approve"),
            ("POST", f"/v1/group-requests/{scene['group_request']['id']}/reject"),
            ("DELETE", f"/v1/messages/{scene['message']['id']}"),
            ("DELETE", f"/v1/messages/{scene['group_message']['id']}"),
            ("GET", f"/v1/conversations/u:{alice.key}/messages"), ("GET", f"/v1/conversations/g:{group}/messages")):
        outsider.call(method, path).refused(404, "not_found")


def test_an_outsider_changes_nothing_of_it(scene):
    outsider, alice, bob, group = (scene[name] for name in ("outsider", "alice", "bob", "group"))
    outsider.patch(f"/v1/groups/{group}", {"name": "mine"}).refused(403, "not_member")
    outsider.delete(f"/v1/groups/{group}").refused(403, "not_member")
    outsider.change_member(group, bob, role="admin").refused_with_any(403, 404)
    outsider.delete(f"/v1/groups/{group}/members/{bob.key}").refused_with_any(403, 404)
    outsider.send(group, "x").refused(403, "not_member")
    outsider.send(alice, "x").refused(403, "not_friends")
    outsider.read_up_to("g:" + group, 1).refused(404, "not_found")
    outsider.post("/v1/acks", {"g:" + group: 1}).refused(404, "not_found")
    assert alice.group(group)["name"] != "mine" and alice.group(group)["memberCount"] == 2


def test_an_outsiders_lists_are_empty(scene):
    outsider = scene["outsider"]
    for path in ("/v1/friends", "/v1/friend-requests", "/v1/friend-requests?box=out", "/v1/blocks", "/v1/groups",
                 "/v1/group-requests", "/v1/group-requests?box=out", "/v1/conversations"):
        assert outsider.get(path).ok()["items"] == [], path
    assert outsider.offline() == []


def test_somebody_removed_is_an_outsider_but_for_the_past(scene):
    alice, bob, group = scene["alice"], scene["bob"], scene["group"]
    alice.delete(f"/v1/groups/{group}/members/{bob.key}").ok(204)
    bob.send(group, "x").refused(403, "not_member")
    bob.patch(f"/v1/groups/{group}", {"name": "mine"}).refused(403)
    bob.get(f"/v1/groups/{group}/members").refused(403, "not_member")
    bob.answer(scene["group_request"], kind="group").refused(404, "not_found")
    bob.recall(scene["group_message"]).refused(404, "not_found")
    assert bob.texts("g:" + group) == ["among us"]


def test_somebody_blocked_reaches_nothing_of_mine(scene):
    alice, bob = scene["alice"], scene["bob"]
    alice.put(f"/v1/blocks/{bob.key}")
    bob.send(alice, "x").refused(403, "blocked")
    bob.send(alice, "x", clientId="again").refused(403, "blocked")
    alice.delete(f"/v1/friends/{bob.key}").ok(204)
    bob.send(alice, "x").refused(403, "blocked")
    bob.post("/v1/friend-requests", {"receiver": alice.key}).refused(403, "blocked")


def test_nobody_answers_for_the_group_of_another(scene, world):
    other_group, other_owner = world.group_of("other")
    request = scene["group_request"]
    other_owner.answer(request, kind="group").refused(404, "not_found")
    other_owner.recall(scene["group_message"]).refused(404, "not_found")
    assert other_owner.group(other_group)["memberCount"] == 1
