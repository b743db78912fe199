"""GET /v1/admin/audit: every change that an admin made, by page or by command line, and nothing that was refused."""
import subprocess

import pytest

from kit.names import unique
from kit.server import binary, run_admin
from kit.world import World


@pytest.fixture(name="admin")
def fixture_admin(world):
    return world.admin()


def deeds(admin, by=None):
    """(action, target) of one admin's entries, newest first."""
    return [(entry["action"], entry["target"]) for entry in admin.items("/v1/admin/audit")
            if entry["admin"] == (by or admin.key)]


def test_every_change_of_the_page_is_written_down(world, admin):
    group, alice, bob = world.group_of("alice", "bob")
    second = alice.another()
    admin.delete(f"/v1/admin/users/{alice.key}/sessions/{second.session_id}").ok(204)
    admin.delete(f"/v1/admin/users/{alice.key}/sessions").ok(204)
    admin.post(f"/v1/admin/users/{alice.key}/disable").ok()
    admin.post(f"/v1/admin/users/{alice.key}/enable").ok()
    admin.post("/v1/admin/notices", {"to": {"users": [bob.key], "groups": [group]}, "msg": "secret text"}).ok(202)
    admin.post("/v1/admin/notices", {"to": {"all": True}, "msg": "secret text", "title": "Boat"}).ok(202)
    admin.delete(f"/v1/admin/groups/{group}").ok(204)
    assert deeds(admin) == [
        ("dissolve_group", group), ("push_notice", "all"), ("push_notice", f"{bob.key} g:{group}"),
        ("enable_user", alice.key), ("disable_user", alice.key), ("end_sessions", alice.key),
        ("end_session", alice.key)]
    mine = [entry for entry in admin.items("/v1/admin/audit") if entry["admin"] == admin.key]
    assert [entry["detail"] for entry in mine] == ["a group", "Boat", "", "", "", "", second.session_id]
    assert [entry["time"] for entry in mine] == sorted((entry["time"] for entry in mine), reverse=True)
    assert len({entry["id"] for entry in mine}) == len(mine)
    assert "secret text" not in str(mine)


def test_every_change_of_the_command_line_is_written_down(world, admin):
    alice, name = world.account("alice"), unique("shop")
    for arguments in (("users", "grant-admin", alice.key), ("users", "revoke-admin", alice.key),
                      ("disable", alice.key), ("enable", alice.key)):
        run_admin(world.server.admin_url, *arguments)
    key = world.service(name).token
    entries = [entry for entry in admin.items("/v1/admin/audit") if entry["admin"] == "(command line)"]
    found = [(entry["action"], entry["target"]) for entry in entries if entry["target"] in (alice.key, name)]
    assert found == [("make_key", name), ("enable_user", alice.key), ("disable_user", alice.key),
                     ("revoke_admin", alice.key), ("grant_admin", alice.key)]
    assert key not in str(entries)


@pytest.mark.embedded
def test_a_backup_is_written_down(world, admin, tmp_path):
    target = str(tmp_path / "backup")
    run_admin(world.server.admin_url, "backup", "--out", target)
    found = [(entry["action"], entry["target"]) for entry in admin.items("/v1/admin/audit")
             if entry["admin"] == "(command line)" and entry["detail"] == target]
    assert found == [("backup", "")]


def test_what_only_looks_and_what_was_refused_is_not(world, admin):
    alice = world.person("alice")
    for path in ("overview", "rates", "users", f"users/{alice.key}", "groups", "nodes", "processes", "shards", "settings", "audit"):
        admin.get(f"/v1/admin/{path}").ok()
    admin.post(f"/v1/admin/users/{admin.key}/disable").refused(403, "forbidden")
    admin.post(f"/v1/admin/users/{unique('nobody')}/disable").refused(404, "not_found")
    admin.delete(f"/v1/admin/users/{alice.key}/sessions/none").refused(404, "not_found")
    admin.post("/v1/admin/notices", {"to": 5}).refused(422, "invalid_fields")
    alice.post(f"/v1/admin/users/{admin.key}/disable").refused(403, "forbidden")
    assert deeds(admin) == [] and deeds(admin, by=alice.key) == []


def test_pages_go_back_in_time_without_a_gap_while_entries_come(world, admin):
    alice = world.account("alice")
    for _ in range(5):
        admin.post(f"/v1/admin/users/{alice.key}/enable").ok()
    first, cursor = admin.page("/v1/admin/audit", limit=3)
    admin.post(f"/v1/admin/users/{alice.key}/disable").ok()
    second, _ = admin.page("/v1/admin/audit", limit=3, cursor=cursor)
    ids = [int(entry["id"]) for entry in first + second]
    assert ids == sorted(ids, reverse=True) and len(set(ids)) == 6
    assert max(int(entry["id"]) for entry in second) < min(int(entry["id"]) for entry in first)


def at_rest(data, *arguments):
    done = subprocess.run([binary(), "admin", *arguments, "--data", data], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, f"{arguments}: {done.stdout} {done.stderr}"
    return done.stdout


@pytest.mark.embedded
def test_a_stopped_directory_takes_the_same_verbs_and_writes_them_down(start_server):
    server = start_server()
    alice = World(server).person("alice")
    assert server.stop() == 0
    at_rest(server.data, "users", "grant-admin", alice.key.upper())
    assert "admin" in at_rest(server.data, "users", alice.key).split()
    server.start()
    assert deeds(alice, by="(command line)") == [("grant_admin", alice.key)]
    assert alice.get("/v1/me").ok()["admin"] is True
    assert server.stop() == 0
    at_rest(server.data, "users", "revoke-admin", alice.key)
    server.start()
    alice.get("/v1/admin/audit").refused(403, "forbidden")


@pytest.mark.parametrize("verb", ["grant-admin", "revoke-admin"])
def test_an_unknown_account_is_an_error_and_no_deed(world, admin, verb):
    nobody = unique("nobody")
    address = world.server.admin_url.split("//", 1)[1]
    done = subprocess.run([binary(), "admin", "--admin", address, "users", verb, nobody], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 1 and "no account" in done.stderr, done
    assert nobody not in [entry["target"] for entry in admin.items("/v1/admin/audit", limit=200)]


def test_it_is_there_after_a_kill(start_server):
    server = start_server()
    world = World(server)
    admin, alice = world.admin(), world.person("alice")
    admin.post(f"/v1/admin/users/{alice.key}/disable").ok()
    server.kill()
    server.start()
    assert deeds(admin) == [("disable_user", alice.key)]
    alice.account.try_to_log_in().refused(403, "account_disabled")
