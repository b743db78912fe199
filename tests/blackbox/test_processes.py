"""A house of many processes as its operators see it: who is missing, what each waits for, what doctor says of it. Of one process
there is nothing of this to see."""
import os
import signal
import time

import pytest

from kit.api import Api
from kit.house import mysql
from kit.server import run_admin
from kit.waiting import eventually
from kit.world import World

pytestmark = pytest.mark.many


def processes(admin):
    return {one["process"]: one for one in admin.items("/v1/admin/processes")}


def state(admin, name):
    return processes(admin).get(name, {}).get("state")


def test_whoever_is_killed_or_stopped_is_missing_by_name_and_nobody_waits_for_it(start_server):
    house = start_server()
    admin = World(house).admin()
    archive, node = house.listed_as("archive"), house.listed_as("node")
    house.by_name["archive"].kill()
    house.by_name["node"].send_signal(signal.SIGSTOP)
    began = time.monotonic()
    overview = admin.get("/v1/admin/overview").ok()
    assert time.monotonic() - began < 5, "it waited for who cannot answer"
    assert sorted(overview["missing"]) == sorted([archive, node]) and overview["processes"] == 6
    assert sorted(admin.get("/v1/admin/rates").ok()["missing"]) == sorted([archive, node])
    assert sorted(admin.get("/v1/admin/shards").ok()["missing"]) == sorted([archive, node])
    found = processes(admin)
    assert found[archive]["state"] == found[node]["state"] == "missing" and found[node]["detail"]
    assert archive not in {one["node"] for one in admin.items("/v1/admin/nodes")}
    # What lost a role says so, and is ready all the same.
    gateway = found[house.listed_as("gateway")]
    assert gateway["state"] == "ready"
    assert "role.archive" in {trouble["part"] for trouble in gateway["troubles"] if not trouble["needed"]}
    listed = run_admin(house.admin_url, "processes")
    assert [line.split()[1] for line in listed.splitlines() if line.startswith(archive)] == ["missing"]
    house.by_name["node"].send_signal(signal.SIGCONT)
    house.start()  # the archive again, at the same address: it is one process, not two
    assert eventually(lambda: state(admin, archive) == state(admin, node) == "ready", within=15, every=0.2)
    assert len(processes(admin)) == 6


def test_who_is_told_to_end_is_gone_without_a_trace(start_server):
    house = start_server()
    admin = World(house).admin()
    gone = house.by_name["offline"]
    gone.send_signal(signal.SIGTERM)
    assert gone.wait(15) == 0
    # The settings still name its address, so it is missed there; it is not among those who announced themselves.
    assert processes(admin)[house.listed_as("offline")]["detail"]
    gateway = house.by_name["gateway"]
    gateway.send_signal(signal.SIGTERM)
    assert gateway.wait(15) == 0  # no settings name a gateway
    listed = run_admin(house.admin_url, "processes").splitlines()
    assert not [line for line in listed if line.startswith("gateway@")], listed


def test_readyz_names_the_roles_that_a_process_waits_for(start_server, tmp_path):
    house = start_server()
    for role in ("user", "archive"):
        house.by_name[role].send_signal(signal.SIGTERM)
        assert house.by_name[role].wait(15) == 0
    house.by_name["gateway"].kill()
    house.by_name["gateway"].wait()
    house.launch_one("gateway")
    look = Api(f"http://127.0.0.1:{house.admin_ports['gateway']}")

    def answer():
        try:
            return look.get("/readyz")
        except OSError:
            return None
    waiting = eventually(lambda: (found := answer()) is not None and found.status == 503 and found, within=15, every=0.1)
    body = waiting.json
    assert body["status"] == "not_ready" and body["waitsFor"] == ["role.user", "role.archive"], body
    assert body["roles"]["user"] != "ok" and body["roles"]["dispatch"] == "ok" and body["engines"]["redis"] == "ok", body
    house.launch()
    assert eventually(lambda: (found := answer()) is not None and found.status == 200, within=15, every=0.1)
    house.by_name["archive"].kill()  # what was there and is gone is named, and costs nobody the gateway
    body = eventually(lambda: (found := look.get("/readyz").ok())["roles"]["archive"] != "ok" and found, within=15, every=0.1)
    assert body["status"] == "ready" and body["waitsFor"] == []


def test_a_change_of_a_setting_holds_in_every_process(start_server, tmp_path):
    file = tmp_path / "cluster.toml"
    file.write_text('[messages]\nrecall_window = 60\n', encoding="utf-8")
    house = start_server(arguments=["--config", str(file)])
    file.write_text('[messages]\nrecall_window = 90\n', encoding="utf-8")
    os.kill(house.by_name["dispatch"].pid, signal.SIGHUP)
    different = eventually(lambda: "messages.recall_window" in (out := house.doctor("--config", str(file)).stdout) and out,
                           within=10, every=0.3)
    assert "60 (" in different and "90 (these settings, dispatch@" in different, different
    house.signal(signal.SIGHUP)
    assert eventually(lambda: "recall_window" not in house.doctor("--config", str(file)).stdout, within=10, every=0.3)


def test_doctor_says_who_is_missing_and_whose_key_is_another(start_server, tmp_path):
    house = start_server()
    well = house.doctor()
    assert well.returncode == 0 and "6 answer, 0 do not" in well.stdout, well.stdout
    house.by_name["archive"].kill()
    house.by_name["archive"].wait()
    gone = house.doctor()
    assert gone.returncode == 1 and f"ERROR {house.listed_as('archive')}" in gone.stdout, gone.stdout
    second = house.start_another("user", CLUSTER_SIGNING_KEY=str(tmp_path / "another.key"))
    try:
        found = eventually(lambda: "is not one key" in (out := house.doctor()).stdout and out, within=20, every=0.5)
        assert found.returncode == 1 and house.listed_as("user") in found.stdout, found.stdout
    finally:
        second.kill()
        second.wait()


def test_doctor_says_what_serve_would_refuse_of_the_engines(start_server):
    house = start_server()
    for setting, says in (("MYSQL_PASSWORD=wrong", "mysql"), ("REDIS_ADDRESSES=127.0.0.1:1", "redis"),
                          ("ROCKETMQ_PROXY=127.0.0.1:1", "rocketmq.proxy"), ("ELASTICSEARCH_ADDRESS=127.0.0.1:1", "elasticsearch")):
        name, value = setting.split("=")
        done = house.doctor_with({f"GODWIT_{name}": value})
        assert done.returncode == 1 and f"ERROR {says}" in done.stdout, (setting, done.stdout)
    done = house.doctor_with({"GODWIT_ROCKETMQ_BROKER": ""})
    assert done.returncode == 0 and "WARN  rocketmq.broker: is not set" in done.stdout and "unchecked" in done.stdout, done.stdout


def test_doctor_before_anything_was_made_says_how(start_server):
    house = start_server()
    empty = house.name + "empty"
    mysql(f"CREATE DATABASE {empty}")
    done = house.doctor_with({"GODWIT_MYSQL_DATABASE": empty})
    mysql(f"DROP DATABASE {empty}")
    assert done.returncode == 1 and "engines init" in done.stdout, done.stdout
