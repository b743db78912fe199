"""What the senders were told: the ground that the audit stands on."""
import threading
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Sent:
    """One message whose sender got an answer. `talk` names the conversation the same for everybody in it."""
    talk: tuple
    sender: str
    text: str
    id: str
    seq: int


class Wait(NamedTuple):
    """How one answered send fared: when it was tried first, when it was answered, in how many attempts."""
    sender: str
    id: str
    began: float
    ended: float
    attempts: int


def talk_of(sender, receiver, in_group):
    return ("g", receiver) if in_group else ("u", *sorted((sender, receiver)))


def name_for(talk, reader):
    """The conversation's name as one of its people sees it."""
    if talk[0] == "g":
        return "g:" + talk[1]
    return "u:" + (talk[2] if talk[1] == reader else talk[1])


class Ledger:
    def __init__(self):
        self.lock = threading.Lock()
        self.sends = []
        self.unanswered = Counter()  # attempts that died without an answer, by talk: each may have left a hole
        self.waits = []
        self.faults = defaultdict(list)  # what went wrong on the way, by kind

    def answered(self, sent):
        with self.lock:
            self.sends.append(sent)

    def waited(self, wait):
        with self.lock:
            self.waits.append(wait)

    def no_answer(self, talk):
        with self.lock:
            self.unanswered[talk] += 1

    def fault(self, kind, what):
        with self.lock:
            self.faults[kind].append(what)
