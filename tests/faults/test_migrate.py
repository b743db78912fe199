"""`godwit admin migrate`: a data directory moved to the engines, killed at any step and gone on with, and everybody sees and may do what
they did before. Needs the engines of deploy/engines/up."""
import os
import re
import shutil
import signal
import subprocess
import time

import pytest
import requests

from kit.api import Api
from kit.house import House, endpoint, mysql
from kit.server import Server, binary, run_admin
from kit.waiting import eventually
from kit.world import World
from moved_scene import DEVICES, Scene, differences, pages

pytestmark = pytest.mark.many
MOVED_WITHIN = 120


class Target(House):
    """Engines of a house that is not running yet; `databases`: over how many the ledger lies."""

    def __init__(self, directory, databases=1, **settings):
        super().__init__(directory, settings)
        self.ledger = [] if databases == 1 else [f"{self.name}_{number}" for number in range(databases)]
        os.makedirs(self.directory, exist_ok=True)
        self.settings_file = os.path.join(self.directory, "cluster.toml")
        with open(self.settings_file, "w", encoding="utf-8") as file:
            file.write('engines = "distributed"\n')

    def _settings(self):
        places = ",".join(f"{endpoint('MYSQL')}/{name}" for name in self.ledger)
        return {**super()._settings(), **({"MYSQL_LEDGER": places} if places else {})}

    def make(self):
        for name in self.ledger:
            mysql(f"CREATE DATABASE {name}")
        self._make()
        return self

    def remove(self):
        super().remove()
        for name in self.ledger:
            mysql(f"DROP DATABASE IF EXISTS {name}")

    def command(self, source):
        return [binary(), "admin", "migrate", "--from", str(source), "--to", self.settings_file]

    def migrate(self, source):
        return subprocess.run(self.command(source), env=self._environment(), capture_output=True, text=True, timeout=MOVED_WITHIN, check=False)

    def migrate_into(self, source, obstacle):
        """Killed -9 while the obstacle stands in its way; what it had said."""
        with obstacle, subprocess.Popen(self.command(source), env=self._environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        text=True) as moving:
            eventually(lambda: moving.poll() is not None or obstacle.met(), MOVED_WITHIN)
            assert moving.poll() is None, f"it did not come to {obstacle}: {moving.stdout.read()}"
            moving.send_signal(signal.SIGKILL)
            return moving.communicate(timeout=MOVED_WITHIN)[0]

    def reindex(self, *arguments):
        return subprocess.run([binary(), "admin", "reindex", *arguments], env=self._environment(), capture_output=True, text=True,
                              timeout=MOVED_WITHIN, check=False)

    def tables(self):
        """A sum of each table that the move has filled, whatever the order of its rows."""
        found = {}
        for name in mysql(f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{self.name}'").split():
            if name not in ("moved_from", "ledger_store", "ledger_members", "ledger_whole", "schema_migrations"):  # times, and names by lot
                found[name] = tuple(mysql(query).split()[-1] for query in (f"SELECT COUNT(*) FROM {self.name}.{name}",
                                                                           f"CHECKSUM TABLE {self.name}.{name} EXTENDED"))
        return found


def scene_in(directory, wait=0.0, **settings):
    """The scene, what everybody saw of it after a while, and the directory of its server, which is at rest."""
    server = Server(directory, {**DEVICES, **settings}).start()
    try:
        scene = Scene(World(server))
        time.sleep(wait)
        scene.seen = scene.views(server.url)
        scene.audit = pages(scene.alice, "/v1/admin/audit")
        scene.world.close()
        assert server.stop() == 0, server.log_tail()
    finally:
        server.kill()
    scene.data = server.data
    return scene


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory):
    return scene_in(tmp_path_factory.mktemp("lived-in"))


def copied(scene, to):
    return shutil.copytree(scene.data, to)


@pytest.fixture
def target(tmp_path):
    own = []

    def make(databases=1, name="target", **settings):
        (tmp_path / name).mkdir()
        own.append(Target(tmp_path / name, databases, **settings).make())
        return own[-1]

    yield make
    for one in own:
        one.kill()
        one.remove()


def moved(target, data):
    done = target.migrate(data)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("databases", [1, 3])
def test_everybody_sees_what_they_saw_and_goes_on(lived_in, target, tmp_path, databases):
    scene, data = lived_in, copied(lived_in, tmp_path / "data")
    house = target(databases)
    said = moved(house, data)
    for what in ("accounts", "friendships", "chat_groups", "ledger_log", "inbox_positions", "archive"):
        assert re.search(rf"^{what}: (\d+) on both sides, hash [0-9a-f]{{16}}$", said, re.M), said
    house.start()
    assert differences(scene.seen, scene.views(house.url)) == []
    assert pages(Api(house.url, scene.alice.token), "/v1/admin/audit") == scene.audit
    check_that_it_goes_on(scene, house)
    assert moved(house, data).endswith("it was moved before: nothing is done\n")  # whatever came since stands


def check_that_it_goes_on(scene, house):
    known = {device.token: Api(house.url, device.token) for device in scene.devices.values()}
    for device, body, first in scene.sends:  # each repeated clientId is its first send
        if body.get("replyTo") is None:
            again = known[device.token].post("/v1/messages", body)
            assert (again.status, again.json["id"], again.json["seq"]) == (200, first["id"], first["seq"]), (body, again)
    changed = known[scene.sends[0][0].token].post("/v1/messages", {**scene.sends[0][1], "msg": "another text"})
    changed.refused(409, "client_id_reused")
    alice, bob = known[scene.alice.token], known[scene.bob.token]
    history = pages(alice, f"/v1/conversations/u:{scene.bob.key}/messages")
    last = max(frame["seq"] for frame in history)
    sent = alice.post("/v1/messages", {"type": 101, "msgReceiver": scene.bob.key, "msg": "moved in", "clientId": "moved-in"}).ok(201)
    assert sent["seq"] == last + 1
    eventually(lambda: "moved in" in [frame.get("msg") for frame in pages(bob, "/v1/offline")], 10)
    bob.post("/v1/acks", {f"u:{scene.alice.key}": sent["seq"]}).ok(204)
    assert not [frame for frame in pages(bob, "/v1/offline") if frame["conversation"] == f"u:{scene.alice.key}"]
    eventually(lambda: pages(bob, "/v1/messages/search", q="moved"), 10)
    Api(house.url, scene.service).post("/v1/push", {"to": {"users": [scene.bob.key]}, "title": "Bill", "msg": "plan: pay",
                                                    "clientId": "bill-1"}).ok(202)
    assert len([one for one in pages(bob, "/v1/conversations") if one["conversation"] == "s:"]) == 1
    assert len(run_admin(house.admin_url, "invite", "list").splitlines()) >= 1
    request = pages(alice, "/v1/friend-requests", box="in")
    pending = [one for one in request if one["state"] == "pending"]
    alice.post(f"/v1/friend-requests/{pending[0]['id']}/approve").ok()


def test_a_new_device_is_told_what_the_directory_would_tell_it(lived_in, target, tmp_path):
    """Of people who took everything, a part, and nothing of what waits for them."""
    scene, house = lived_in, target()
    moved(house, copied(lived_in, tmp_path / "data"))
    copied(lived_in, tmp_path / "before" / "data")
    before = Server(tmp_path / "before", DEVICES).start()
    try:
        people = [scene.alice, scene.bob, scene.carol, scene.dave, scene.erin, scene.grace]
        wanted = [scene.of_a_new_device(before.url, one, "the new one") for one in people]
        house.start()
        got = [scene.of_a_new_device(house.url, one, "the new one") for one in people]
    finally:
        before.kill()
    assert any(one["offline"] for one in wanted)
    for person, one, other in zip(people, wanted, got):
        assert other == one, person.key


class Locked:
    """A table that nobody else may write, or read, either. What a killed one left on its way there is done once it is free; `ended`: it
    is ended before, and undone."""

    def __init__(self, house, table, how="READ", ended=False):  # pylint: disable=too-many-arguments
        self.house, self.table, self.how, self.ended, self.session = house, table, how, ended, None

    def __enter__(self):
        host, port = endpoint("MYSQL").split(":")
        self.session = subprocess.Popen(["mariadb", f"--host={host}", f"--port={port}", f"--user={endpoint('MYSQL_USER')}",
                                         f"--password={endpoint('MYSQL_PASSWORD')}", "--skip-column-names", "--unbuffered", self.house.name],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.session.stdin.write(f"LOCK TABLES {self.table} {self.how}; SELECT 'locked';\n")
        self.session.stdin.flush()
        assert self.session.stdout.readline() == "locked\n"
        return self

    def __exit__(self, *_):
        for waiting in self._waiting() if self.ended else ():
            mysql(f"KILL {waiting}")
        self.session.stdin.close()
        self.session.wait(timeout=10)

    def _waiting(self):
        return mysql(f"SELECT id FROM information_schema.processlist WHERE db = '{self.house.name}' AND state LIKE 'Waiting for table%'").split()

    def met(self):
        return bool(self._waiting())

    def __repr__(self):
        return f"{self.table} ({self.how})"


class Unwritable:
    """An index of Elasticsearch that takes no writes; it is tried again and again."""

    def __init__(self, house):
        self.index, self.before = f"http://{endpoint('ELASTICSEARCH')}/{house.name}-messages-1", 0

    def __enter__(self):
        requests.put(f"{self.index}/_block/write", timeout=10).raise_for_status()
        self.until = time.monotonic() + 4
        return self

    def __exit__(self, *_):
        requests.put(f"{self.index}/_settings", json={"index.blocks.write": None}, timeout=10).raise_for_status()

    def met(self):
        return time.monotonic() > self.until

    def __repr__(self):
        return "the archive"


MOVED_TABLES = ("accounts", "name_words", "sessions", "service_keys", "invites", "friendships", "blocks", "friend_requests", "chat_groups",
                "group_members", "group_requests", "audit_log", "ledger_heads", "ledger_stays", "ledger_sent", "ledger_log", "inbox_devices",
                "inbox_positions")


def test_what_expired_is_told_as_before(target, tmp_path):
    """Nothing waits in an inbox any more; who had not come for it is told so, and the list has what was said last."""
    scene = scene_in(tmp_path / "lived-in", 4.0, INBOX_KEEP=2)
    assert scene.seen["alice"]["offline"]["complete"] is False and scene.seen["alice"]["offline"]["items"] == []
    house = target(INBOX_KEEP=2)
    assert "ledger_log: 0 on both sides" in moved(house, scene.data)
    house.start()
    assert differences(scene.seen, scene.views(house.url)) == []
    check_that_it_goes_on(scene, house)


def test_killed_at_any_step_it_goes_on_and_ends_the_same(lived_in, target, tmp_path):
    """In the middle of a transaction of each kind, before the first and behind the last."""
    data = copied(lived_in, tmp_path / "data")
    whole, house = target(name="whole"), target(name="killed")
    moved(whole, data)
    obstacles = [*(Locked(house, table, ended=i % 2) for i, table in enumerate(MOVED_TABLES)), Locked(house, "moved_rows", ended=True), Unwritable(house), Locked(house, "ledger_shards"),
                 Locked(house, "audit_log", "WRITE")]
    said = [house.migrate_into(data, obstacle) for obstacle in obstacles]
    assert "comparing" in said[-1] and "archive: " not in said[-1], said
    check_that_nobody_starts_on_it(house)
    last = house.migrate_into(data, Locked(house, "moved_from"))  # what it was saying then may still be heard
    assert re.search(r"archive: \d+ on both sides", last), last
    moved(house, data)
    assert house.tables() == whole.tables()
    assert documents(house) == documents(whole)
    house.start()
    assert differences(lived_in.seen, lived_in.views(house.url)) == []


def check_that_nobody_starts_on_it(house):
    tried = subprocess.run([binary(), "serve", "--roles", "user", "--data", os.path.join(house.directory, "early"), "--admin", "127.0.0.1:0",
                            "--set", "cluster.listen=127.0.0.1:0"], env=house._environment(), capture_output=True, text=True,  # pylint: disable=protected-access
                           timeout=30, check=False)
    assert tried.returncode != 0 and "not all there yet" in tried.stdout + tried.stderr, tried


def documents(house):
    index = f"http://{endpoint('ELASTICSEARCH')}/{house.name}-messages"
    requests.post(f"{index}/_refresh", timeout=10).raise_for_status()
    hits = requests.post(f"{index}/_search", json={"size": 10_000, "sort": ["id"]}, timeout=10).json()["hits"]["hits"]
    return [hit["_source"] for hit in hits]


def test_it_is_refused_while_a_server_is_on_either_side(lived_in, target, tmp_path):
    copied(lived_in, tmp_path / "busy" / "data")
    house, busy = target(), Server(tmp_path / "busy").start()
    try:
        refused = house.migrate(busy.data)
        assert refused.returncode == 1 and "is in use by process" in refused.stderr, refused
    finally:
        busy.kill()
    house.start()
    refused = house.migrate(busy.data)
    assert refused.returncode == 1 and "processes run on these engines" in refused.stderr, refused


def test_it_is_refused_where_something_else_is(lived_in, target, tmp_path):
    house = target()
    nothing = house.migrate(tmp_path / "nowhere")
    assert nothing.returncode == 2 and "is no data directory" in nothing.stderr, nothing
    mysql(f"INSERT INTO {house.name}.invites VALUES ('x', 'x', 1, 0, 0, 0)")
    refused = house.migrate(copied(lived_in, tmp_path / "data"))
    assert refused.returncode == 2 and "the table invites: it has other data already" in refused.stderr, refused
    mysql(f"DELETE FROM {house.name}.invites")
    with open(f"{house.directory}/signing.key", "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(b"x" * 32)
    refused = house.migrate(tmp_path / "data")
    assert refused.returncode == 2 and "another key" in refused.stderr, refused
    os.remove(f"{house.directory}/signing.key")
    moved(house, tmp_path / "data")
    other = Server(tmp_path / "other").start()
    other.kill()
    refused = house.migrate(other.data)
    assert refused.returncode == 2 and "filled from another data directory" in refused.stderr, refused


def test_a_difference_is_an_error_with_names(lived_in, target, tmp_path):
    """A row that is lost, or changed, behind the move's back."""
    data, house = copied(lived_in, tmp_path / "data"), target()
    house.migrate_into(data, Locked(house, "ledger_shards"))
    mysql(f"UPDATE {house.name}.accounts SET bio = 'somebody else' WHERE user_key = '{lived_in.alice.key}'")
    differs = house.migrate(data)
    assert differs.returncode == 1 and "accounts differ" in differs.stderr and f"{lived_in.alice.key} differs" in differs.stderr, differs
    mysql(f"UPDATE {house.name}.accounts SET bio = 'moves house' WHERE user_key = '{lived_in.alice.key}'")
    mysql(f"DELETE FROM {house.name}.inbox_positions WHERE user = '{lived_in.bob.key}' AND kind = 0")
    differs = house.migrate(data)
    assert differs.returncode == 1 and "inbox_positions differ" in differs.stderr and "is only in the directory" in differs.stderr, differs
    check_that_nobody_starts_on_it(house)


def test_the_archive_is_made_anew_while_people_talk(lived_in, target, tmp_path):
    house = target()
    moved(house, copied(lived_in, tmp_path / "data"))
    house.start()
    alice, scene = Api(house.url, lived_in.alice.token), lived_in
    index = f"http://{endpoint('ELASTICSEARCH')}/{house.name}-messages"
    sent = [alice.post("/v1/messages", {"type": 101, "msgReceiver": scene.bob.key, "msg": f"reindexed {i}"}).ok(201) for i in range(5)]
    alice.delete(f"/v1/messages/{sent[0]['id']}").ok()
    eventually(lambda: len(pages(alice, "/v1/messages/search", q="reindexed")) == 4, 10)
    for one in sent[:2]:
        requests.delete(f"{index}/_doc/{one['id']}?refresh=true", timeout=10).raise_for_status()
    seen = {word: pages(alice, "/v1/messages/search", q=word) for word in ("plan", "天气", "recalled")}
    assert len(pages(alice, "/v1/messages/search", q="reindexed")) == 3

    done = house.reindex()
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"(\d+) messages in \S+-messages-1 and \S+-messages-2, compared one by one", done.stdout), done.stdout
    assert "2 were missing" in done.stdout, done.stdout
    assert list(requests.get(f"{index}/_alias", timeout=10).json()) == [f"{house.name}-messages-2"]
    assert len(pages(alice, "/v1/messages/search", q="reindexed")) == 4  # the recalled one stays so
    frames = {frame["id"]: frame for frame in pages(alice, f"/v1/conversations/u:{scene.bob.key}/messages")}
    assert frames[sent[0]["id"]]["msg"] == "" and frames[sent[1]["id"]]["msg"] == "reindexed 1"
    assert {word: pages(alice, "/v1/messages/search", q=word) for word in seen} == seen
    after = alice.post("/v1/messages", {"type": 101, "msgReceiver": scene.bob.key, "msg": "after reindexing"}).ok(201)
    eventually(lambda: [one["message"]["id"] for one in pages(alice, "/v1/messages/search", q="reindexing")] == [after["id"]], 10)
    assert house.running


def test_the_index_of_a_directory_is_made_anew_at_rest(lived_in, target, tmp_path):
    data = copied(lived_in, tmp_path / "one" / "data")
    server = Server(tmp_path / "one").start()
    seen = lived_in.views(server.url)
    busy = subprocess.run([binary(), "admin", "reindex", "--data", data], capture_output=True, text=True, timeout=60, check=False)
    assert busy.returncode == 1 and "is in use by process" in busy.stderr, busy
    assert server.stop() == 0
    done = subprocess.run([binary(), "admin", "reindex", "--data", data], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0 and re.search(r"search index: made of \d+ messages", done.stdout), done
    server.start()
    try:
        assert differences(seen, lived_in.views(server.url)) == []
    finally:
        server.kill()
