#!/usr/bin/env python3
"""Floods beside an honest sender: what one client does as fast as it can, and what somebody else notices of it.

One server with default limits, fresh for each flood. First it is quiet, then one flood (flooders.py) runs in a process
of its own, and all the while somebody else sends 10 messages a second. The table shows that one's times, the
server's memory before, at the most and afterwards, and the answers that were 503 or none at all.
"""
import argparse
import multiprocessing
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path[:0] = [HERE, os.path.join(HERE, "..", "blackbox")]

from flood_wire import Http, every  # noqa: E402
from flooders import FLOODS  # noqa: E402
from kit.recorder import RECORDER  # noqa: E402
from kit.server import Server  # noqa: E402
from kit.world import World, befriend  # noqa: E402

RATE = 10


@dataclass
class Person:
    key: str
    password: str
    tokens: list


@dataclass
class Stage:
    """What a flooder is given."""
    url: str
    peer: tuple
    accounts: list
    honest: Person
    popular: Person
    crowd: list
    sources: list = field(default_factory=lambda: [f"127.0.2.{i}" for i in range(1, 201)])


class Honest(threading.Thread):
    """Sends at its rate, whatever happens, and notes each answer: (when due, seconds, status)."""

    def __init__(self, stage, friend, until):
        super().__init__(name="honest")
        self.http = Http(stage.url, "127.0.0.9", stage.honest.tokens[0])
        self.friend, self.until, self.notes = friend, until, []

    def run(self):
        for i, due in enumerate(every(1 / RATE, self.until)):
            body = {"type": 101, "msgReceiver": self.friend, "msg": "hello", "clientId": f"honest-{due}-{i}"}
            status, _ = self.http.call("POST", "/v1/messages", body)
            self.notes.append((due, time.monotonic() - due, status))


class Memory(threading.Thread):
    """The server's resident memory, in MB, ten times a second."""

    def __init__(self, pid, until):
        super().__init__(name="memory")
        self.pid, self.until, self.most = pid, until, 0.0

    def run(self):
        for _ in every(0.1, self.until):
            self.most = max(self.most, resident(self.pid))


def resident(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def people(world, count, devices):
    made = []
    for i in range(count):
        account = world.account(f"flood{i}")
        tokens = [account.log_in(f"device-{n}").token for n in range(devices)]
        made.append(Person(account.key, account.password, tokens))
    return made


def set_the_stage(server, conversations):
    """Made without limits: accounts of ten devices each, a popular one, and the honest two."""
    world = World(server)
    accounts = people(world, 4, 10)
    honest, friend = world.friends("honest", "friend")
    popular = world.person("popular")
    crowd = [world.account("crowd").key for _ in range(40)]
    talk = [world.person("talker") for _ in range(conversations)]
    for one in talk:
        befriend(one, popular)
        one.sent(popular, "hello")
    popular.acknowledge_all()
    known = Person(popular.key, popular.account.password, [popular.token])
    stage = Stage(server.url, ("127.0.0.1", server.port), accounts, Person(honest.key, honest.account.password,
                  [honest.token]), known, crowd)
    return stage, friend.key


def flooding(flood, stage, seconds, results):
    os.nice(5)  # what is measured is the server's sharing, not the machine's
    results.put(flood(stage, time.monotonic() + seconds))


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def figures(notes, begin, end):
    return [note for note in notes if begin <= note[0] < end]


@dataclass
class Outcome:
    name: str
    quiet: list
    flooded: list
    memory: tuple
    done: int
    alive: bool

    @property
    def refused(self):
        return sum(1 for note in self.quiet + self.flooded if note[2] == 503)

    @property
    def failed(self):
        return sum(1 for note in self.quiet + self.flooded if note[2] not in (200, 201, 503))

    def line(self):
        quiet, flooded = ([note[1] for note in notes] for notes in (self.quiet, self.flooded))
        times = [percentile(values, share) for values in (quiet, flooded) for share in (0.5, 0.99)]
        ratio = times[3] / times[1]
        memory = "".join(f"{value:8.0f}" for value in self.memory)
        return (f"{self.name:16}" + "".join(f"{value:9.1f}" for value in times) + f"{ratio:8.1f}" + memory
                + f"{self.refused:6}{self.failed:7}{self.done:14}{'' if self.alive else '  the server ended'}")


HEAD = (f"{'flood':16}{'quiet p50':>9}{'p99':>9}{'p50':>9}{'p99 ms':>9}{'ratio':>8}{'MB':>8}{'most':>8}{'after':>8}"
        f"{'503':>6}{'failed':>7}{'got through':>14}")


def run_one(flood, options, directory):
    """One server, one flood."""
    server = Server(directory, {"LIMITS_ENABLED": "false"}).start()
    try:
        stage, friend = set_the_stage(server, options.conversations)
        server.stop()
        server.env = {"LIMITS_ENABLED": "true"}
        server.start()
        return measure(flood, options, server, stage, friend)
    finally:
        server.kill()


def measure(flood, options, server, stage, friend):
    begin = time.monotonic()
    change, end = begin + options.quiet, begin + options.quiet + options.seconds
    honest = Honest(stage, friend, end)
    honest.start()
    time.sleep(options.quiet)
    before, memory, results = resident(server.process.pid), Memory(server.process.pid, end), multiprocessing.Queue()
    memory.start()
    process = multiprocessing.Process(target=flooding, args=(flood, stage, options.seconds, results))
    process.start()
    honest.join()
    memory.join()
    process.join(15)
    if process.is_alive():
        process.kill()
    done = results.get(timeout=1) if not results.empty() else 0
    time.sleep(options.after)
    after = resident(server.process.pid) if server.running else 0
    return Outcome(flood.__name__, figures(honest.notes, begin + 1, change), figures(honest.notes, change, end),
                   (before, memory.most, after), done, server.running)


def arguments(given=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="of each flood (60)")
    parser.add_argument("--quiet", type=float, default=10, help="seconds before it (10)")
    parser.add_argument("--after", type=float, default=12, help="seconds behind it until memory is looked at again (12)")
    parser.add_argument("--conversations", type=int, default=300, help="of the popular account (300)")
    parser.add_argument("--only", help="floods, by name, with commas: " + ", ".join(f.__name__ for f in FLOODS))
    return parser.parse_args(given)


def run(options, tell=print):
    RECORDER.openapi = RECORDER.asyncapi = None  # answers are held to the contract elsewhere; here is load
    wanted = options.only.split(",") if options.only else [flood.__name__ for flood in FLOODS]
    outcomes = []
    tell(HEAD)
    for flood in FLOODS:
        if flood.__name__ not in wanted:
            continue
        directory = tempfile.mkdtemp(prefix="godwit-floods-")
        try:
            outcomes.append(run_one(flood, options, directory))
        finally:
            shutil.rmtree(directory, ignore_errors=True)
        tell(outcomes[-1].line())
    return outcomes


def main():
    outcomes = run(arguments(), lambda line: print(line, flush=True))
    ratios = [percentile([n[1] for n in o.flooded], 0.99) / percentile([n[1] for n in o.quiet], 0.99) for o in outcomes]
    print(f"p99 under a flood against quiet: median {statistics.median(ratios):.1f}, most {max(ratios):.1f}")
    return 0 if all(o.alive and not o.refused and not o.failed for o in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
