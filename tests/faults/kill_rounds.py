#!/usr/bin/env python3
"""Kill -9 under load, restart, and audit: nothing answered is lost, nothing is shown twice, nothing out of order.

People send to friends and into a group with clientIds, their other devices listen, acknowledge and come back, and the
server is killed at random moments. The last line says how it went: lost 0 twice 0 out_of_order 0.
"""
import argparse
import os
import random
import shutil
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path[:0] = [HERE, os.path.join(HERE, "..", "blackbox")]

from audit import Audit  # noqa: E402
from kit.house import new_server  # noqa: E402
from kit.recorder import RECORDER  # noqa: E402
from kit.waiting import eventually  # noqa: E402
from kit.world import World, befriend  # noqa: E402
from ledger import Ledger, name_for, talk_of  # noqa: E402
from receiver import Receiver  # noqa: E402
from sender import Sender  # noqa: E402

KINDS = ("lost", "twice", "out_of_order")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10, help="kills (10)")
    parser.add_argument("--people", type=int, default=6, help="senders, an even number (6)")
    parser.add_argument("--seed", type=int, default=None, help="of the moments and choices (random)")
    parser.add_argument("--up", type=float, nargs=2, default=(0.4, 1.6), metavar=("MIN", "MAX"),
                        help="seconds of load before each kill (0.4 1.6)")
    parser.add_argument("--data", help="where to put the server's files (a temporary directory, kept on failure)")
    options = parser.parse_args()
    if options.people < 2 or options.people % 2:
        parser.error("--people must be even, and at least 2")
    return options


class Run:
    """One server, its people and their threads. Of each one's devices one sends, one listens, one stays away."""

    def __init__(self, server, people, seed):
        self.server, self.ledger, self.random = server, Ledger(), random.Random(seed)
        self.world = World(server)
        self.senders_devices = [self.world.person("kill") for _ in range(people)]
        for one, other in zip(self.senders_devices[::2], self.senders_devices[1::2]):
            befriend(one, other)
        self.group = self.make_group()
        self.listening = [device.another("listening") for device in self.senders_devices]
        self.away = [device.another("away") for device in self.senders_devices]
        for device in self.listening + self.away:
            device.acknowledge_all()
        for i, device in enumerate(self.senders_devices + self.listening):
            device.base = server.urls[i % len(server.urls)]
        self.senders = [self.sender(i) for i in range(people)]
        self.receivers = [Receiver(device, self.ledger, seed + i, server.urls) for i, device in enumerate(self.listening)]

    def make_group(self):
        owner, *others = self.senders_devices
        group = owner.new_group()
        owner.patch(f"/v1/groups/{group}", {"joinPolicy": "open"}).ok()
        for other in others:
            other.post(f"/v1/groups/{group}/requests", {}).ok(201)
        return group

    def partner(self, i):
        return self.senders_devices[i ^ 1]

    def sender(self, i):
        return Sender(self.senders_devices[i], [self.partner(i), self.group], self.ledger, self.random.random(),
                      self.server.urls)

    def talks(self, i):
        """The conversations of person i."""
        return [talk_of(self.senders_devices[i].key, self.partner(i).key, False), ("g", self.group)]

    def start(self):
        for thread in self.receivers + self.senders:
            thread.daemon = True
            thread.start()

    def round(self, up):
        time.sleep(self.random.uniform(*up))  # the load runs; the moment of the kill is what is random
        killed = self.server.kill_one(self.random)
        if self.random.random() < 0.25:  # killed again while it recovers
            self.server.launch()
            time.sleep(self.random.uniform(0, 0.3))
            self.server.kill_one(self.random)
        self.server.start()
        return killed

    def finish(self):
        """Every send gets its answer, and every listening device catches up."""
        for sender in self.senders:
            sender.stopping.set()
        for sender in self.senders:
            sender.join(30)
            if sender.is_alive():
                self.ledger.fault("error", f"{sender.name} is still without an answer")
        try:
            eventually(self.caught_up, within=15, every=0.1)
        except AssertionError:
            pass  # the audit names what is missing
        for receiver in self.receivers:
            receiver.stopping.set()
        for receiver in self.receivers:
            receiver.join(10)

    def caught_up(self):
        return all(sent.id in receiver.seen for i, receiver in enumerate(self.receivers) if receiver.is_alive()
                   for sent in self.ledger.sends if sent.talk in self.talks(i))


def history(device, conversation):
    return device.items(f"/v1/conversations/{conversation}/messages", after=0, limit=200)


def audit(run):
    """Everything that can be read, against everything that was answered; answers the number of holes."""
    check, views, holes = Audit(run.ledger), {}, 0
    for i, device in enumerate(run.senders_devices):
        for talk in run.talks(i):
            frames = history(device, name_for(talk, device.key))
            check.check_frames(talk, device.key, frames, "history")
            views.setdefault(talk, {})[device.key] = frames
            shown = run.receivers[i].shown[name_for(talk, device.key)]
            check.check_frames(talk, device.key, shown, "what was shown")
        waiting = run.away[i].items("/v1/offline", limit=1000)
        check.check_inbox(device.key, waiting, run.talks(i))
        run.listening[i].acknowledge_all()
        if run.listening[i].offline():
            run.ledger.fault("twice", f"what {device.key} acknowledged is still waiting")
    for talk, readers in views.items():
        check.check_same(talk, readers)
        holes += check.check_holes(talk, max(readers.values(), key=len))
    return holes


def report(run, holes):
    """The totals, the first few faults of each kind, and the exit code."""
    faults = run.ledger.faults
    for kind, found in sorted(faults.items()):
        for what in found[:10]:
            print(f"  {kind}: {what}")
        if len(found) > 10:
            print(f"  {kind}: and {len(found) - 10} more")
    print(f"answered {len(run.ledger.sends)}, attempts without an answer {sum(run.ledger.unanswered.values())}, "
          f"holes {holes}, connections {sum(r.reconnects for r in run.receivers)}, errors {len(faults['error'])}")
    print(" ".join(f"{kind} {len(faults[kind])}" for kind in KINDS))
    return 1 if any(faults.values()) or not run.ledger.sends else 0


def main():
    options = arguments()
    seed = options.seed if options.seed is not None else random.randrange(1_000_000)
    directory = options.data or tempfile.mkdtemp(prefix="godwit-kill-")
    RECORDER.openapi = RECORDER.asyncapi = None  # the black-box suite holds answers to the contract; here is load
    server = new_server(directory).start()
    code = 1
    try:
        print(f"seed {seed}, {options.rounds} rounds, files in {directory}")
        run = Run(server, options.people, seed)
        run.start()
        for number in range(1, options.rounds + 1):
            killed = run.round(options.up)
            print(f"round {number}: killed {killed}, {len(run.ledger.sends)} answered so far", flush=True)
        run.finish()
        code = report(run, audit(run))
    finally:
        server.kill()
        server.remove()
    if code == 0 and not options.data:
        shutil.rmtree(directory)
    return code


if __name__ == "__main__":
    sys.exit(main())
