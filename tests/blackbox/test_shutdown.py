"""SIGTERM drains, and what was answered is there after the restart."""
import json
import signal
import socket
import time

import requests
from kit.waiting import eventually
from kit.world import World


def test_sigterm_closes_each_socket_with_4001_and_a_delay(start_server):
    server = start_server()
    world = World(server)
    channels = [world.person("alice").connect() for _ in range(8)]
    began = time.monotonic()
    server.signal(signal.SIGTERM)
    delays = []
    for channel in channels:
        code, reason, _ = channel.closed(within=10)
        assert code == 4001, (code, reason)
        delays.append(json.loads(reason)["delayMs"])
    assert server.process.wait(10) == 0
    assert time.monotonic() - began < 10, "exits within ten seconds"
    assert all(type(delay) is int and delay >= 0 for delay in delays), delays
    assert len(set(delays)) > 1, f"spread, so that not all come back at once: {delays}"


def test_sigterm_with_nobody_there_ends_quickly(start_server):
    server = start_server()
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 5


def test_everything_is_there_after_a_restart(start_server):
    server = start_server()
    alice, bob = World(server).friends("alice", "bob")
    group = alice.new_group(bob)
    sent = [alice.sent(bob, "one"), alice.sent(bob, "two"), alice.sent(group, "three")]
    bob.read_up_to("u:" + alice.key, 1).ok()
    bob.acknowledge("u:" + alice.key, 1)
    before = (bob.history("u:" + alice.key), bob.history("g:" + group), bob.conversations(), bob.offline())
    assert server.stop() == 0
    server.start()
    assert (bob.history("u:" + alice.key), bob.history("g:" + group), bob.conversations(), bob.offline()) == before
    assert alice.sent(bob, "four")["seq"] == 3 and alice.sent(group, "five")["seq"] == sent[2]["seq"] + 1
    assert bob.connect().hello["session"] == bob.session_id, "a token outlives the process"


def test_a_kill_loses_nothing_that_was_answered(start_server):
    server = start_server()
    alice, bob = World(server).friends("alice", "bob")
    sends = [alice.sent(bob, str(i), clientId=f"c{i}") for i in range(20)]
    server.kill()
    server.start()
    assert [(f["id"], f["seq"]) for f in bob.history("u:" + alice.key)] == [(s["id"], s["seq"]) for s in sends]
    assert [f["id"] for f in bob.offline("u:" + alice.key)] == [s["id"] for s in sends]
    assert alice.send(bob, "19", clientId="c19").ok(200) == sends[-1]
    assert alice.sent(bob, "after")["seq"] == 21


def test_a_recall_survives_a_kill(start_server):
    server = start_server()
    alice, bob = World(server).friends("alice", "bob")
    alice.recall(alice.sent(bob, "unsaid-xylophone")).ok()
    server.kill()
    server.start()
    assert "unsaid-xylophone" not in bob.get(f"/v1/conversations/u:{alice.key}/messages").text
    assert "unsaid-xylophone" not in bob.get("/v1/offline").text
    bob.sent(alice, "marker-word")
    eventually(lambda: bob.items("/v1/messages/search", q="marker-word"))
    assert bob.items("/v1/messages/search", q="unsaid-xylophone") == []


def test_a_log_out_survives_a_kill(start_server):
    server = start_server()
    alice = World(server).person("alice")
    laptop = alice.another()
    alice.delete("/v1/sessions/current").ok(204)
    server.kill()
    server.start()
    alice.get("/v1/me").refused(401, "unauthenticated")
    laptop.get("/v1/me").ok()


def test_a_token_of_another_server_is_worth_nothing(start_server):
    one, other = World(start_server()), World(start_server())
    alice = one.person("alice")
    other.stranger.with_token(alice.token).get("/v1/me").refused(401, "unauthenticated")


def test_sighup_ends_nothing(start_server):
    server = start_server()
    alice = World(server).person("alice")
    channel = alice.connect()
    server.signal(signal.SIGHUP)
    channel.settle()
    alice.get("/v1/me").ok()
    assert server.running


def test_a_storm_of_logins_does_not_hold_the_end(start_server):
    """A thousand passwords wait for argon2id, some 20 ms each: who waits is refused, and what was answered is there."""
    server = start_server(PASSWORDS_QUEUE=2000, PASSWORDS_THREADS=1)
    alice, bob = World(server).friends("alice", "bob")
    sent = alice.sent(bob, "before")
    storm = []
    for i in range(1500):
        body = json.dumps({"key": f"nobody-{i}", "password": "wrong"}).encode()  # one account's wait would be bounded
        head = b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        one = socket.create_connection(("127.0.0.1", server.port))
        one.sendall(head % len(body) + body)
        storm.append(one)
    eventually(lambda: waiting_passwords(server) > 1000, within=10)
    began = time.monotonic()
    server.signal(signal.SIGTERM)
    assert server.process.wait(20) == 0
    assert time.monotonic() - began < 11, "the ten seconds, and what a busy machine takes"
    assert "end_forced" not in server.log_text()
    for one in storm:
        one.close()
    server.start()
    assert [frame["id"] for frame in bob.history("u:" + alice.key)] == [sent["id"]]


def waiting_passwords(server):
    lines = requests.get(server.admin_url + "/metrics", timeout=10).text.splitlines()
    return next(float(line.split()[-1]) for line in lines if line.startswith("godwit_password_hash_waiting"))
