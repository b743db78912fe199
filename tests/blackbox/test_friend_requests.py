"""Friend requests: applied, answered, crossed, repeated."""
import pytest

from kit import shapes
from kit.names import unique
from kit.world import befriend


def box(device, which=None, **params):
    params = {**params, **({"box": which} if which else {})}
    return [shapes.check_friend_request(row) for row in device.items("/v1/friend-requests", **params)]


def ask_again(device, other, **more):
    return device.post("/v1/friend-requests", {"receiver": other.key, **more})


def test_a_request_is_in_both_boxes(world):
    alice, bob = world.people("alice", "bob")
    request = alice.ask(bob, "我是爱丽丝")
    assert (request["sender"]["key"], request["receiver"]["key"]) == (alice.key, bob.key)
    assert (request["note"], request["state"]) == ("我是爱丽丝", "pending")
    assert [row["id"] for row in box(alice, "out")] == [row["id"] for row in box(bob, "in")] == [request["id"]]
    assert box(alice, "in") == [] and box(bob, "out") == []
    assert box(bob) == box(bob, "in"), "the box is `in` if none is named"


def test_the_receiver_is_told_with_203(world):
    alice, bob = world.people("alice", "bob")
    channel = bob.connect()
    request = alice.ask(bob)
    frame = channel.expect(203)
    assert (frame["msgSender"], frame["msgReceiver"], frame["request"]) == (alice.key, bob.key, request["id"])


def test_asking_again_answers_the_pending_request(world):
    alice, bob = world.people("alice", "bob")
    request = alice.ask(bob, "first note")
    again = ask_again(alice, bob, note="second note").ok(200)
    assert again["id"] == request["id"] and again["state"] == "pending"
    assert len(box(bob, "in")) == 1


def test_asking_again_tells_the_receiver_once(world):
    alice, bob = world.people("alice", "bob")
    channel = bob.connect()
    alice.ask(bob)
    ask_again(alice, bob).ok(200)
    carol = world.person("carol")
    carol.ask(bob)
    assert [f["type"] for f in channel.up_to(203, msgSender=carol.key)] == [203]


def test_crossing_requests_make_friends(world):
    alice, bob = world.people("alice", "bob")
    first = alice.ask(bob)
    channel = alice.connect()
    crossed = shapes.check_friend_request(ask_again(bob, alice).ok(200))
    assert (crossed["id"], crossed["state"]) == (first["id"], "approved")
    assert alice.friend(bob) and bob.friend(alice)
    assert channel.expect(205)["msgSender"] == bob.key
    assert [row["state"] for row in box(alice, "out") if row["id"] == first["id"]] == ["approved"]


def test_approval_makes_friends_and_is_told_with_205(world):
    alice, bob = world.people("alice", "bob")
    channel = alice.connect()
    request = alice.ask(bob)
    approved = shapes.check_friend_request(bob.answer(request).ok())
    assert (approved["id"], approved["state"]) == (request["id"], "approved")
    frame = channel.expect(205)
    assert (frame["msgSender"], frame["msgReceiver"]) == (bob.key, alice.key)
    assert alice.friend(bob) and bob.friend(alice)


def test_rejection_makes_no_friends_and_is_told_with_207(world):
    alice, bob = world.people("alice", "bob")
    channel = alice.connect()
    request = alice.ask(bob)
    assert bob.answer(request, "reject").ok()["state"] == "rejected"
    frame = channel.expect(207)
    assert (frame["msgSender"], frame["msgReceiver"]) == (request["id"], alice.key)
    assert alice.friend(bob) is None and bob.friend(alice) is None
    alice.send(bob, "hello").refused(403, "not_friends")


@pytest.mark.parametrize("first", ["approve", "reject"])
@pytest.mark.parametrize("second", ["approve", "reject"])
def test_a_second_answer_is_409(world, first, second):
    alice, bob = world.people("alice", "bob")
    request = alice.ask(bob)
    bob.answer(request, first).ok()
    bob.answer(request, second).refused(409, "already_answered")
    assert (alice.friend(bob) is not None) == (first == "approve")


def test_after_a_rejection_one_has_to_cool_off(world):
    alice, bob = world.people("alice", "bob")
    first = alice.ask(bob)
    bob.answer(first, "reject").ok()
    refused = alice.post("/v1/friend-requests", {"receiver": bob.key})
    assert refused.refused(429, "cooling_off")["retryable"] is True
    assert 86_000 < int(refused.headers["retry-after"]) <= 86_400
    assert [row["id"] for row in box(bob, "in")] == [first["id"]]
    bob.ask(alice)  # it binds who was rejected, not who rejected


@pytest.mark.parametrize("verdict", ["approve", "reject"])
def test_only_the_receiver_answers(world, verdict):
    alice, bob, carol = world.people("alice", "bob", "carol")
    request = alice.ask(bob)
    alice.answer(request, verdict).refused(403, "forbidden")
    carol.answer(request, verdict).refused(404, "not_found")
    assert box(bob, "in")[0]["state"] == "pending"


def test_the_sender_of_an_answered_request_is_forbidden_before_it_is_late(world):
    alice, bob = world.people("alice", "bob")
    request = alice.ask(bob)
    bob.answer(request).ok()
    alice.answer(request).refused(403, "forbidden")


@pytest.mark.parametrize("verdict", ["approve", "reject"])
def test_an_unknown_request_is_404(world, verdict):
    world.person("alice").post(f"/v1/friend-requests/{unique('none')}/{verdict}").refused(404, "not_found")


def test_friends_need_no_request(world):
    alice, bob = world.friends("alice", "bob")
    ask_again(alice, bob).refused(409, "already_friends")
    ask_again(bob, alice).refused(409, "already_friends")


def test_to_oneself_is_422_and_to_nobody_404(world):
    alice = world.person("alice")
    assert "receiver" in ask_again(alice, alice).refused(422, "invalid_fields")["fields"]
    alice.post("/v1/friend-requests", {"receiver": unique("nobody")}).refused(404, "not_found")


@pytest.mark.parametrize("body, field", [({}, "receiver"), ({"receiver": 5}, "receiver"),
                                         ({"receiver": "some.body", "note": 5}, "note"),
                                         ({"receiver": "some.body", "note": "x" * 50000}, "note")])
def test_wrong_fields_are_422(world, body, field):
    problem = world.person("alice").post("/v1/friend-requests", body).refused(422, "invalid_fields")
    assert field in problem["fields"]


def test_both_boxes_have_pages(world):
    alice = world.person("alice")
    others = world.people(*["other"] * 5)
    ids = {other.ask(alice)["id"] for other in others}
    first, cursor = alice.page("/v1/friend-requests", box="in", limit=2)
    assert len(first) == 2 and cursor
    paged = [row["id"] for row in box(alice, "in", limit=2)]
    assert len(paged) == 5 and set(paged) == ids
    for other in world.people(*["more"] * 3):
        alice.ask(other)
    assert len(box(alice, "out", limit=2)) == 3


def test_a_box_of_another_name_is_400(world):
    world.person("alice").get("/v1/friend-requests", box="attic").refused(400, "bad_parameter")


def test_boxes_are_never_cached(world):
    alice, bob = world.people("alice", "bob")
    assert box(bob, "in") == []
    request = alice.ask(bob)
    assert [row["state"] for row in box(bob, "in")] == ["pending"]
    bob.answer(request, "reject").ok()
    assert [row["state"] for row in box(bob, "in")] == ["rejected"]
    assert [row["state"] for row in box(alice, "out")] == ["rejected"]


def test_a_removed_friend_may_ask_anew(world):
    alice, bob = world.friends("alice", "bob")
    bob.delete(f"/v1/friends/{alice.key}").ok(204)
    befriend(alice, bob)
    assert alice.friend(bob)
