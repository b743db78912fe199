"""Names of people, groups, friends, devices, notices and service keys: one rule, and kept without blanks around them."""
import subprocess

import pytest

from kit.names import unique
from kit.server import binary, run_admin
from kit.world import PASSWORD

BAD = {"a line break": "Ann\n12:00 Bob", "an escape sequence": "\x1b[31mAnn", "a C1 control": "Ann\x9b31m", "U+2028": "Ann\u2028Bob",
       "an override": "\u202enimda", "an open isolate": "\u2067Ann", "a closed one that was not open": "Ann\u2069",
       "zero-width": "\u200b\u200b", "a Hangul filler": "\u3164", "Braille blank": "\u2800", "a mark alone": "\u0301"}
GOOD = ["日本", "👨‍👩‍👧‍👦", "علی‌رضا", "O'Neil-Smith", "\u2067שלום\u2069 Ann"]


def register(world, name):
    return world.stranger.post("/v1/users", {"key": unique("named"), "password": PASSWORD, "name": name})


def change_me(world, name):
    return world.person("alice").patch("/v1/me", {"name": name})


def make_group(world, name):
    return world.person("owner").post("/v1/groups", {"name": name, "members": []})


def change_group(world, name):
    group, owner = world.group_of("owner")
    return owner.patch(f"/v1/groups/{group}", {"name": name})


def alias(world, name):
    alice, bob = world.friends("alice", "bob")
    answer = alice.patch(f"/v1/friends/{bob.key}", {"alias": name})
    return answer


def device(world, name):
    return world.account("alice").try_to_log_in("d-1", name)


def title(world, name):
    if world.server.admin_url is None:
        pytest.skip("needs the admin listener")
    return world.admin().post("/v1/admin/notices", {"to": {"users": [world.account("bob").key]}, "msg": "x", "title": name})


def added(world, name):
    return world.admin().post("/v1/admin/users", {"key": unique("named"), "name": name})


WHERE = {"name": [register, change_me, make_group, change_group, added], "alias": [alias], "device": [device], "title": [title]}
PLACES = [(call, field) for field, calls in WHERE.items() for call in calls]


@pytest.mark.parametrize("call, field", PLACES, ids=[call.__name__ for call, _ in PLACES])
@pytest.mark.parametrize("what", BAD)
def test_a_name_that_hides_or_lies_is_422(world, call, field, what):
    problem = call(world, BAD[what]).refused(422, "invalid_fields")
    (named, why), = problem["fields"].items()
    assert named.split(".")[0] == field and why.startswith("must "), problem


def kept(answer):
    value = answer.ok(200, 201, 202)
    return value.get("session", {}).get("device", {}).get("name") or value.get("alias") or value.get("name")


@pytest.mark.parametrize("call", [register, change_me, make_group, change_group, alias, device], ids=lambda call: call.__name__)
def test_good_names_are_kept_as_they_are_without_blanks_around(world, call):
    for good in GOOD:
        assert kept(call(world, good)) == good
    assert kept(call(world, " \u3000 Ann  Bee\u00a0\n")) == "Ann  Bee"


@pytest.mark.parametrize("call", [register, change_me, make_group, change_group], ids=lambda call: call.__name__)
@pytest.mark.parametrize("blank", [" ", "\u3000", "\t\n"])
def test_blanks_are_no_name(world, call, blank):
    assert "1 to 64" in call(world, blank).refused(422, "invalid_fields")["fields"]["name"]


def test_blanks_take_an_alias_away(world):
    alice, bob = world.friends("alice", "bob")
    alice.patch(f"/v1/friends/{bob.key}", {"alias": "Bobby"}).ok()
    assert alice.patch(f"/v1/friends/{bob.key}", {"alias": " \u3000"}).ok()["alias"] == ""


def test_a_service_key_has_such_a_name_too(command_line):
    for bad in BAD.values():
        done = subprocess.run([binary(), "admin", "--admin", command_line.split("//")[1], "key", "--name", bad],
                              capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == 2 and "gwk_" not in done.stdout, done
    name = unique("shop")
    run_admin(command_line, "key", "--name", f"  {name}\u3000")
    assert [line for line in run_admin(command_line, "key", "list").splitlines() if line.endswith("  " + name)]


def test_old_names_reach_no_terminal(start_server):
    """Names from before the rule, as they lie in the database."""
    server = start_server()
    from kit.world import World
    alice = World(server).account("alice")
    assert server.stop() == 0
    server.rename_in_store(alice.key, "\x1b]0;pwned\x07\x1b[2J\nroot  admin\x9b2J\u202e")
    server.start()
    out = run_admin(server.admin_url, "users", alice.key)
    assert out.count("\n") == 1 and "pwned" in out, out
    assert not [c for c in out if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or c == "\u202e"], out
