"""Who comes back after a node's end, or their own, asks MySQL nothing that was asked for them before."""
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from kit.house import mysql

pytestmark = pytest.mark.many

PAIRS = 8
KEPT = 31  # seconds: for longer than what sends ask is kept in memory


class Reads:
    """What MySQL is asked meanwhile that names one of these people or their sessions: its own list, whoever asks."""

    def __init__(self, people):
        self.names = [name for one in people for name in (one.key, one.session_id)]
        self.said = []

    def __enter__(self):
        mysql("SET GLOBAL log_output = 'TABLE'; TRUNCATE mysql.general_log; SET GLOBAL general_log = 1")
        return self

    def __exit__(self, *_):
        mysql("SET GLOBAL general_log = 0")
        listed = mysql("SELECT REPLACE(CONVERT(argument USING utf8mb4), '\\n', ' ') FROM mysql.general_log "
                       "WHERE command_type IN ('Query', 'Execute')")
        mysql("TRUNCATE mysql.general_log; SET GLOBAL log_output = 'FILE'")
        names = [*self.names, *(name.encode().hex().upper() for name in self.names)]
        self.said = [line for line in listed.splitlines() if "SELECT" in line and any(name in line for name in names)]


def come(person):
    """A socket, its 201, the inbox: what a client does that comes back."""
    channel = person.connect()
    frames = person.offline_answer()["items"]
    channel.close()
    return len(frames)


def test_who_comes_back_costs_no_read(world):
    people = [one for _ in range(PAIRS) for one in world.friends("ann", "bob")]
    for one, other in zip(people[::2], people[1::2]):
        one.sent(other)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(come, people)) >= PAIRS
        time.sleep(KEPT)
        with Reads(people) as reads:
            assert sum(pool.map(come, people)) >= PAIRS
    assert reads.said == []


def test_what_is_read_is_seen(world):
    """Else the test above would say nothing."""
    ann, bob = world.friends("ann", "bob")
    with Reads([ann]) as reads:
        ann.items("/v1/sessions")
        ann.sent(bob)
    assert reads.said


def test_who_was_logged_out_does_not_come_back(world):
    ann, _ = world.friends("ann", "bob")
    other = ann.another()
    come(other)
    ann.delete(f"/v1/sessions/{other.session_id}").ok(204)
    assert other.refused_socket().status == 401
    assert other.get("/v1/offline").status == 401
