"""Sends one message after the other, and repeats each with its clientId until it is answered."""
import random
import threading
import time

import requests
from ledger import Sent, Wait, talk_of

DROPPED = 0.1  # of the answers: treated as if they had never come, so that answered sends are repeated too
RETRY_STATUSES = (408, 429, 500, 503)


class Sender(threading.Thread):
    """`targets` are friends (with a `key`) and groups (plain keys); `urls`: the gateways."""

    def __init__(self, device, targets, ledger, seed, urls):  # pylint: disable=too-many-arguments
        super().__init__(name=f"sender {device.key}")
        self.device, self.targets, self.ledger, self.urls = device, targets, ledger, urls
        self.random, self.stopping, self.count = random.Random(seed), threading.Event(), 0
        self.last_seq = {}

    def run(self):
        try:
            while not self.stopping.is_set():
                self.send_one()
        except Exception as error:  # any other end of this thread would hide what it did not send
            self.ledger.fault("error", f"{self.name} ended: {error!r}")

    def send_one(self):
        self.count += 1
        target, text = self.random.choice(self.targets), f"{self.device.key}/{self.count}"
        in_group = not hasattr(target, "key")
        talk = talk_of(self.device.key, target if in_group else target.key, in_group)
        first = self.until_answered(talk, target, text)
        if first is None:
            return
        if self.random.random() < DROPPED:
            again = self.until_answered(talk, target, text)
            if again is not None and again != first:
                self.ledger.fault("twice", f"{text}: answered {first}, and repeated {again}")
        if first["seq"] <= self.last_seq.get(talk, 0):
            self.ledger.fault("out_of_order", f"{text}: seq {first['seq']} after {self.last_seq[talk]}")
        self.last_seq[talk] = first["seq"]
        self.ledger.answered(Sent(talk, self.device.key, text, first["id"], first["seq"]))

    def until_answered(self, talk, target, text):
        """The answer's body; None where the server refuses for good, which is a fault here."""
        began, attempts = time.monotonic(), 0
        while True:
            attempts += 1
            try:
                answer = self.device.send(target, text, clientId=text)
                if answer.status in (200, 201):
                    self.ledger.waited(Wait(self.device.key, answer.json["id"], began, time.monotonic(), attempts))
                    return answer.json
                if answer.status not in RETRY_STATUSES:
                    self.ledger.fault("error", f"{text}: {answer!r}")
                    return None
            except requests.RequestException:
                pass
            self.ledger.no_answer(talk)
            self.device.go_elsewhere(self.urls)
            time.sleep(self.random.uniform(0.01, 0.05))
