"""A device by the book: shows each id once, orders by seq, fills holes from history, acknowledges what it has."""
import random
import threading
import time
from collections import defaultdict

import requests
from kit.channel import Closed
from kit.raw_socket import Refused

SILENCE = 10.0  # above the server's own pings; then the line is dead
HOLE_PATIENCE = 0.3  # pushes may overtake each other; after this, history is the judge
AWAY = (Closed, Refused, EOFError, OSError, requests.RequestException)


class Unavailable(Exception):
    """The server answered, but cannot serve right now."""


def wanted(answer):
    if answer.status >= 500:
        raise Unavailable
    return answer.ok(200, 204)


class Receiver(threading.Thread):
    def __init__(self, device, ledger, seed, urls):
        super().__init__(name=f"receiver {device.key}")
        self.device, self.ledger, self.random, self.urls = device, ledger, random.Random(seed), urls
        self.stopping = threading.Event()
        self.seen = {}  # id -> (conversation, seq)
        self.came = {}  # id -> by which way, and when
        self.shown = defaultdict(list)  # conversation -> frames in the order shown
        self.have = defaultdict(int)  # conversation -> everything up to this seq is shown, or history does not have it
        self.held = defaultdict(dict)  # conversation -> seq -> frame that waits behind a hole
        self.holes = {}  # conversation -> when a hole was noticed, and the seq that showed it
        self.acknowledged, self.reconnects = {}, 0
        self.back = []  # when it had connected and pulled, each time

    def run(self):
        while not self.stopping.is_set():
            try:
                self.listen()
            except (*AWAY, Unavailable):
                self.device.go_elsewhere(self.urls)
                time.sleep(self.random.uniform(0.01, 0.05))
            except Exception as error:  # a broken promise of the protocol ends the run
                self.ledger.fault("error", f"{self.name} ended: {error!r}")
                return

    def listen(self):
        channel = self.device.connect()
        self.reconnects += 1
        self.acknowledged = {}  # whatever was under way may be lost
        try:
            self.pull()
            self.back.append(time.monotonic())
            while not self.stopping.is_set():
                try:
                    frame = channel.read(within=0.05)
                    if "seq" in frame and "id" in frame:
                        self.take(frame, "push")
                    elif frame["type"] == 305:  # pushes may be missing
                        self.pull()
                except TimeoutError:
                    if time.monotonic() - channel.heard > channel.hello["ping"] + SILENCE:
                        raise Closed(1006, "silence") from None
                self.fill_holes()
                self.acknowledge(channel)
        finally:
            channel.close()

    def pull(self):
        last, cursor, complete = defaultdict(int), "", True
        while cursor is not None:
            page = wanted(self.device.get("/v1/offline", limit=1000, cursor=cursor))
            for frame in page["items"]:
                self.check_order(last, frame)
                self.take(frame, "pull")
            cursor, complete = page["next"], complete and page["complete"]
        if not complete:
            self.refill()

    def check_order(self, last, frame):
        conversation, seq = frame["conversation"], frame["seq"]
        if seq <= last[conversation] or frame["time"] < last["time"]:
            self.ledger.fault("out_of_order", f"{self.name}: /v1/offline gave {conversation} {seq} too late")
        last[conversation], last["time"] = seq, frame["time"]

    def refill(self):
        for row in self.device.items("/v1/conversations"):
            if row["headSeq"] > self.have[row["conversation"]]:
                self.ask_history(row["conversation"], row["headSeq"])

    def take(self, frame, way):
        conversation, seq, name = frame["conversation"], frame["seq"], frame["id"]
        if name in self.seen:
            if self.seen[name] != (conversation, seq):
                self.ledger.fault("twice", f"{self.name}: {name} at {self.seen[name]} and at {(conversation, seq)}")
            return
        self.seen[name] = (conversation, seq)
        self.came[name] = (way, time.time())
        if seq <= self.have[conversation]:
            self.ledger.fault("out_of_order", f"{self.name}: {conversation} {seq} after {self.have[conversation]}")
            return
        if seq in self.held[conversation]:
            self.ledger.fault("twice", f"{self.name}: two frames at {conversation} {seq}")
        self.held[conversation][seq] = frame
        self.show(conversation)

    def show(self, conversation, up_to=0):
        """Shows what follows without a hole, or, where history has judged, everything up to a seq."""
        held = self.held[conversation]
        for seq in sorted(held):
            if seq != self.have[conversation] + 1 and seq > up_to:
                break
            self.shown[conversation].append(held.pop(seq))
            self.have[conversation] = seq
        self.have[conversation] = max(self.have[conversation], up_to)
        if held:
            self.holes.setdefault(conversation, (time.monotonic(), max(held)))
        else:
            self.holes.pop(conversation, None)

    def fill_holes(self):
        for conversation, (since, seq) in list(self.holes.items()):
            if time.monotonic() - since > HOLE_PATIENCE:
                self.holes.pop(conversation)
                self.ask_history(conversation, seq)

    def ask_history(self, conversation, up_to):
        """Takes what history has above what I have, and its word that nothing more is below `up_to`."""
        path, cursor = f"/v1/conversations/{conversation}/messages", ""
        while cursor is not None:
            where = {"cursor": cursor} if cursor else {"after": self.have[conversation]}
            page = wanted(self.device.get(path, limit=200, **where))
            for frame in page["items"]:
                self.take(frame, "history")
            cursor = page["next"]
        self.show(conversation, up_to)

    def acknowledge(self, channel):
        ready = {name: seq for name, seq in self.have.items() if seq > self.acknowledged.get(name, 0)}
        if not ready or self.random.random() < 0.7:
            return
        if self.random.random() < 0.3:
            wanted(self.device.post("/v1/acks", ready))
        else:
            for conversation, seq in ready.items():
                channel.acknowledge(conversation, seq)
        self.acknowledged.update(ready)
