"""POST /v1/sessions: what a login answers, and what it tells nobody."""
import statistics
import time

import pytest

from kit import shapes
from kit.names import unique
from kit.world import PASSWORD


def test_a_login_answers_all_that_is_needed_to_go_on(world):
    account = world.account("alice", name="Alice")
    login = account.try_to_log_in("phone-1", "My phone").ok(201)
    shapes.has(login, "a login", token=str, expiresAt=int, node=str, socket=str)
    assert login["expiresAt"] > time.time() * 1000 and shapes.is_time(login["expiresAt"])
    assert login["user"]["key"] == account.key and login["user"]["name"] == "Alice"
    assert login["socket"].startswith(("/", "ws://", "wss://"))
    assert login["session"]["device"] == {"id": "phone-1", "name": "My phone"} and login["node"]
    shapes.check_session(login["session"])
    shapes.check_user(login["user"])


def test_the_token_opens_the_api(world):
    alice = world.person("alice")
    assert alice.get("/v1/me").ok()["key"] == alice.key


def test_two_logins_have_two_tokens(world):
    alice = world.person("alice")
    other = alice.another()
    assert alice.token != other.token and alice.session_id != other.session_id
    assert other.get("/v1/me").ok()["key"] == alice.key


def test_a_device_keeps_the_id_and_name_that_it_came_with(world):
    phone = world.account("alice").log_in("phone-1", "My phone")
    assert phone.mine()["device"] == {"id": "phone-1", "name": "My phone"}


def test_a_login_without_device_gets_one_made_up(world):
    account = world.account("alice")
    first, second = account.log_in().mine()["device"]["id"], account.log_in().mine()["device"]["id"]
    assert first and second and first != second


def test_a_wrong_password_and_an_unknown_key_are_answered_alike(world):
    account = world.account("alice")
    wrong = account.try_to_log_in(password="not the password")
    unknown = world.stranger.post("/v1/sessions", {"key": unique("nobody"), "password": "not the password"})
    wrong_problem, unknown_problem = wrong.refused(401, "bad_credentials"), unknown.refused(401, "bad_credentials")
    for problem in (wrong_problem, unknown_problem):
        problem.pop("traceId")
        problem.pop("instance", None)
    assert wrong_problem == unknown_problem
    assert set(wrong.headers) == set(unknown.headers)


def test_an_unknown_key_takes_as_long_as_a_wrong_password(world):
    account = world.account("alice")
    took = {"wrong": [], "unknown": []}
    for _ in range(9):
        for name, key in (("wrong", account.key), ("unknown", unique("nobody"))):
            began = time.perf_counter()
            world.stranger.post("/v1/sessions", {"key": key, "password": "not the password"}).refused(401)
            took[name].append(time.perf_counter() - began)
    wrong, unknown = statistics.median(took["wrong"]), statistics.median(took["unknown"])
    assert 0.6 < unknown / wrong < 1.7, f"wrong {wrong * 1000:.1f} ms, unknown {unknown * 1000:.1f} ms"
    assert wrong > 0.002, "too fast to have hashed anything"


def test_a_key_that_cannot_exist_tells_nothing_either(world):
    for key, password in (("No Such Key!", PASSWORD), ("", ""), ("alice", "short"), ("x" * 1000, "y" * 1000)):
        world.stranger.post("/v1/sessions", {"key": key, "password": password}).refused(401, "bad_credentials")


@pytest.mark.parametrize("body, field", [
    ({"key": "alice"}, "password"), ({"password": PASSWORD}, "key"), ({"key": 5, "password": PASSWORD}, "key"),
    ({"key": "alice", "password": 5}, "password"), ({"key": "alice", "password": PASSWORD, "device": "x"}, "device")])
def test_missing_and_mistyped_fields_are_422(world, body, field):
    problem = world.stranger.post("/v1/sessions", body).refused(422, "invalid_fields")
    assert any(name.split(".")[0] == field for name in problem["fields"]), problem


def test_a_device_id_of_another_type_is_422(world):
    account = world.account("alice")
    body = {"key": account.key, "password": PASSWORD, "device": {"id": 5, "name": "x"}}
    assert set(world.stranger.post("/v1/sessions", body).refused(422, "invalid_fields")["fields"]) == {"device.id"}
    body = {"key": 5, "password": PASSWORD, "device": {"id": "x", "name": []}}
    fields = world.stranger.post("/v1/sessions", body).refused(422, "invalid_fields")["fields"]
    assert set(fields) == {"key", "device.name"}


def test_login_needs_no_token_and_minds_no_bad_one(world):
    account = world.account("alice")
    login = {"key": account.key, "password": PASSWORD}
    world.stranger.with_token("garbage").post("/v1/sessions", login).ok(201)
