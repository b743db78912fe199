"""Path, method, token, body, fields, existence, right, state: in that order, on every call."""
import re

import pytest

from kit.calls import CALLS, LISTS, WITH_BODY, named
from kit.names import unique
from kit.raw_http import ask
from kit.world import World

JSON = {"Content-Type": "application/json"}
HUGE = b'{"pad":"' + b"x" * 66000 + b'"}'
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
UNKNOWN_PATHS = ["/v1", "/v1/", "/v1/nothing", "/v1/me/", "/v1/me/nothing", "/v1/users/a/b", "/v1//me", "/v1/ME",
                 "/v1/messages/x/y", "/v1/groups/a/members/b/c", "/v2", "/v2/me", "/v10/me", "/v0/users", "/v1.1/me",
                 "/v1/me%2Fpassword"]


@pytest.fixture(name="service_key", scope="module")
def fixture_service_key(server, command_line):
    assert command_line
    return World(server).service(unique("service")).token


def caller(world, call, request):
    """Somebody with the right kind of token for a call."""
    if call.needs == "service":
        return world.stranger.with_token(request.getfixturevalue("service_key"))
    if call.needs == "admin":
        return world.admin()
    return world.stranger if call.needs == "nothing" else world.person("alice")


@pytest.mark.parametrize("path", UNKNOWN_PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_path_is_404_before_anything_else(world, path, method):
    for device in (world.stranger, world.stranger.with_token("garbage")):
        body = HUGE if method == "POST" else None
        device.call(method, path, data=body).refused(404, "not_found")


@pytest.mark.parametrize("path", sorted({call.filled for call in CALLS}))
def test_a_wrong_method_is_405_with_allow_before_the_token(world, path):
    right = {call.method for call in CALLS if call.filled == path}
    possible = right | {call.method for call in CALLS if call.matches(path)}
    for method in set(METHODS) - possible:
        answer = world.stranger.call(method, path, data=b"{" if method != "GET" else None)
        answer.refused(405, "method_not_allowed")
        allowed = set(re.split(r",\s*", answer.headers["allow"]))
        assert right <= allowed and method not in allowed, answer.headers["allow"]


@pytest.mark.parametrize("call", **named([call for call in WITH_BODY if call.needs != "nothing"]))
def test_the_token_comes_before_the_body(world, call):
    for token in (None, "garbage"):
        api = world.stranger.with_token(token)
        for data, headers in ((HUGE, JSON), (b"{not json", JSON), (b"x", {"Content-Type": "text/plain"}), (None, {})):
            api.call(call.method, call.filled, data=data, headers=headers).refused(401, "unauthenticated")


@pytest.mark.parametrize("call", **named(WITH_BODY))
def test_a_body_that_is_not_json_is_400(world, call, request):
    api = caller(world, call, request)
    for data in (b"{not json", b"{", b"", b"{} {}", b"{\"a\":}", b"\xff\xfe{}", b"[" * 20000, b"nul", b"{'a':1}",
                 b"{\"a\":1,}", b"{\"a\":01}", b"{\"a\":\"\x01\"}", b"{\"a\":NaN}"):
        answer = api.call(call.method, call.filled, data=data, headers=JSON)
        answer.refused(400, "malformed_json")


@pytest.mark.parametrize("call", **named([call for call in WITH_BODY if call.method == "POST"]))
def test_a_post_without_its_body_is_400(world, call, request):
    caller(world, call, request).call(call.method, call.filled).refused(400, "malformed_json")


@pytest.mark.parametrize("call", **named(WITH_BODY))
def test_a_body_that_is_not_an_object_is_refused(world, call, request):
    api = caller(world, call, request)
    for data in (b"[]", b"5", b"\"text\"", b"null", b"true"):
        api.call(call.method, call.filled, data=data, headers=JSON).refused(400, "malformed_json")


@pytest.mark.parametrize("call", **named(WITH_BODY))
def test_a_body_over_64_kib_is_413(world, call, request):
    caller(world, call, request).call(call.method, call.filled, data=HUGE, headers=JSON).refused(413, "body_too_large")


@pytest.mark.parametrize("call", **named(WITH_BODY))
def test_a_body_of_another_type_is_415(world, call, request):
    api = caller(world, call, request)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonx", "text/json",
                 "multipart/form-data; boundary=application/json", None):
        headers = {"Content-Type": kind} if kind else {}
        answer = api.call(call.method, call.filled, data=b"{}", headers=headers)
        answer.refused(415, "unsupported_media_type")


def test_null_counts_as_left_out(world):
    alice = world.person("alice", name="Alice")
    assert alice.patch("/v1/me", {"name": None, "bio": "x"}).ok()["name"] == "Alice"
    alice.post("/v1/groups", {"name": None}).refused(422, "invalid_fields")


def test_a_patch_that_changes_nothing_is_fine(world):
    alice = world.person("alice")
    before = alice.get("/v1/me").ok()
    assert alice.patch("/v1/me", {}).ok() == before
    group = alice.new_group()
    assert alice.patch(f"/v1/groups/{group}", {}).ok() == alice.group(group)


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "Application/JSON",
                                  "application/json;charset=UTF-8"])
def test_json_by_any_of_its_names_is_taken(world, kind):
    alice = world.person("alice")
    alice.call("PATCH", "/v1/me", data=b'{"bio":"x"}', headers={"Content-Type": kind}).ok()


@pytest.mark.parametrize("call", **named([call for call in WITH_BODY if call.wrong]))
def test_fields_come_before_existence(world, call, request):
    problem = caller(world, call, request).call(call.method, call.filled, call.wrong).refused(422, "invalid_fields")
    assert set(call.wrong) <= set(problem["fields"]), "every wrong field is named"


@pytest.mark.parametrize("call", **named([call for call in CALLS if call.unknown]))
def test_what_does_not_exist_is_404(world, call, request):
    call.ask(caller(world, call, request)).refused(call.unknown, "not_found")


def reader(world, path):
    """Somebody who may read a list."""
    return world.admin() if path.startswith("/v1/admin/") else world.person("alice")


@pytest.mark.parametrize("path", LISTS)
def test_every_list_cuts_its_limit_and_refuses_what_is_no_number(world, path):
    alice, joint = reader(world, path), "&" if "?" in path else "?"
    for limit in ("0", "-1", "1", "200", "1000000"):
        alice.get(f"{path}{joint}limit={limit}").ok()
    for limit in ("x", "1x", "1.5", "0x10"):
        alice.get(f"{path}{joint}limit={limit}").refused(400, "bad_parameter")


@pytest.mark.parametrize("path", LISTS)
def test_every_list_refuses_a_garbage_cursor_and_takes_the_empty_one(world, path):
    alice, joint = reader(world, path), "&" if "?" in path else "?"
    assert set(alice.get(f"{path}{joint}cursor=").ok()) >= {"items", "next"}
    for cursor in ("garbage", "!!!!", "%FF%FE", "e30="):
        alice.get(f"{path}{joint}cursor={cursor}").refused(400, "bad_cursor")


def test_a_cursor_of_one_list_does_not_fit_another(world):
    alice = world.person("alice")
    for other in world.people("one", "two"):
        alice.put(f"/v1/blocks/{other.key}")
    _, cursor = alice.page("/v1/blocks", limit=1)
    answer = alice.get("/v1/offline", cursor=cursor)
    assert answer.status in (200, 400), answer


def test_right_comes_before_state(world):
    alice, bob = world.people("alice", "bob")
    request = alice.ask(bob)
    bob.answer(request).ok()
    alice.answer(request).refused(403, "forbidden")


def test_existence_comes_before_right(world):
    group, owner, bob = world.group_of("owner", "bob")
    bob.change_member(group, world.person("outsider"), role="admin").refused(404, "not_found")
    bob.patch(f"/v1/groups/{unique('none')}", {"name": "x"}).refused(404, "not_found")


def test_fields_come_before_right_and_state(world):
    group, owner, bob = world.group_of("owner", "bob")
    bob.patch(f"/v1/groups/{group}", {"name": 5}).refused(422, "invalid_fields")
    bob.post(f"/v1/groups/{group}/requests", {"note": 5}).refused(422, "invalid_fields")


def get_as_written(device, path):
    """A GET whose path no library tidies up."""
    host = device.base.split("//")[1]
    head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {device.token}\r\n\r\n"
    return ask(device.base, head, "GET", path)


def test_an_escaped_path_is_the_same_path(world):
    alice = world.person("alice")
    escaped = "".join(f"%{ord(c):02X}" for c in alice.key)
    assert get_as_written(alice, f"/v1/users/{escaped}").ok()["key"] == alice.key
    assert get_as_written(alice, f"/v1/users/{escaped.lower()}").ok()["key"] == alice.key


@pytest.mark.parametrize("odd", ["/v1/users/..%2Fme", "/v1/users/%00", "/v1/users/%FF", "/v1/users/%zz", "/v1/users/%",
                                 "/v1/users/../me", "/v1/./me", "//v1/me", "/v1/users/a%2"])
def test_an_odd_path_finds_nothing(world, odd):
    get_as_written(world.person("alice"), odd).refused_with_any(400, 404)
