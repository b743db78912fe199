"""A disk that goes bad while the server runs, and comes back: nothing answered is lost, reads and logins go on, and the
stores mend themselves."""
import errno
import os
import subprocess
import time

import pytest
from kit.server import Server
from kit.waiting import eventually
from kit.world import World

HERE = os.path.dirname(os.path.abspath(__file__))
FAULTS = {"EIO": (errno.EIO, "a"), "EIO of syncs": (errno.EIO, "s"), "EROFS": (errno.EROFS, "w"),
          "ENOSPC": (errno.ENOSPC, "w")}
pytestmark = [pytest.mark.embedded,
              pytest.mark.skipif("GODWIT_URL" in os.environ, reason="GODWIT_URL is set, and this needs a server of its own")]


class BadDisk(Server):
    """A server on a disk that fails when told."""

    def __init__(self, directory, library):
        super().__init__(directory)
        self.library, self.control = library, os.path.join(self.directory, "bad-disk")

    def _environment(self):
        return {**super()._environment(), "LD_PRELOAD": self.library, "BAD_DISK": self.control}

    def fail(self, fault, below=""):
        number, kind = FAULTS[fault]
        with open(self.control + ".new", "w", encoding="utf-8") as control:
            control.write(f"{number} {kind} {os.path.join(self.data, below)}")
        os.rename(self.control + ".new", self.control)

    def heal(self):
        os.remove(self.control)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    made = tmp_path_factory.mktemp("bad_disk") / "bad_disk.so"
    source = os.path.join(HERE, "bad_disk.c")
    subprocess.run(["clang-19", "-shared", "-fPIC", "-O1", "-o", made, source, "-ldl"], check=True)
    return str(made)


@pytest.fixture
def server(tmp_path, library):
    one = BadDisk(tmp_path, library).start()
    yield one
    one.kill()


def send_until_answered(person, to, text):
    """As a client does: the same clientId until there is an answer."""
    answers = []

    def answered():
        answers.append(person.send(to, text, clientId="c-" + text))
        return answers[-1].status in (200, 201)

    eventually(answered, within=15, every=0.2)
    return answers[-1].ok(answers[-1].status)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_message_store_comes_back_by_itself_and_reads_go_on(server, fault):
    alice, bob = World(server).friends("alice", "bob")
    chat = "u:" + alice.key
    sent = [alice.sent(bob, f"before {i}") for i in range(5)]
    server.fail(fault, "messages")
    for i in range(3):
        refused = alice.send(bob, "meanwhile", clientId="c-meanwhile")
        assert refused.status == 503, refused
    began = time.monotonic()
    ids = [one["id"] for one in sent]
    assert [frame["id"] for frame in bob.history(chat)] == ids
    assert [frame["id"] for frame in bob.offline(chat)] == ids
    assert bob.conversation(chat)["headSeq"] == 5
    another = bob.another("a new one")
    assert [frame["id"] for frame in another.offline(chat)] == ids
    assert time.monotonic() - began < 10, "reads wait for nothing"

    server.heal()
    healed = time.monotonic()
    sent.append(send_until_answered(alice, bob, "meanwhile"))
    assert time.monotonic() - healed < 10, "5 s, and what a busy machine takes"
    sent.append(alice.sent(bob, "after"))
    assert [one["seq"] for one in sent] == list(range(1, 8)), "no number twice, and none left out"
    assert [frame["msg"] for frame in bob.history(chat)][-2:] == ["meanwhile", "after"]
    assert [frame["seq"] for frame in bob.offline(chat)] == list(range(1, 8))
    assert server.stop() == 0
    server.start()
    assert [frame["seq"] for frame in bob.offline(chat)] == list(range(1, 8))


@pytest.mark.parametrize("fault", FAULTS)
def test_accounts_and_archive_come_back_by_themselves(server, fault):
    world = World(server)
    alice, bob = world.friends("alice", "bob")
    sent = [alice.sent(bob, "before")]
    server.fail(fault)
    for i in range(3):
        assert alice.account.try_to_log_in("new").status == 503
        assert alice.send(bob, "meanwhile").status == 503
    assert [frame["id"] for frame in bob.history("u:" + alice.key)] == [sent[0]["id"]]
    server.heal()
    eventually(lambda: alice.account.try_to_log_in("new").status == 201, within=10, every=0.2)
    sent.append(send_until_answered(alice, bob, "later"))
    eventually(lambda: len(bob.get("/v1/messages/search", q="later").ok(200)["items"]) == 1, within=10)
    assert [frame["seq"] for frame in bob.history("u:" + alice.key)] == [1, 2]
    carl = world.person("carl")
    carl.friend(alice)
    assert server.stop() == 0
    server.start()
    assert [frame["seq"] for frame in bob.history("u:" + alice.key)] == [1, 2]


def test_a_full_disk_hides_nothing_that_the_archive_has_not_taken_yet(server):
    alice, bob = World(server).friends("alice", "bob")
    chat = "u:" + alice.key
    alice.sent(bob, "old")
    eventually(lambda: bob.history(chat) != [])
    server.fail("ENOSPC", "archive")
    sent = [alice.sent(bob, f"new {i}") for i in range(3)]
    server.fail("ENOSPC")
    assert alice.send(bob, "refused").status == 503
    assert [frame["msg"] for frame in bob.history(chat)] == ["old", "new 0", "new 1", "new 2"]
    assert bob.conversation(chat)["last"]["id"] == sent[-1]["id"]
    server.heal()
    send_until_answered(alice, bob, "room")
    assert [frame["seq"] for frame in bob.history(chat)] == [1, 2, 3, 4, 5]
