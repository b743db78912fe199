"""`godwit admin`: accounts and passwords, and what it says."""
import subprocess

import pytest

from kit.names import unique
from kit.server import binary, run_admin
from kit.world import PASSWORD


def log_in(world, key, password):
    return world.stranger.post("/v1/sessions", {"key": key, "password": password})


def try_admin(admin_url, *arguments):
    return subprocess.run([binary(), "admin", "--admin", admin_url.split("//", 1)[1], *arguments], capture_output=True,
                          text=True, timeout=20, check=False)


def test_an_account_is_added_with_a_password_on_the_last_line(world, command_line):
    key = unique("added")
    password = run_admin(command_line, "users", "add", key.upper(), "--name", "Carol 卡罗").splitlines()[-1]
    assert log_in(world, key, password).ok(201)["user"]["name"] == "Carol 卡罗"
    again = try_admin(command_line, "users", "add", key)
    assert again.returncode == 1 and "account with this key" in again.stderr and again.stdout == "", again
    log_in(world, key, password).ok(201)


@pytest.mark.parametrize("key, code, says", [("x", 2, "key must have"), ("system", 1, "speaks as"), ("godwit", 1, "speaks as")])
def test_what_cannot_be_added_is_said(command_line, key, code, says):
    refused = try_admin(command_line, "users", "add", key)
    assert refused.returncode == code and says in refused.stderr and refused.stdout == "", refused


def test_a_new_password_ends_the_sessions(world, command_line):
    alice = world.person("alice")
    channel = alice.connect()
    password = run_admin(command_line, "users", "password", alice.key.upper()).splitlines()[-1]
    channel.ended_with(4502, within=2)
    alice.get("/v1/me").refused(401, "unauthenticated")
    log_in(world, alice.key, PASSWORD).refused(401, "bad_credentials")
    log_in(world, alice.key, password).ok(201)
    nobody = try_admin(command_line, "users", "password", unique("nobody"))
    assert nobody.returncode == 1 and "no account" in nobody.stderr and nobody.stdout == "", nobody


def test_every_change_says_what_it_did_and_that_it_was_so_already(world, command_line):
    key = world.account("alice").key
    for words, done in ((("users", "grant-admin"), "is an admin now"), (("users", "revoke-admin"), "is no admin any more"),
                        (("disable",), "is disabled"), (("enable",), "may log in again")):
        first, second = (run_admin(command_line, *words, key) for _ in range(2))
        assert key in first and done in first, first
        assert key in second and "nothing changed" in second, second


def test_the_page_adds_and_resets_and_it_is_written_down(world):
    admin, alice, key = world.admin(), world.person("alice"), unique("added")
    added = admin.post("/v1/admin/users", {"key": key.upper(), "name": "Carol"}).ok(201)
    assert added["key"] == key
    assert log_in(world, key, added["password"]).ok(201)["user"]["name"] == "Carol"
    admin.post("/v1/admin/users", {"key": key}).refused(409, "key_taken")
    reset = admin.post(f"/v1/admin/users/{alice.key}/password").ok()
    alice.get("/v1/me").refused(401, "unauthenticated")
    log_in(world, alice.key, reset["password"]).ok(201)
    entries = [entry for entry in admin.items("/v1/admin/audit") if entry["admin"] == admin.key]
    assert [(entry["action"], entry["target"]) for entry in entries] == [("reset_password", alice.key), ("add_user", key)]
    assert added["password"] not in str(entries) and reset["password"] not in str(entries)


def test_an_admin_takes_no_other_admins_account(world):
    admin, other = world.admin(), world.admin()
    admin.post(f"/v1/admin/users/{other.key}/password").refused(403, "forbidden")
    admin.post(f"/v1/admin/users/{admin.key}/password").refused(403, "forbidden")
    other.get("/v1/me").ok()
    admin.get("/v1/me").ok()


@pytest.mark.embedded
def test_accounts_of_a_directory_at_rest(start_server):
    server = start_server()
    assert server.stop() == 0

    def run(*arguments):
        return subprocess.run([binary(), "admin", "--data", server.data, *arguments], capture_output=True, text=True,
                              timeout=30, check=False)
    password = run("users", "add", "carol").stdout.splitlines()[-1]
    assert run("users", "add", "carol").returncode == 1
    assert "is an admin now" in run("users", "grant-admin", "carol").stdout
    assert "nothing changed" in run("users", "grant-admin", "carol").stdout
    newer = run("users", "password", "carol").stdout.splitlines()[-1]
    text = run("invite").stdout.splitlines()[-1]
    assert text.split("_")[1] in run("invite", "list").stdout and run("invite", "revoke", text).returncode == 0
    server.start()
    from kit.world import World
    world = World(server)
    log_in(world, "carol", password).refused(401, "bad_credentials")
    log_in(world, "carol", newer).ok(201)


def test_the_list_of_processes_wants_a_running_server(tmp_path):
    done = subprocess.run([binary(), "admin", "processes", "--data", str(tmp_path)], capture_output=True, text=True, timeout=20,
                          check=False)
    assert done.returncode != 0 and "directory" in done.stderr and not done.stdout, done
