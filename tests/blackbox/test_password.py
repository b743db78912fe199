"""PUT /v1/me/password."""
import pytest

from kit.world import PASSWORD

NEW = "a new password 8"


def change(device, old=PASSWORD, new=NEW):
    return device.put("/v1/me/password", {"old": old, "new": new})


def test_only_the_new_password_works_after_a_change(world):
    alice = world.person("alice")
    change(alice).ok()
    alice.account.try_to_log_in(password=PASSWORD).refused(401, "bad_credentials")
    alice.account.try_to_log_in(password=NEW).ok(201)


def test_a_change_ends_the_other_sessions_and_not_this_one(world):
    alice = world.person("alice")
    laptop, tablet = alice.another(), alice.another()
    channel, mine = tablet.connect(), alice.connect()
    change(alice).ok()
    channel.ended_with(4502)
    laptop.get("/v1/me").refused(401, "unauthenticated")
    tablet.get("/v1/me").refused(401, "unauthenticated")
    alice.get("/v1/me").ok()
    assert [row["id"] for row in alice.items("/v1/sessions")] == [alice.session_id]
    mine.settle()


def test_a_wrong_old_password_changes_nothing(world):
    alice = world.person("alice")
    laptop = alice.another()
    change(alice, old="not the password").refused(403, "bad_credentials")
    laptop.get("/v1/me").ok()
    alice.account.try_to_log_in().ok(201)


@pytest.mark.parametrize("new", ["7 chars", "x" * 129, "", 12345678, None])
def test_a_new_password_has_the_same_limits(world, new):
    alice = world.person("alice")
    problem = change(alice, new=new).refused(422, "invalid_fields")
    assert "new" in problem["fields"]
    alice.account.try_to_log_in().ok(201)


def test_both_fields_are_needed(world):
    problem = world.person("alice").put("/v1/me/password", {}).refused(422, "invalid_fields")
    assert {"old", "new"} <= set(problem["fields"])


def test_no_answer_shows_a_password(world):
    alice = world.person("alice")
    assert NEW not in change(alice).text
    assert "wrong-secret" not in change(alice, old="wrong-secret").text
