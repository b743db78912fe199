"""Service keys: what they are for, how long they live, and how they end."""
import subprocess
import time

import pytest

from kit.api import Api
from kit.names import unique
from kit.server import binary, run_admin
from kit.waiting import eventually
from kit.world import PASSWORD


def push(service, **more):
    return service.post("/v1/push", {"to": {"groups": [unique("none")]}, "msg": "x", **more})


def works(service):
    """404 is behind the key: it names what is not there."""
    return push(service).status == 404


@pytest.fixture(name="make")
def fixture_make(world, command_line):
    def make(*arguments, name=None):
        name = name or unique("shop")
        printed = run_admin(command_line, "key", "--name", name, *arguments)
        service = Api(world.base, printed.splitlines()[-1])
        service.name = name
        return service
    return make


def try_admin(admin_url, *arguments):
    return subprocess.run([binary(), "admin", "--admin", admin_url.split("//", 1)[1], *arguments], capture_output=True,
                          text=True, timeout=20, check=False)


def line_of(admin_url, name, *command):
    found = [line for line in run_admin(admin_url, *(command or ("key", "list"))).splitlines() if line.endswith(name)]
    return found[0] if len(found) == 1 else found


def test_a_revoked_key_is_dead_with_its_next_call(command_line, make):
    service, other = make(), make()
    assert works(service) and works(other)
    run_admin(command_line, "key", "revoke", service.name)
    push(service).refused(401, "unauthenticated")
    assert works(other)
    assert line_of(command_line, service.name) == []
    again = try_admin(command_line, "key", "revoke", service.name)
    assert again.returncode == 1 and service.name in again.stderr, again


def test_a_key_of_another_scope_is_403_and_says_which_it_lacks(make):
    problem = push(make("--scopes", "users,import")).refused(403, "forbidden")
    assert "push" in problem["detail"]
    assert works(make("--scopes", "users,push"))


def test_the_scope_is_looked_at_before_the_body(make):
    make("--scopes", "users").call("POST", "/v1/push", data=b"{not json").refused(403, "forbidden")


def test_a_key_expires(command_line, make):
    service = make("--expires", "1")
    assert eventually(lambda: push(service).status == 401, within=10)
    assert "expired" in line_of(command_line, service.name)
    assert works(make("--expires", "3600"))


def test_a_name_is_given_once(command_line, make):
    service = make()
    for name in (service.name, service.name.upper()):
        refused = try_admin(command_line, "key", "--name", name)
        assert refused.returncode == 1 and "revoke it first" in refused.stderr and refused.stdout == "", refused
    run_admin(command_line, "key", "revoke", service.name)
    assert works(make(name=service.name))


@pytest.mark.parametrize("arguments, says", [(("--scopes", "everything"), "scopes"), (("--name", ""), "name"),
                                             (("--name", "x" * 65), "name"), (("--expires", "-1"), "expires")])
def test_what_cannot_be_made_is_said(command_line, arguments, says):
    name = () if "--name" in arguments else ("--name", unique("odd"))
    refused = try_admin(command_line, "key", *name, *arguments)
    assert refused.returncode == 2 and says in refused.stderr and "gwk_" not in refused.stdout, refused


def test_the_list_shows_what_is_known_and_no_secret(command_line, make):
    service = make("--scopes", "push,users", "--expires", "86400")
    secret = service.token.rsplit("_", 1)[1]
    line = line_of(command_line, service.name)
    assert "push,users" in line and time.strftime("%Y-%m-%d", time.gmtime(time.time() + 86400)) in line
    assert secret not in run_admin(command_line, "key", "list") and line == line_of(command_line, service.name, "keys")


def test_the_admin_page_lists_and_revokes_and_it_is_written_down(world, make):
    admin, service = world.admin(), make("--scopes", "push,business")
    assert works(service)
    row, = [row for row in admin.items("/v1/admin/keys", limit=3) if row["name"] == service.name]
    assert (row["scopes"], row["expiresAt"]) == (["push", "business"], None) and row["lastUsedAt"] >= row["createdAt"]
    admin.delete(f"/v1/admin/keys/{row['id']}").ok(204)
    push(service).refused(401, "unauthenticated")
    admin.delete(f"/v1/admin/keys/{row['id']}").refused(404, "not_found")
    entry = admin.items("/v1/admin/audit", limit=5)[0]
    assert (entry["admin"], entry["action"], entry["target"]) == (admin.key, "remove_key", service.name)


def test_nobody_has_the_name_of_a_key_and_no_key_that_of_an_account(world, command_line, make):
    service = make()
    problem = world.stranger.post("/v1/users", {"key": service.name, "password": PASSWORD}).refused(409, "key_taken")
    assert "business system" in problem["detail"]
    alice = world.account("alice")
    refused = try_admin(command_line, "key", "--name", alice.key.upper())
    assert refused.returncode == 1 and "account" in refused.stderr, refused


@pytest.mark.embedded
def test_keys_of_a_directory_at_rest(start_server, tmp_path):
    server = start_server()
    assert server.stop() == 0

    def run(*arguments):
        return subprocess.run([binary(), "admin", "--data", server.data, *arguments], capture_output=True, text=True,
                              timeout=30, check=False)
    key = run("key", "--name", "shop").stdout.splitlines()[-1]
    assert run("key", "--name", "shop").returncode == 1
    assert "shop" in run("key", "list").stdout
    dead = run("key", "--name", "till").stdout.splitlines()[-1]
    assert run("key", "revoke", "till").returncode == 0 and run("key", "revoke", "till").returncode == 1
    server.start()
    assert works(Api(server.url, key))
    push(Api(server.url, dead)).refused(401, "unauthenticated")
