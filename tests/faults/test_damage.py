"""Files that were damaged while the server was away: each damage is named by the start or by doctor, and nothing false
is served."""
import glob
import os
import random
import subprocess

import pytest
import requests
from kit.server import Server, binary
from kit.world import World

pytestmark = [pytest.mark.embedded,
              pytest.mark.skipif("GODWIT_URL" in os.environ, reason="GODWIT_URL is set, and this needs a server of its own")]


@pytest.fixture
def killed(tmp_path):
    """A server with two friends and what they said, after kill -9."""
    server = Server(tmp_path).start()
    alice, bob = World(server).friends("alice", "bob")
    server.sent = [alice.sent(bob, f"message {i}") for i in range(20)]
    server.alice, server.bob = alice, bob
    server.kill()
    yield server
    server.kill()


def doctor(server):
    command = [binary(), "doctor", "--data", server.data, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


def refuses_to_start(server, named):
    server.launch()
    assert server.process.wait(30) == 1
    assert named in server.log_tail(), server.log_tail()


def bend(path, change):
    with open(path, "r+b") as file:
        content = bytearray(file.read())
        content = change(content)
        file.seek(0)
        file.write(content)
        file.truncate()


def bend_text(path, mark, old, new):
    """Where the file has both `mark` and `old`; whether it has."""
    with open(path, "rb") as file:
        content = file.read()
    if mark not in content or old not in content:
        return False
    bend(path, lambda content: content.replace(old, new))
    return True


def newest_log(server):
    return max(path for path in glob.glob(os.path.join(server.data, "messages", "*.log")) if os.path.getsize(path))


@pytest.mark.parametrize("which", ["messages", "accounts.db-wal"])
def test_a_log_cut_at_a_synced_point_is_named(killed, which):
    path = newest_log(killed) if which == "messages" else os.path.join(killed.data, which)
    size = os.path.getsize(path)
    assert size > 8000
    bend(path, lambda content: content[:size // 2])
    code, said = doctor(killed)
    assert code == 1 and os.path.basename(path) in said, said
    refuses_to_start(killed, os.path.basename(path))
    word = os.path.join(killed.data, "messages/SYNCED" if which == "messages" else "accounts.db-seal")
    assert word in killed.log_tail(), "it says what to remove to go on"
    os.remove(word)
    killed.start()


def test_behind_what_was_synced_a_log_may_hold_anything(killed):
    """As after a power cut that wrote the pages in another order."""
    noise = random.Random(5)
    for path in (newest_log(killed), os.path.join(killed.data, "accounts.db-wal")):
        bend(path, lambda content: content + bytes(5000) + noise.randbytes(70_000) + content[:4096])
    code, said = doctor(killed)
    assert code == 0, said
    killed.start()
    assert [frame["id"] for frame in killed.bob.history("u:" + killed.alice.key)] == [one["id"] for one in killed.sent]
    assert killed.alice.sent(killed.bob, "goes on")["seq"] == 21


def test_a_changed_letter_of_an_account_is_never_served(killed):
    killed.start()
    assert killed.stop() == 0  # what was in the log is in the file
    path = os.path.join(killed.data, "accounts.db")
    key = killed.alice.key.encode()
    with open(path, "rb") as file:
        assert key in file.read()
    bend(path, lambda content: content.replace(key, b"z" + key[1:]))
    code, said = doctor(killed)
    assert code == 1 and "accounts.db" in said, said
    killed.launch()
    if killed.process.poll() is None:
        try:
            killed.wait_until_ready()
        except RuntimeError:
            return
        assert killed.alice.account.try_to_log_in().status == 503
        assert "accounts_damaged" in killed.log_text()


def test_a_changed_byte_of_the_archive_takes_no_other_page_with_it(killed):
    killed.start()
    alice, bob = killed.alice, killed.bob
    texts = [frame["msg"] for frame in killed.sent and bob.history("u:" + alice.key)]
    for i in range(80):
        texts.append(f"long {i} " + "x" * 400)
        alice.sent(bob, texts[-1])
    assert killed.stop() == 0
    path = os.path.join(killed.data, "archive.db")
    with open(path, "rb") as file:
        assert b"long 40 " in file.read()
    bend(path, lambda content: content.replace(b"long 40 ", b"long 4! "))
    code, said = doctor(killed)
    assert code == 1 and "archive.db" in said, said
    killed.start()
    shown = bob.history("u:" + alice.key, limit=200)
    assert 80 < len(shown) < 100
    assert all(frame["msg"] == texts[frame["seq"] - 1] for frame in shown)
    assert "archive_damaged_messages" in killed.log_text()


def admin(server, *arguments):
    command = [binary(), "admin", "--admin", server.admin_url.split("//", 1)[1], "dead-letters", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout.splitlines(), done.stderr


def figure(server, name):
    return sum(float(line.split()[-1]) for line in requests.get(server.admin_url + "/metrics", timeout=10).text.splitlines()
               if line.startswith(name + "{") or line.startswith(name + " "))


def test_damaged_records_of_the_log_become_dead_letters(killed):
    """The archive reads what the log still has at each start: here it cannot, and goes on with what follows."""
    killed.start()
    alice, bob = killed.alice, killed.bob
    texts = [random.Random(i).randbytes(300).hex() for i in range(100)]
    for text in texts:
        alice.sent(bob, text)
    killed.kill()
    killed.start()  # what was in the write-ahead log is in a table now
    assert killed.stop() == 0
    tables = glob.glob(os.path.join(killed.data, "messages", "*.sst"))
    old = texts[50][200:240].encode()
    assert [path for path in tables if bend_text(path, b"namelog", old, old[::-1])]
    killed.start()
    assert alice.sent(bob, "goes on")["seq"] == 121
    assert [frame["msg"] for frame in bob.history("u:" + alice.key, limit=200)] == [
        *(f"message {i}" for i in range(20)), *texts, "goes on"]  # they were archived before
    code, letters, said = admin(killed, "list")
    assert code == 0, said
    names = [line.split()[0] for line in letters]
    assert names and len(names) < 30 and all(name.startswith("store-") for name in names)  # of one block
    assert figure(killed, "godwit_dead_letters") == figure(killed, "godwit_dead_letters_total") == len(names)
    assert '"dead_letter"' in killed.log_text()
    code, _, said = admin(killed, "replay", names[0])
    assert code == 1 and "nothing can read this record" in said
    assert admin(killed, "drop", "store-4711")[0] == 1
    code, dropped, said = admin(killed, "drop", "--all")
    assert code == 0 and len(dropped) == len(names), said
    assert admin(killed, "list") == (0, [], "") and figure(killed, "godwit_dead_letters") == 0
