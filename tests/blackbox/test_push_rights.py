"""Whom a group's texts are pushed to while people come and go: exactly whom their history shows them to."""
import threading

from kit.channel import Closed

ROUNDS, MOVERS = 25, 3


class Listener(threading.Thread):
    """Notes what a member is pushed of the group, until the owner's text to them alone."""

    def __init__(self, channel, group):
        super().__init__(daemon=True)
        self.channel, self.conversation, self.seqs, self.error = channel, "g:" + group, [], None

    def run(self):
        try:
            while True:
                frame = self.channel.read(within=60)
                if frame["type"] == 101:
                    return
                if frame.get("conversation") == self.conversation and "seq" in frame:
                    self.seqs.append(frame["seq"])
        except (AssertionError, TimeoutError, Closed) as broken:
            self.error = repr(broken)


class Writer(threading.Thread):
    def __init__(self, device, group, reply_to):
        super().__init__(daemon=True)
        self.device, self.group, self.reply_to = device, group, reply_to
        self.stopped, self.count, self.error = threading.Event(), 0, None

    def run(self):
        try:
            while not self.stopped.is_set():
                self.device.sent(self.group, "text", replyTo=self.reply_to)
                self.count += 1
        except AssertionError as broken:
            self.error = repr(broken)


def come_and_go(owner, group, member):
    for turn in range(ROUNDS):
        if turn % 2:
            member.leave_group(group).ok(204)
        else:
            owner.delete(f"/v1/groups/{group}/members/{member.key}").ok(204)
        member.post(f"/v1/groups/{group}/requests", {}).ok(201)


def readable(member, group):
    return {frame["seq"] for frame in member.items(f"/v1/conversations/g:{group}/messages", limit=200)}


def run(world, replies):
    group, owner, *members = world.group_of("owner", *["mover"] * MOVERS, "writer", "writer")
    owner.patch(f"/v1/groups/{group}", {"joinPolicy": "open"}).ok()
    movers, writers = members[:MOVERS], members[MOVERS:]
    first = owner.sent(group, "first")
    before = {mover.key: readable(mover, group) for mover in movers}
    listeners = [Listener(mover.connect(), group) for mover in movers]
    writers = [Writer(writer, group, first["id"] if replies else None) for writer in writers]
    going = [threading.Thread(target=come_and_go, args=(owner, group, mover)) for mover in movers]
    for thread in (*listeners, *writers, *going):
        thread.start()
    for thread in going:
        thread.join(120)
    for writer in writers:
        writer.stopped.set()
        writer.join(30)
    for mover, listener in zip(movers, listeners):
        owner.sent(mover, "that was all")
        listener.join(60)
    assert [one.error for one in (*listeners, *writers)] == [None] * (MOVERS + 2)
    assert sum(writer.count for writer in writers) > 2 * ROUNDS, "too little was written meanwhile"
    for mover, listener in zip(movers, listeners):
        may = readable(mover, group) - before[mover.key]
        pushed = set(listener.seqs)
        assert len(may) > ROUNDS
        assert (len(pushed - may), len(may - pushed)) == (0, 0), f"denied and pushed, and readable and not pushed: {mover.key}"
        assert listener.seqs == sorted(listener.seqs)


def test_texts(world):
    run(world, replies=False)


def test_replies(world):
    """Whose target is looked up between the question who is a member and the number."""
    run(world, replies=True)
