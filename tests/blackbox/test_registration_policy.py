"""Who may register: everybody, whoever has an invite, nobody; and keys that are not to be had."""
import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from kit.names import unique
from kit.server import binary, run_admin
from kit.waiting import eventually
from kit.world import PASSWORD, World

SETTINGS = {"REGISTRATION": "invite", "RESERVED_KEYS": "boss,ceo"}


def register(world, invite=None, key=None):
    body = {"key": key or unique("new"), "password": PASSWORD}
    return world.stranger.post("/v1/users", {**body, **({"invite": invite} if invite is not None else {})})


def invite(world, *arguments):
    return run_admin(world.server.admin_url, "invite", *arguments).splitlines()[-1]


def invites(world):
    """The lines of the list by id."""
    return {line.split()[0]: line for line in run_admin(world.server.admin_url, "invite", "list").splitlines()}


def test_it_is_told_to_everybody(world, own_world):
    assert world.stranger.get("/v1/registration").ok() == {"registration": "open"}
    assert own_world.stranger.get("/v1/registration").ok() == {"registration": "invite"}


def test_without_a_good_invite_it_is_403(own_world):
    for given in (None, "", "nonsense", "gwi_" + "a" * 12 + "_" + "b" * 32):
        register(own_world, given).refused(403, "registration_closed")
    own_world.stranger.post("/v1/users", {"key": "!", "password": PASSWORD}).refused(422, "invalid_fields")
    own_world.stranger.post("/v1/users", {"key": unique("x"), "password": PASSWORD, "invite": 5}).refused(422)


def test_an_invite_is_for_one_account_unless_more_are_said(own_world):
    once, thrice = invite(own_world), invite(own_world, "--uses", "3")
    register(own_world, once).ok(201)
    register(own_world, once).refused(403, "registration_closed")
    for _ in range(3):
        register(own_world, thrice).ok(201)
    register(own_world, thrice).refused(403, "registration_closed")
    anybody = invite(own_world, "--uses", "0")
    for _ in range(5):
        register(own_world, anybody).ok(201)


def test_of_twenty_at_once_one_comes_in(own_world):
    once = invite(own_world, "--uses", "1")
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: register(own_world, once).status, range(20)))
    assert sorted(answers) == [201] + [403] * 19


def test_what_fails_otherwise_spends_nothing(own_world):
    once, taken = invite(own_world), unique("taken")
    register(own_world, invite(own_world), taken).ok(201)
    register(own_world, once, taken).refused(409, "key_taken")
    register(own_world, once, "x").refused(422, "invalid_fields")
    register(own_world, once).ok(201)


def test_an_invite_expires_and_is_revoked(own_world):
    short = invite(own_world, "--expires", "1", "--uses", "0")
    assert eventually(lambda: register(own_world, short).status == 403, within=10)
    gone, other = invite(own_world), invite(own_world)
    identity = gone.split("_")[1]
    assert "used 0 of 1" in invites(own_world)[identity]
    run_admin(own_world.server.admin_url, "invite", "revoke", identity)
    register(own_world, gone).refused(403, "registration_closed")
    assert identity not in invites(own_world)
    run_admin(own_world.server.admin_url, "invite", "revoke", other)  # the invite itself does, too
    register(own_world, other).refused(403, "registration_closed")


def test_no_list_and_no_log_shows_an_invite(own_world):
    text = invite(own_world)
    secret = text.rsplit("_", 1)[1]
    register(own_world, text).ok(201)
    assert secret not in run_admin(own_world.server.admin_url, "invite", "list")
    assert secret not in own_world.server.log_text()


@pytest.mark.parametrize("key", ["system", "godwit", "admin", "administrator", "root", "server", "SYSTEM", "Admin"])
def test_some_keys_are_nobodys(world, key):
    register(world, key=key).refused(409, "key_taken")


def test_the_operator_reserves_more_and_makes_them(own_world):
    for key in ("boss", "CEO"):
        register(own_world, invite(own_world, "--uses", "0"), key).refused(409, "key_taken")
    password = run_admin(own_world.server.admin_url, "users", "add", "boss").splitlines()[-1]
    own_world.stranger.post("/v1/sessions", {"key": "boss", "password": password}).ok(201)


def test_closed_is_closed_and_follows_sighup(start_server, tmp_path):
    settings = tmp_path / "godwit.toml"
    settings.write_text('registration = "closed"\n', encoding="utf-8")
    server = start_server(arguments=["--config", str(settings)])
    world = World(server)
    text = invite(world)
    register(world, text).refused(403, "registration_closed")
    assert world.stranger.get("/v1/registration").ok() == {"registration": "closed"}
    settings.write_text('registration = "open"\nreserved_keys = ["boss"]\n', encoding="utf-8")
    server.signal(signal.SIGHUP)
    assert eventually(lambda: world.stranger.get("/v1/registration").ok() == {"registration": "open"}, within=5)
    register(world).ok(201)
    register(world, text).ok(201)
    assert "used 0 of 1" in invites(world)[text.split("_")[1]]  # where it is open an invite is not needed
    register(world, key="boss").refused(409, "key_taken")


@pytest.mark.parametrize("setting, says", [("registration=maybe", "open, invite, closed"), ("reserved_keys=Boss", "lower-case")])
def test_a_wrong_setting_is_said(setting, says):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GODWIT_")}
    done = subprocess.run([binary(), "config", "check", "--set", setting], capture_output=True, text=True, timeout=20,
                          check=False, env=clean)
    assert done.returncode == 2 and says in done.stderr, done
