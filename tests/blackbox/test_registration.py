"""POST /v1/users: keys, passwords, names."""
import pytest

from kit import shapes
from kit.names import unique
from kit.world import PASSWORD


def register(world, **body):
    return world.stranger.post("/v1/users", body)


def test_a_registered_user_has_the_whole_shape(world):
    key = unique("alice")
    user = shapes.check_user(register(world, key=key, password=PASSWORD, name="Alice 爱丽丝").ok(201))
    assert (user["key"], user["name"]) == (key, "Alice 爱丽丝")


def test_a_name_is_not_needed(world):
    user = shapes.check_user(register(world, key=unique("alice"), password=PASSWORD).ok(201))
    assert user["bio"] == ""


def test_a_key_is_lower_cased_on_entry(world):
    key = unique("mixed")
    assert register(world, key=key.upper(), password=PASSWORD).ok(201)["key"] == key
    register(world, key=key, password=PASSWORD).refused(409, "key_taken")
    login = world.stranger.post("/v1/sessions", {"key": key.upper(), "password": PASSWORD}).ok(201)
    assert login["user"]["key"] == key


def test_a_key_can_be_taken_once(world):
    taken = world.account("taken")
    register(world, key=taken.key, password="another password").refused(409, "key_taken")


def test_a_refused_second_registration_leaves_the_first_password(world):
    taken = world.account("taken")
    register(world, key=taken.key, password="another password").refused(409, "key_taken")
    taken.try_to_log_in(password="another password").refused(401, "bad_credentials")
    taken.log_in()


@pytest.mark.parametrize("key", ["ab", "a" * 33, "", ".dot", "_under", "-dash", "with space", "sla/sh", "ümlaut",
                                 "名字名字", "a@b.c", "tab\there", "new\nline", "nul\0nul"])
def test_a_key_of_another_form_is_refused(world, key):
    problem = register(world, key=key, password=PASSWORD).refused(422, "invalid_fields")
    assert set(problem["fields"]) == {"key"}


@pytest.mark.parametrize("shape", ["{0}", "0{0}", "a.b_c-{0}"])
def test_every_character_that_a_key_may_have(world, shape):
    key = shape.format(unique("k"))[:32]
    assert register(world, key=key, password=PASSWORD).ok(201)["key"] == key


def test_the_shortest_and_the_longest_key(world):
    longest = unique("long").ljust(32, "z")
    assert register(world, key=longest, password=PASSWORD).ok(201)["key"] == longest
    short = register(world, key="a1z", password=PASSWORD)
    assert short.status in (201, 409), f"a key of three characters is a key: {short}"


@pytest.mark.parametrize("password", ["", "7 chars", "x" * 129])
def test_a_password_too_short_or_too_long_is_refused(world, password):
    problem = register(world, key=unique("pw"), password=password).refused(422, "invalid_fields")
    assert set(problem["fields"]) == {"password"}


@pytest.mark.parametrize("password", ["8 chars!", "x" * 128, "密码密码密码密码", "  spaces kept  "])
def test_a_password_within_the_limits_works_as_it_is(world, password):
    key = unique("pw")
    register(world, key=key, password=password).ok(201)
    login = {"key": key, "password": password}
    world.stranger.post("/v1/sessions", login).ok(201)
    world.stranger.post("/v1/sessions", {**login, "password": password + "x"}).refused(401, "bad_credentials")


def test_an_answer_never_shows_the_password(world):
    answer = register(world, key=unique("pw"), password="very-secret-words")
    assert answer.status == 201 and "very-secret-words" not in answer.text
    refused = register(world, key="!", password="very-secret-words")
    assert refused.status == 422 and "very-secret-words" not in refused.text


def test_missing_fields_are_all_named(world):
    assert {"key", "password"} <= set(register(world).refused(422, "invalid_fields")["fields"])


@pytest.mark.parametrize("field, value", [("key", 5), ("key", None), ("password", 12345678), ("password", ["x"]),
                                          ("name", 5), ("name", {"first": "a"})])
def test_wrong_types_are_named(world, field, value):
    body = {"key": unique("type"), "password": PASSWORD, "name": "n", field: value}
    problem = world.stranger.post("/v1/users", body).refused(422, "invalid_fields")
    assert field in problem["fields"]


def test_unknown_fields_are_ignored(world):
    register(world, key=unique("more"), password=PASSWORD, admin=True, nested={"a": [1]}).ok(201)
