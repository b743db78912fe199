"""A load on a house of two processes a role, what its people noticed of a fault, and the audit at its end."""
import random
import threading
import time
from contextlib import contextmanager

import requests
from kill_rounds import KINDS, Run, audit, history
from kit.api import Api
from kit.recorder import RECORDER
from kit.waiting import eventually
from receiver import Receiver

PEOPLE, PATIENCE = 6, 5.0
SERVED_WITHIN = 30  # seconds from when a process is back
TALLY = (*KINDS, "denied")


class Mover(threading.Thread):
    """Is removed from the group and joins it again, over and over. Whatever an answer says, the next step is tried."""

    def __init__(self, owner, member, group, urls):
        super().__init__(name=f"mover {member.key}", daemon=True)
        self.owner, self.member, self.group, self.urls = owner, member, group, urls
        self.stopping, self.moves, self.log = threading.Event(), 0, []

    def run(self):
        while not self.stopping.wait(0.2):
            for device, call in ((self.owner, self.remove), (self.member, self.join_group)):
                try:
                    status = call()
                    self.log.append((round(time.time(), 3), call.__name__, status))
                    self.moves += status in (201, 204)
                except requests.RequestException:
                    device.go_elsewhere(self.urls)
                time.sleep(0.1)

    def remove(self):
        return self.owner.delete(f"/v1/groups/{self.group}/members/{self.member.key}").status

    def join_group(self):
        return self.member.post(f"/v1/groups/{self.group}/requests", {}).status


class RolesRun(Run):
    """Besides, somebody comes and goes in the group, and may be shown only what their history has."""

    def __init__(self, house, seed, people=PEOPLE, patience=PATIENCE):
        super().__init__(house, people, seed)
        self.guest = self.world.person("guest")
        listening = self.guest.another("listening")
        self.mover = Mover(self.senders_devices[0].another("owner"), self.guest, self.group, house.urls)
        self.watcher = Receiver(listening, self.ledger, seed, house.urls)
        self.began = time.monotonic()
        for device in (*self.senders_devices, *self.listening, listening, self.guest, self.mover.owner):
            device.timeout = patience

    @property
    def listeners(self):
        return [*self.receivers, self.watcher]

    def start(self):
        super().start()
        self.watcher.daemon = True
        self.watcher.start()
        self.mover.start()
        self.serves(self.began)

    def serves(self, since):
        """Returns once each sender was answered, and each listener shown, what was sent after `since`: how long that took."""
        def all_served():
            fresh = [wait for wait in self.ledger.waits if wait.began > since]
            ids = {wait.id for wait in fresh}
            return (len({wait.sender for wait in fresh}) == len(self.senders)
                    and all(not ids.isdisjoint(receiver.seen) for receiver in self.receivers))
        eventually(all_served, within=SERVED_WITHIN, every=0.05)
        return time.monotonic() - since

    def stop(self):
        """Nobody begins anything any more; does not wait."""
        for thread in (self.mover, *self.senders, *self.listeners):
            thread.stopping.set()

    def end(self):
        """The people stop; every send has its answer by then, and every listener everything."""
        self.mover.stopping.set()
        self.mover.join(15)
        self.in_no_hurry(self.guest)
        readable = self.readable()
        try:
            eventually(lambda: readable <= self.shown_to_guest(), within=15, every=0.1)
        except AssertionError:
            pass  # the audit names what is missing
        self.finish()
        self.watcher.stopping.set()
        self.watcher.join(10)

    @staticmethod
    def in_no_hurry(*devices):
        """For the audit, which is about what was lost, not about when it is back: they wait for as long as a call may take, and ask
        again what is 503."""
        for device in devices:
            device.timeout, device.patience = Api.timeout, SERVED_WITHIN

    def readable(self):
        return {frame["id"] for frame in history(self.guest, "g:" + self.group)}

    def shown_to_guest(self):
        return {name for name, (conversation, _) in list(self.watcher.seen.items()) if conversation == "g:" + self.group}

    def audit(self):
        """How many holes the histories have."""
        self.in_no_hurry(*self.senders_devices, *self.listening, *self.away)
        holes = audit(self)
        readable, shown = self.readable(), self.shown_to_guest()
        for name in sorted(shown - readable):
            self.ledger.fault("denied", f"seq {self.watcher.seen[name][1]} shown to who comes and goes by {self.watcher.came[name]}, "
                              f"with time {int(name[:12], 16)}; moves {self.mover.log[-40:]}")
        for name in sorted(readable - shown):
            self.ledger.fault("lost", f"{name} in the group, of who comes and goes")
        if self.mover.moves < 2:
            self.ledger.fault("error", "nobody came or went")
        return holes


class Noticed:
    """What people noticed from a moment on."""

    def __init__(self, run, since):
        waits = sorted((wait for wait in run.ledger.waits if wait.ended > since), key=lambda wait: wait.ended)
        ends = [since, *(wait.ended for wait in waits)]
        self.answered = len(waits)
        self.longest_send = max((wait.ended - max(wait.began, since) for wait in waits), default=float("inf"))
        self.attempts = max((wait.attempts for wait in waits), default=0)
        self.silence = max((later - one for one, later in zip(ends, ends[1:])), default=float("inf"))
        returns = [[back for back in listener.back if back > since] for listener in run.listeners]
        self.moved = sum(1 for one in returns if one)
        self.back = max((one[0] - since for one in returns if one), default=0.0)

    def __str__(self):
        return (f"answered {self.answered}, longest send {self.longest_send:.1f} s in up to {self.attempts} attempts, "
                f"nobody was answered for {self.silence:.1f} s, {self.moved} listeners came back, the last after {self.back:.1f} s")


@contextmanager
def loaded(house, seed=None):
    """People at work; afterwards the audit: nothing lost, shown twice, out of order, or to whom it is denied."""
    RECORDER.openapi = RECORDER.asyncapi = None  # the black-box suite holds answers to the contract; here is load
    run = RolesRun(house, random.randrange(1_000_000) if seed is None else seed)
    try:
        run.start()
        yield run
        run.end()
        run.audit()
    finally:
        run.stop()
        house.launch()  # what a failed test left dead
    faults = run.ledger.faults
    print(f"  in all answered {len(run.ledger.sends)}, came or went {run.mover.moves}: "
          + " ".join(f"{kind} {len(faults[kind])}" for kind in TALLY))
    assert not any(faults.values()), {kind: found[:5] for kind, found in faults.items() if found}
