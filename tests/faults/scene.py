"""A house under load while something happens to what it stands on: what the senders, and somebody who uses everything, saw of it."""
import contextlib
import random
import threading
import time
from collections import Counter

from kit.api import TIMEOUT
from kit.waiting import eventually
from probes import Probes
from roles_run import TALLY, RolesRun

PEOPLE = 4
LIMIT = 13.0  # seconds: a call ends within 12 (src/rpc/methods.hpp, forward), and the machine is busy
BACK_WITHIN = 30.0
SETTLED_AFTER = 6.0  # seconds from a fault on: copies that may still be trusted, calls that were under way


class Fault:
    """One of them, from its beginning until everything is answered again."""

    def __init__(self, scene, name):
        self.scene, self.name, self.began = scene, name, time.monotonic()
        self.until, self.mended, self.back_after = None, None, None

    def lasts(self, seconds):
        time.sleep(seconds)  # a fault lasts for a time; this is it
        self.until = time.monotonic()

    def mended_now(self):
        """The engine answers again; within BACK_WITHIN everything does."""
        self.mended = time.monotonic()
        probes = self.scene.probes
        try:
            eventually(lambda: probes.well_since(self.mended), within=BACK_WITHIN, every=0.1)
        except AssertionError:
            raise AssertionError(f"{self.name}: not back after {BACK_WITHIN} s: {self.answers(self.mended)}") from None
        self.back_after = probes.last_trouble(self.mended)

    def answers(self, begin=None, end=None):
        return self.scene.probes.tally(begin or self.began, end or time.monotonic())

    def outcomes(self, kind):
        """Of calls that began when the fault had settled, and before it was over."""
        end = self.until or time.monotonic()
        return [o for o in self.scene.probes.of[kind].since(self.began + SETTLED_AFTER) if o.began < end]

    def goes_on(self, *kinds):
        for kind in kinds:
            found = self.outcomes(kind)
            assert found and all(o.well for o in found), f"{self.name}: {kind} does not go on: {found}"

    def is_refused(self, *kinds):
        """503, and nothing else; of calls that were answered when the fault had settled, and before it was over, however long they
        had waited: one that waits until it is over may be taken."""
        begin, end = self.began + SETTLED_AFTER, self.until or time.monotonic()
        for kind in kinds:
            found = [o for o in self.scene.probes.of[kind].since(0) if begin <= o.began + o.took < end]
            assert found and all(o.status == 503 for o in found), f"{self.name}: {kind} is not refused: {found}"

    def line(self, audited):
        pause = self.scene.noted.longest_pause(self.began)
        return (f"{self.name}: answered {len(self.scene.run.ledger.sends)} {audited}, longest pause of sends {pause:.1f} s, "
                f"slowest call {self.scene.probes.slowest(self.began):.1f} s, back after {self.back_after:.1f} s; "
                f"meanwhile {self.answers(self.began, self.mended)}")


class Noted:
    """How the senders' attempts were answered: when each good answer came, and which others there were."""

    def __init__(self, devices):
        self.lock, self.moments, self.others = threading.Lock(), [], Counter()
        for device in devices:
            device.send = self.noting(device.send)

    def noting(self, send):
        def noted(*what, **more):
            status = None
            try:
                answer = send(*what, **more)
                status = answer.status
                return answer
            finally:
                with self.lock:
                    if status in (200, 201):
                        self.moments.append(time.monotonic())
                    else:
                        self.others[status] += 1
        return noted

    def longest_pause(self, since):
        """Between two good answers to any of the senders."""
        with self.lock:
            moments = sorted(moment for moment in self.moments if moment >= since)
        return max((later - earlier for earlier, later in zip([since, *moments], moments)), default=0.0)


class Scene:
    def __init__(self, house, people=PEOPLE):
        self.house, self.by_name = house, dict(house.by_name)
        self.run = RolesRun(house, random.randrange(1_000_000), people, TIMEOUT)  # there is no other gateway to go to
        self.noted = Noted(self.run.senders_devices)
        self.probes, self.faults = Probes(house), []

    def __enter__(self):
        began = time.monotonic()
        self.run.start()
        self.probes.start()
        eventually(lambda: self.probes.well_since(began), within=60)
        return self

    def __exit__(self, kind, error, trace):
        self.run.stop()
        with contextlib.suppress(AssertionError):
            self.probes.stop()

    @contextlib.contextmanager
    def fault(self, name):
        """What is done inside happens to the house; it is mended at the end."""
        one = Fault(self, name)
        yield one
        one.mended_now()
        self.faults.append(one)

    def finish(self, socket_stays=True):
        """The audit, and what holds whatever happened."""
        if socket_stays:  # what was answered is pushed to it, too, or it is told to pull
            eventually(lambda: self.probes.all_pushed() or self.probes.socket.gaps, within=5)
        self.probes.stop()
        self.run.end()
        self.run.audit()
        ledger = self.run.ledger
        audited = " ".join(f"{kind} {len(ledger.faults[kind])}" for kind in TALLY)
        for fault in self.faults:
            print(fault.line(audited), flush=True)
        assert ledger.sends and not any(ledger.faults.values()), dict(ledger.faults)
        assert set(self.noted.others) <= {503}, f"senders were answered {self.noted.others}"
        self.check_answers()
        if socket_stays:
            assert self.probes.socket.closed is None, f"the open socket was closed: {self.probes.socket.closed}"
            assert self.probes.socket.slowest_pong < 5, self.probes.socket.slowest_pong
        assert all(self.house.by_name[role] is one and one.poll() is None for role, one in self.by_name.items())

    def check_answers(self):
        """Well, or 503 with the time to wait, and within the limit: nothing else, nobody is logged out."""
        for kind, probe in self.probes.of.items():
            for outcome in probe.outcomes:
                refused = outcome.status == 503 and outcome.code == "unavailable" and int(outcome.wait or 0) >= 1
                assert outcome.well or refused, f"{kind} was answered {outcome}"
                assert outcome.took < LIMIT, f"{kind} took {outcome.took:.1f} s: {outcome}"
