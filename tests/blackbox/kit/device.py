"""One logged-in device of a person: what an app does for its owner, in one line each."""
from kit import shapes
from kit.api import Api, segment
from kit.channel import Channel
from kit.names import unique
from kit.raw_socket import Refused
from kit.recorder import RECORDER


class Device(Api):
    """`key` is the account's; `login` is what POST /v1/sessions answered."""

    def __init__(self, base, account, login):
        super().__init__(base, login["token"])
        self.account, self.login = account, login
        self.key, self.password = account.key, account.password
        self.open_channels = account.open_channels

    @property
    def session_id(self):
        session = self.login["session"]
        return session["id"] if isinstance(session, dict) else session

    def mine(self):
        """My own row of GET /v1/sessions."""
        current, = [row for row in self.items("/v1/sessions") if row["current"]]
        return current

    def another(self, device_id=None, name=None):
        """The same person logs in once more."""
        return self.account.log_in(device_id, name)

    # the socket

    def connect(self, **how):
        where = self.login["socket"]
        base, path = self.base, where
        if where.startswith("ws://"):
            base, _, path = where[5:].partition("/")
            base, path = "http://" + base, "/" + path
        channel = Channel(base, self.token, path, **how)
        self.open_channels.append(channel)
        return channel

    def refused_socket(self, **how):
        """The answer to a handshake that has to fail."""
        try:
            self.connect(**how).close()
        except Refused as refused:
            return refused.answer
        raise AssertionError("the socket was let in")

    # messages

    def send(self, to, text, **more):
        """Sends to a person or a device (101) or to a group's key (102), and answers whatever came."""
        kind, receiver = (101, to.key) if hasattr(to, "key") else (102, to)
        body = {"type": kind, "msgReceiver": receiver, "msg": text, "clientId": unique("c"), **more}
        return self.post("/v1/messages", {name: value for name, value in body.items() if value is not None})

    def sent(self, to, text="hello", **more):
        """A send that has to work for the first time."""
        return shapes.check_sent(self.send(to, text, **more).ok(201))

    def recall(self, message):
        return self.delete(f"/v1/messages/{message['id']}")

    def history_page(self, conversation, **params):
        items, following = self.page(f"/v1/conversations/{segment(conversation)}/messages", **params)
        return [read(frame, conversation) for frame in items], following

    def history(self, conversation, **params):
        """One page of it: the newest, if nothing else is asked."""
        return self.history_page(conversation, **params)[0]

    def texts(self, conversation):
        return [frame["msg"] for frame in self.history(conversation) if frame["type"] in (101, 102)]

    def offline_answer(self, **params):
        answer = self.get("/v1/offline", **params).ok()
        assert isinstance(answer["complete"], bool), answer
        for frame in answer["items"]:
            read(frame)
            assert frame["type"] in shapes.KEPT, f"not a kept frame: {frame}"
        return answer

    def offline(self, conversation=None):
        """Everything that waits for this device, or what of it belongs to one conversation."""
        waiting = [read(frame) for frame in self.items("/v1/offline")]
        return [frame for frame in waiting if conversation in (None, frame["conversation"])]

    def acknowledge(self, conversation, seq):
        self.post("/v1/acks", {conversation: seq}).ok(204)

    def acknowledge_all(self):
        heads = {}
        for frame in self.offline():
            heads[frame["conversation"]] = max(frame["seq"], heads.get(frame["conversation"], 0))
        heads = list(heads.items())
        for at in range(0, len(heads), 200):  # as many as one call takes
            self.post("/v1/acks", dict(heads[at:at + 200])).ok(204)

    def conversations(self):
        return [shapes.check_conversation(row) for row in self.items("/v1/conversations")]

    def conversation(self, name):
        """One row of the list, or None."""
        rows = [row for row in self.conversations() if row["conversation"] == name]
        assert len(rows) <= 1, rows
        return rows[0] if rows else None

    def read_up_to(self, conversation, seq):
        return self.put(f"/v1/conversations/{segment(conversation)}/read", {"seq": seq})

    # people and groups

    def ask(self, other, note=None):
        """A friend request that has to be new."""
        body = {"receiver": other.key, **({"note": note} if note is not None else {})}
        return shapes.check_friend_request(self.post("/v1/friend-requests", body).ok(201))

    def answer(self, request, verdict="approve", kind="friend"):
        return self.post(f"/v1/{kind}-requests/{request['id']}/{verdict}")

    def friend(self, other):
        rows = [row for row in self.items("/v1/friends") if row["user"]["key"] == other.key]
        return shapes.check_friend(rows[0]) if rows else None

    def new_group(self, *members, name="a group"):
        body = {"name": name, "members": [member.key for member in members]}
        return shapes.check_group(self.post("/v1/groups", body).ok(201))["key"]

    def group(self, group):
        return shapes.check_group(self.get(f"/v1/groups/{segment(group)}").ok())

    def member(self, group, other):
        rows = [row for row in self.items(f"/v1/groups/{segment(group)}/members") if row["user"]["key"] == other.key]
        return shapes.check_member(rows[0]) if rows else None

    def change_member(self, group, other, **changes):
        return self.patch(f"/v1/groups/{segment(group)}/members/{other.key}", changes)

    def leave_group(self, group):
        return self.delete(f"/v1/groups/{segment(group)}/members/me")


def read(frame, conversation=None):
    """A frame that came by HTTP: the same checks as one from the socket."""
    shapes.check_frame(frame)
    RECORDER.read(frame)
    assert conversation in (None, frame["conversation"]), f"not of {conversation}: {frame}"
    return frame
