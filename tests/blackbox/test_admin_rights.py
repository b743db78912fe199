"""Who may make the calls under /v1/admin: nobody but an admin, and only for as long as they are one."""
import pytest

from kit.calls import ADMIN, named
from kit.names import unique
from kit.server import run_admin
from kit.waiting import eventually
from kit.world import World


@pytest.fixture(name="service_key", scope="module")
def fixture_service_key(server, command_line):
    assert command_line
    return run_admin(server.admin_url, "key", "--name", unique("shop")).strip().splitlines()[-1].strip()


def revoke(world, who):
    run_admin(world.server.admin_url, "users", "revoke-admin", who.key)


@pytest.mark.parametrize("call", **named(ADMIN))
def test_an_ordinary_user_is_403(world, call):
    call.ask(world.person("alice")).refused(403, "forbidden")


@pytest.mark.parametrize("call", **named(ADMIN))
def test_a_service_key_is_401(world, call, service_key):
    call.ask(world.stranger.with_token(service_key)).refused(401, "unauthenticated")


@pytest.mark.parametrize("call", **named(ADMIN))
def test_a_revoked_admin_is_403_with_the_next_call(world, call):
    admin = world.admin()
    admin.get("/v1/admin/overview").ok()
    revoke(world, admin)
    call.ask(admin).refused(403, "forbidden")
    admin.get("/v1/me").ok()


@pytest.mark.parametrize("call", **named(ADMIN))
def test_a_disabled_admin_is_401(world, call):
    admin = world.admin()
    run_admin(world.server.admin_url, "disable", admin.key)
    call.ask(admin).refused(401, "unauthenticated")


def test_an_ordinary_user_is_refused_before_body_and_fields_are_looked_at(world):
    alice = world.person("alice")
    for data in (b"{not json", b'{"to": 5}', None):
        alice.call("POST", "/v1/admin/notices", data=data).refused(403, "forbidden")
    alice.get("/v1/admin/users", limit="x").refused(403, "forbidden")


def test_my_profile_says_that_i_am_one_and_no_other_answer_does(world):
    admin, alice = world.admin(), world.person("alice")
    assert admin.get("/v1/me").ok()["admin"] is True
    assert admin.patch("/v1/me", {"bio": "keeper"}).ok()["admin"] is True
    assert admin.account.try_to_log_in().ok(201)["user"]["admin"] is True
    assert admin.put("/v1/me/password", {"old": admin.password, "new": admin.password}).ok()["admin"] is True
    for answer in (alice.get("/v1/me").ok(), alice.get(f"/v1/users/{admin.key}").ok(), alice.login["user"],
                   *alice.items("/v1/users", q=admin.key)):
        assert "admin" not in answer, answer
    revoke(world, admin)
    assert "admin" not in admin.get("/v1/me").ok()


def test_the_command_line_shows_who_is_one(world):
    admin = world.admin()
    line, = run_admin(world.server.admin_url, "users", admin.key).splitlines()
    assert line.split()[:1] == [admin.key] and "admin" in line.split()[1:], line
    revoke(world, admin)
    line, = run_admin(world.server.admin_url, "users", admin.key).splitlines()
    assert "admin" not in line.split()[1:], line


def test_the_right_goes_on_behind_a_new_login_and_a_new_account_has_none(world):
    admin = world.admin()
    admin.another().get("/v1/admin/overview").ok()
    world.person("new").get("/v1/admin/overview").refused(403, "forbidden")


def test_the_right_gives_no_more_than_the_calls_of_the_page(world):
    """Nothing that people wrote, no group and no friend is any nearer to an admin."""
    group, owner, bob = world.group_of("owner", "bob")
    message = owner.sent(bob, "between us")
    owner.sent(group, "among us")
    admin = world.admin()
    for path in (f"/v1/conversations/g:{group}/messages", f"/v1/conversations/u:{bob.key}/messages"):
        admin.get(path).refused(404, "not_found")
    admin.get(f"/v1/groups/{group}/members").refused(403, "not_member")
    assert admin.items("/v1/messages/search", q="us") == []
    admin.delete(f"/v1/messages/{message['id']}").refused(404, "not_found")
    admin.patch(f"/v1/groups/{group}", {"name": "mine"}).refused(403, "not_member")


def test_it_is_a_limited_user_as_any_other(start_server):
    server = start_server(LIMITS_ENABLED="true", LIMITS_REQUESTS_PER_USER=5)
    admin = World(server).admin()
    answers = [admin.get("/v1/admin/nodes").status for _ in range(60)]
    assert answers[0] == 200 and answers[-1] == 429, answers
    assert 5 <= answers.count(200) <= 40, answers
    assert eventually(lambda: admin.get("/v1/admin/nodes").status == 200, within=10, every=0.3)
