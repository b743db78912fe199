"""The independent checker: what the senders were told against what everybody can read."""
from collections import Counter, defaultdict

from ledger import name_for


class Audit:
    def __init__(self, ledger):
        self.ledger = ledger
        self.by_talk = defaultdict(list)
        for sent in ledger.sends:
            self.by_talk[sent.talk].append(sent)
        self.check_answers()

    def fault(self, kind, what):
        self.ledger.fault(kind, what)

    def check_answers(self):
        """No two answers share an id, nor a seq in one conversation."""
        for what, counted in (("id", Counter(sent.id for sent in self.ledger.sends)),
                              ("seq", Counter((sent.talk, sent.seq) for sent in self.ledger.sends))):
            for value, times in counted.items():
                if times > 1:
                    self.fault("twice", f"{times} answers with the {what} {value}")

    def check_frames(self, talk, reader, frames, where, whole=True):
        """What one reader has of a conversation, in the order they have it: each answered send, once, at its seq."""
        seqs = [frame["seq"] for frame in frames]
        if seqs != sorted(seqs):
            self.fault("out_of_order", f"{where} of {reader}, {talk}")
        self.check_repeats(talk, reader, frames, where)
        found = {frame["id"]: frame for frame in frames}
        for sent in self.by_talk[talk] if whole else ():
            frame = found.get(sent.id)
            if frame is None:
                self.fault("lost", f"{sent.text} ({sent.seq}) is not in {where} of {reader}")
            elif (frame["seq"], frame["msg"], frame["msgSender"]) != (sent.seq, sent.text, sent.sender):
                self.fault("lost", f"{sent} is {frame} in {where} of {reader}")

    def check_repeats(self, talk, reader, frames, where):
        messages = [frame for frame in frames if frame["type"] in (101, 102)]
        for what, values in (("id", [f["id"] for f in frames]), ("seq", [f["seq"] for f in frames]),
                             ("text", [f["msg"] for f in messages])):
            for value, times in Counter(values).items():
                if times > 1:
                    self.fault("twice", f"{what} {value}: {times} times in {where} of {reader}, {talk}")

    def check_holes(self, talk, frames):
        """Seqs are dense but for attempts that died unanswered. Takes a whole history, says how many holes it has."""
        seqs = {frame["seq"] for frame in frames}
        holes = max(seqs, default=0) - len(seqs)
        if holes > self.ledger.unanswered[talk]:
            self.fault("lost", f"{talk} has {holes} holes, and {self.ledger.unanswered[talk]} attempts died unanswered")
        return holes

    def check_same(self, talk, views):
        """Everybody reads the same history, from where the last of them came in."""
        start = max(frames[0]["seq"] if frames else 0 for frames in views.values())
        seen = {str([(f["id"], f["seq"], f["msg"]) for f in frames if f["seq"] >= start]) for frames in views.values()}
        if len(seen) > 1:
            self.fault("lost", f"{talk} reads differently for {', '.join(views)}")

    def check_inbox(self, reader, frames, talks):
        """A device that never acknowledged has everything of its talks waiting, oldest first."""
        times = [frame["time"] for frame in frames]
        if times != sorted(times):
            self.fault("out_of_order", f"the inbox of {reader} is not oldest first")
        for talk in talks:
            mine = [f for f in frames if f["conversation"] == name_for(talk, reader)]
            self.check_frames(talk, reader, mine, "the inbox")
