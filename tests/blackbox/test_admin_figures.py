"""Overview, rates, processes and settings: what all processes say of themselves together."""
import os
import signal
import subprocess
import time

import pytest

from kit.names import unique
from kit.server import binary, run_admin
from kit.waiting import eventually
from kit.world import World

QUEUES = {"accounts-read", "accounts-write", "passwords", "openings"}
OF_ONE = {"archive-read", "messages-read", "messages-write", "bus-store", "bus-offline"}
OF_MANY = {"ledger-commit", "ledger-read", "elasticsearch", "relay", "positions", "positions-behind"}
ROLES = {"gateway", "user", "dispatch", "node", "archive", "offline"}


def is_one(server):
    return len(server.processes()) == 1


@pytest.fixture(name="admin")
def fixture_admin(world):
    return world.admin()


def test_the_overview_counts_what_there_is(start_server):
    server = start_server()
    world = World(server)
    admin = world.admin()
    alice, bob = world.friends("alice", "bob")
    group = alice.new_group(bob)
    alice.new_group()
    bob.another()
    channels = [alice.connect(), alice.another().connect(), bob.connect()]
    alice.sent(bob, "one")
    shown = admin.get("/v1/admin/overview").ok()
    assert (shown["users"], shown["groups"], shown["sessions"]) == (3, 2, 5)
    assert (shown["connections"], shown["onlineUsers"]) == (3, 2)
    assert abs(shown["time"] - time.time() * 1000) < 10_000 and shown["startedAt"] <= shown["time"]
    assert (shown["processes"], shown["missing"]) == (len(server.processes()), [])
    assert {queue["name"] for queue in shown["queues"]} == QUEUES | (OF_ONE if is_one(server) else OF_MANY)
    for queue in shown["queues"]:
        assert (queue["bound"] is None) == queue["name"].startswith("bus-"), queue
        assert queue["bound"] is None or queue["depth"] <= queue["bound"], queue
    assert eventually(lambda: admin.get("/v1/admin/overview").ok()["inbox"]["entries"] > 0)
    assert eventually(lambda: admin.get("/v1/admin/overview").ok()["archive"]["lag"] == 0)
    alice.delete(f"/v1/groups/{group}").ok(204)
    bob.delete("/v1/sessions/current").ok(204)
    channels[2].ended_with(4502)
    channels[2].close()
    channels[0].close()
    again = eventually(lambda: (now := admin.get("/v1/admin/overview").ok())["connections"] == 1 and now)
    assert (again["groups"], again["sessions"], again["onlineUsers"]) == (1, 4, 1)
    world.close()


def test_rates_have_a_past_when_the_page_opens(world, admin):
    alice, bob = world.friends("alice", "bob")
    began = admin.get("/v1/admin/overview").ok()["time"]
    channel = bob.connect()
    for _ in range(3):
        alice.sent(bob)
        channel.expect(101)

    def samples():
        found = admin.get("/v1/admin/rates", since=began).ok()["items"]
        # Each process samples at a time of its own: a send may be told of before its push.
        least = {"sends": 3, "pushes": 3, "connects": 1, "requests": 3}
        return found if all(sum(one[name] for one in found) >= count for name, count in least.items()) else None
    found = eventually(samples, within=15, every=0.2)
    assert found[-1]["answerMs"] > 0
    assert found[0]["connections"] >= 1
    times = [one["time"] for one in found]
    assert times == sorted(times) and min(times) > began
    assert admin.get("/v1/admin/rates", since=times[-1] + 60_000).ok()["items"] == []
    everything = admin.get("/v1/admin/rates").ok()
    assert everything["interval"] == 5000 and len(everything["items"]) <= 720
    gaps = [later["time"] - one["time"] for one, later in zip(everything["items"], everything["items"][1:])]
    assert all(gap >= 4_900 for gap in gaps), gaps


@pytest.mark.parametrize("since", ["x", "-1", "1.5"])
def test_since_is_a_whole_number(admin, since):
    admin.get("/v1/admin/rates", since=since).refused(400, "bad_parameter")


def test_the_processes_are_listed(world, admin):
    alice = world.person("alice")
    alice.connect()
    nodes = admin.items("/v1/admin/nodes")
    overview = admin.get("/v1/admin/overview").ok()
    assert [node["node"] for node in nodes] == sorted(process.name for process in world.server.processes())
    assert sorted(role for node in nodes for role in node["roles"]) == sorted(ROLES)
    mine, = [node for node in nodes if node["node"] == admin.login["node"]]
    assert mine["connections"] >= 1 and mine["users"] >= 1 and "node" in mine["roles"]
    user, = [node for node in nodes if "user" in node["roles"]]
    assert (user["version"], user["startedAt"]) == (overview["version"], overview["startedAt"])


def ready(admin):
    """All processes, once each is ready."""
    def look():
        found = admin.items("/v1/admin/processes")
        return found if {one["state"] for one in found} == {"ready"} else None
    return eventually(look, within=10, every=0.2)


def test_each_process_tells_what_it_has(world, admin):
    found = ready(admin)
    assert [one["process"] for one in found] == sorted(process.name for process in world.server.processes())
    for one in found:
        assert one["troubles"] == [] and abs(one["clockAhead"]) < 1_000, one
        assert abs(one["startedAt"] - time.time() * 1000) < 3_600_000
        assert ("signingKey" in one) == ("user" in one["roles"]), one
        assert ("address" in one) == (not is_one(world.server)), one
    assert sum(one["connections"] for one in found) == admin.get("/v1/admin/overview").ok()["connections"]
    lines = run_admin(world.server.admin_url, "processes").splitlines()
    assert [line.split()[:2] for line in lines] == [[one["process"], "ready"] for one in found]
    everything = [one for _, one in sorted((one["process"], one["process"]) for one in found)]
    assert [one["process"] for one in admin.items("/v1/admin/processes", limit=1)] == everything


def test_every_shard_has_one_owner_where_there_are_shards(world, admin):
    ready(admin)
    shards = admin.get("/v1/admin/shards").ok()
    assert shards["missing"] == [] and shards["unowned"] == []
    assert shards["total"] == (0 if is_one(world.server) else 256)
    assert sorted(shard for owner in shards["owners"] for shard in owner["shards"]) == list(range(shards["total"]))
    assert [owner["process"] for owner in shards["owners"]] == [one["process"] for one in admin.items("/v1/admin/processes")
                                                               if one["shards"]]


def setting(admin, name):
    found, = [one for one in admin.items("/v1/admin/settings") if one["name"] == name]
    return found


def test_settings_in_force_with_their_source_and_no_secret(start_server, tmp_path):
    file, secret = tmp_path / "a.toml", unique("not for anybody ")
    file.write_text('[messages]\nrecall_window = 60\n[limits]\nsends_per_user = 7.5\n', encoding="utf-8")
    server = start_server(arguments=["--config", str(file), "--set", f"admin.key={secret}"], INBOX_KEEP=1000)
    admin = keyed_admin(server, secret)
    shown = {name: setting(admin, name) for name in
             ("messages.recall_window", "limits.sends_per_user", "inbox.keep", "storage.data", "admin.key",
              "http.threads", "gateway.origins", "limits.enabled")}
    of = {name: (one["value"], one["default"], one["source"]) for name, one in shown.items()}
    assert of["messages.recall_window"] == (60, 120, "file") and shown["messages.recall_window"]["reload"] is True
    assert of["limits.sends_per_user"] == (7.5, 20, "file") and shown["limits.sends_per_user"]["reload"] is False
    assert of["inbox.keep"] == (1000, 259200, "environment")
    assert of["storage.data"] == (server.data, "./data", "flag")
    assert of["http.threads"] == (0, 0, "default")
    assert of["gateway.origins"] == ([], [], "default")
    assert of["limits.enabled"] == (False, True, "environment")
    assert of["admin.key"] == (None, None, "flag") and shown["admin.key"]["secret"] is True
    assert secret not in str(admin.items("/v1/admin/settings"))
    file.write_text("[messages]\nrecall_window = 90\n", encoding="utf-8")
    server.signal(signal.SIGHUP)
    assert eventually(lambda: setting(admin, "messages.recall_window")["value"] == 90)
    assert setting(admin, "limits.sends_per_user")["value"] == 7.5, "what needs a restart is still in force"


def keyed_admin(server, secret):
    """An admin on a server that wants its admin.key of the command line."""
    person = World(server).person("admin")
    command = [binary(), "admin", "--admin", server.admin_url.split("//", 1)[1], "users", "grant-admin", person.key]
    done = subprocess.run(command, env={**os.environ, "GODWIT_ADMIN_KEY": secret}, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, done
    return person


def test_settings_are_listed_by_name_in_pages(admin):
    pages = [one["name"] for one in admin.items("/v1/admin/settings", limit=7)]
    assert pages == sorted(set(pages)) and len(pages) > 30
    assert pages == [one["name"] for one in admin.items("/v1/admin/settings", limit=200)]
