"""What somebody who uses everything sees while an engine is away: each call again and again, on a thread of its own, with its time and
its answer; and a socket that stays open."""
import threading
import time
from collections import Counter
from dataclasses import dataclass

import requests
from kit import rfc6455
from kit.channel import Closed
from kit.names import unique
from kit.raw_socket import Refused
from kit.world import World, befriend

EVERY = 0.3  # seconds between two calls of one kind
WELL_AFTER = 3  # good answers in a row


@dataclass(frozen=True)
class Outcome:
    """`status`: None where no answer came. `wait`: the seconds of Retry-After."""
    began: float
    took: float
    status: int
    code: str
    wait: str

    @property
    def well(self):
        return self.status is not None and self.status < 300


class Probe(threading.Thread):
    def __init__(self, name, call):
        super().__init__(name=f"probe {name}", daemon=True)
        self.kind, self.call, self.outcomes, self.stopping = name, call, [], threading.Event()

    def run(self):
        while not self.stopping.wait(EVERY):
            began, status, code, wait = time.monotonic(), None, "", None
            try:
                answer = self.call()
                status, wait = answer.status, answer.headers.get("retry-after")
                code = answer.code if status >= 400 else ""
            except Refused as refused:
                status, wait, code = refused.answer.status, refused.answer.headers.get("retry-after"), refused.answer.code
            except Closed as closed:
                code = f"closed {closed.code}"
            except (requests.RequestException, OSError, EOFError) as error:  # TimeoutError is one of them
                code = type(error).__name__
            self.outcomes.append(Outcome(began, time.monotonic() - began, status, code, wait))

    def since(self, moment):
        return [outcome for outcome in list(self.outcomes) if outcome.began >= moment]


class Socket(threading.Thread):
    """One socket that is opened once: it asks for pongs, and counts what is pushed to it, and that it was told of a gap."""

    def __init__(self, device):
        super().__init__(name="probe socket", daemon=True)
        self.channel, self.stopping, self.closed = device.connect(), threading.Event(), None
        self.pushed, self.gaps, self.pongs, self.slowest_pong = [], 0, [], 0.0

    def run(self):
        asked = None
        while not self.stopping.is_set():
            try:
                if asked is None:
                    asked, self.channel.pong = time.monotonic(), None
                    self.channel.raw.send(rfc6455.PING, b"are you there")
                frame = self.channel.read(within=0.1)
                if frame["type"] in (101, 102):
                    self.pushed.append((time.monotonic(), frame["id"]))
                self.gaps += frame["type"] == 305
            except TimeoutError:
                pass
            except Closed as closed:
                self.closed = (time.monotonic(), closed.code, closed.reason)
                return
            if asked is not None and self.channel.pong is not None:
                self.pongs.append(time.monotonic())
                self.slowest_pong = max(self.slowest_pong, self.pongs[-1] - asked)
                asked = None


class Probes:
    """The people of a house who do the asking."""

    def __init__(self, house):
        world = World(house)
        self.sender, self.reader, self.visitor = world.person("probe"), world.person("probe"), world.account("probe")
        befriend(self.sender, self.reader)
        self.talk = f"u:{self.reader.key}"
        self.word, self.sent = unique("needle"), []
        self.sender.sent(self.reader, self.word)
        self.socket = Socket(self.reader.another("listens"))
        self.waiting, self.coming = self.reader.another("waits"), self.reader.another("comes")
        calls = {"send": self.send, "pull": self.pull, "history": self.history, "search": self.search, "login": self.login,
                 "people": self.people, "connect": self.connect}
        self.of = {name: Probe(name, call) for name, call in calls.items()}

    def send(self):
        answer = self.sender.send(self.reader, unique("probe"))
        if answer.status == 201:
            self.sent.append(answer.json["id"])
        return answer

    def pull(self):
        return self.waiting.get("/v1/offline", limit=10)

    def history(self):
        return self.sender.get(f"/v1/conversations/{self.talk}/messages", limit=10)

    def search(self):
        return self.sender.get("/v1/messages/search", q=self.word)

    def login(self):
        return self.visitor.try_to_log_in("one-device")

    def connect(self):
        """Until the socket says that it is there."""
        channel = self.coming.connect()
        channel.close()
        return channel.raw.answer

    def people(self):
        return self.sender.get("/v1/friends")

    def start(self):
        self.socket.start()
        for probe in self.of.values():
            probe.start()
        return self

    def stop(self):
        for thread in [self.socket, *self.of.values()]:
            thread.stopping.set()
        for thread in [self.socket, *self.of.values()]:
            thread.join(20)
            assert not thread.is_alive(), f"{thread.name} hangs"

    def all_pushed(self):
        """Whether the open socket was pushed all that was sent to it and answered."""
        return set(self.sent) <= {name for _, name in self.socket.pushed}

    def well_since(self, moment, kinds=None):
        """Whether the last calls of each kind that began after `moment` were answered well."""
        for name in kinds or self.of:
            last = self.of[name].since(moment)[-WELL_AFTER:]
            if len(last) < WELL_AFTER or not all(outcome.well for outcome in last):
                return False
        return True

    def last_trouble(self, moment):
        """Seconds after `moment` until the last call that began after it and was not answered well, of all kinds."""
        return max((o.began + o.took - moment for probe in self.of.values() for o in probe.since(moment) if not o.well), default=0.0)

    def tally(self, begin, end):
        """What each kind was answered in between: {kind: {status or code: times}}, for people to read."""
        return {name: dict(Counter(f"{o.status} {o.code}".strip() for o in probe.since(begin) if o.began < end))
                for name, probe in self.of.items()}

    def slowest(self, begin):
        return max((o.took for probe in self.of.values() for o in probe.since(begin)), default=0.0)
