"""A house of people as a year of use leaves it, filled through the API of a server on a data directory; and everything that each of their
devices sees, to be held against what it sees when all of it was moved."""
from kit.api import Api, segment
from kit.names import unique
from kit.server import run_admin

# What asking itself changes, and what differs from server to server.
CHANGES = {"lastSeenAt", "current", "online"}
DEVICES = {"CAPS_DEVICES": 3, "SESSIONS_PER_USER": 3}  # the server's settings: few, so that some are forgotten
WORDS = ("天气", "plan", "group", "gone", "recalled")


def without_what_changes(value):
    if isinstance(value, dict):
        return {name: without_what_changes(one) for name, one in value.items() if name not in CHANGES}
    return [without_what_changes(one) for one in value] if isinstance(value, list) else value


class Scene:
    """`devices`: every device by a name; `sends`: bodies that were answered, with the answers."""

    def __init__(self, world):
        self.world, self.devices, self.sends = world, {}, []
        self.alice, self.bob, self.carol, self.dave, self.erin = world.friends("alice", "bob", "carol", "dave", "erin")
        self.frank, self.grace = world.people("frank", "grace")
        self.tablet = self.bob.another("the tablet", "Bob's tablet")
        for name in ("alice", "bob", "carol", "dave", "erin", "frank", "grace", "tablet"):
            self.devices[name] = getattr(self, name)
        self._talk()
        self._groups()
        self._people()
        self._positions()

    def _send(self, device, to, text, **more):
        kind, receiver = (101, to.key) if hasattr(to, "key") else (102, to)
        body = {"type": kind, "msgReceiver": receiver, "msg": text, "clientId": unique("c"), **more}
        answer = device.post("/v1/messages", body).ok(201)
        self.sends.append((device, body, answer))
        return answer

    def _talk(self):
        self.direct = [self._send(self.alice, self.bob, f"plan {i} 今天天气") for i in range(8)]
        self._send(self.bob, self.alice, "an answer", replyTo=self.direct[2]["id"])
        self.recalled = self._send(self.alice, self.bob, "recalled between two")
        self.alice.recall(self.recalled).ok()
        self._send(self.alice, self.bob, "after that")
        self._send(self.carol, self.alice, "plan of carol")
        self.alice.post("/v1/messages", {"type": 101, "msgReceiver": self.erin.key, "msg": "without a clientId"}).ok(201)

    def _groups(self):
        self.group = self.alice.new_group(self.bob, self.carol, self.dave, name="plan group")
        self._send(self.alice, self.group, "group: before")
        gone = self._send(self.bob, self.group, "recalled in the group")
        self.bob.recall(gone).ok()
        self.dave.leave_group(self.group).ok(204)
        self._send(self.alice, self.group, "group: without dave")
        self.alice.delete(f"/v1/groups/{self.group}/members/{self.carol.key}").ok(204)
        self._send(self.bob, self.group, "group: without carol")
        back = self.dave.post(f"/v1/groups/{self.group}/requests", {"note": "again"}).ok(201)
        self.alice.answer(back, kind="group").ok()
        self._send(self.dave, self.group, "group: dave is back")
        self.alice.change_member(self.group, self.bob, role="admin").ok()
        self._send(self.alice, self.group, "group: the last")
        self.gone = self.bob.new_group(self.alice, name="gone")
        self._send(self.bob, self.gone, "gone soon")
        self.bob.delete(f"/v1/groups/{self.gone}").ok(204)
        self.frank.post(f"/v1/groups/{self.group}/requests", {"note": "let me in"}).ok(201)

    def _people(self):
        self.alice.put(f"/v1/blocks/{self.erin.key}").ok(204)
        self.grace.ask(self.alice, "do you know me?")
        refused = self.frank.ask(self.bob)
        self.bob.answer(refused, "reject").ok()
        self.alice.patch("/v1/me", {"bio": "moves house", "name": "爱丽丝 Liddell"}).ok()
        self.alice.patch(f"/v1/friends/{self.bob.key}", {"alias": "Robert"}).ok()
        url = self.world.server.admin_url
        run_admin(url, "users", "grant-admin", self.alice.key)
        self.service = run_admin(url, "key", "--name", "billing").strip().splitlines()[-1]
        self.invite = run_admin(url, "invite", "--uses", "3").strip().splitlines()[-1]
        run_admin(url, "disable", self.world.account("mallory").key)
        push = {"to": {"users": [self.bob.key]}, "title": "Bill", "msg": "plan: pay", "clientId": "bill-1"}
        Api(self.world.base, self.service).post("/v1/push", push).ok(202)

    def _positions(self):
        """Bob's phone is behind in one conversation and not in another; his tablet has taken everything but the last; a third one is
        gone; Carol has taken all; Alice nothing. Erin's furthest device was forgotten, its place is not."""
        direct = "u:" + self.alice.key
        self.bob.acknowledge(direct, self.direct[3]["seq"])
        self.bob.read_up_to(direct, self.direct[5]["seq"]).ok()
        self.tablet.acknowledge_all()
        lost = self.bob.another("the lost one")
        lost.delete(f"/v1/sessions/{lost.session_id}").ok(204)
        furthest = self.erin.another("the forgotten one")
        furthest.acknowledge_all()
        for i in range(DEVICES["CAPS_DEVICES"]):  # beyond which the first are forgotten, and logged out
            self.erin = self.devices["erin"] = self.erin.another(f"erin's {i}")
        self._send(self.alice, self.bob, "plan: nobody has this yet")
        self._send(self.bob, self.group, "group: nor this")
        self.carol.acknowledge_all()

    # what is seen

    def views(self, base):
        """Of every device, at the server or house of this address."""
        return {name: view_of(Api(base, device.token), self._conversations_of(device)) for name, device in self.devices.items()}

    def _conversations_of(self, device):
        people = [one for one in (self.alice, self.bob, self.carol, self.dave, self.erin, self.frank, self.grace) if one.key != device.key]
        return ["s:", f"g:{self.group}", f"g:{self.gone}", *(f"u:{one.key}" for one in people)]

    def of_a_new_device(self, base, device, name):
        """Its inbox, and its list of conversations."""
        body = {"key": device.key, "password": device.password, "device": {"id": name}}
        own = Api(base, Api(base).post("/v1/sessions", body).ok(201)["token"])
        return without_what_changes({"offline": pages(own, "/v1/offline"), "complete": own.get("/v1/offline").ok()["complete"],
                                     "conversations": pages(own, "/v1/conversations")})


def pages(api, path, **params):
    items, cursor = [], None
    while True:
        answer = api.get(path, **params, **({"cursor": cursor} if cursor else {})).ok()
        items += answer["items"]
        cursor = answer.get("next")
        if not cursor:
            return items


def answer_of(api, path, **params):
    """The whole list, or which error."""
    first = api.get(path, **params)
    return first.status if first.status != 200 else pages(api, path, **params)


def view_of(api, conversations):
    seen = {path: answer_of(api, path) for path in ("/v1/friends", "/v1/blocks", "/v1/groups", "/v1/sessions", "/v1/conversations")}
    seen["me"] = api.get("/v1/me").ok()
    for which in ("in", "out"):
        seen[f"friend requests {which}"] = answer_of(api, "/v1/friend-requests", box=which)
        seen[f"group requests {which}"] = answer_of(api, "/v1/group-requests", box=which)
    for one in seen["/v1/groups"]:
        seen[f"members of {one['key']}"] = answer_of(api, f"/v1/groups/{one['key']}/members")
    for one in conversations:
        seen[f"history of {one}"] = answer_of(api, f"/v1/conversations/{segment(one)}/messages")
    for word in WORDS:
        seen[f"search for {word}"] = answer_of(api, "/v1/messages/search", q=word)
    waiting = api.get("/v1/offline", limit=1000).ok()
    seen["offline"] = {name: waiting[name] for name in ("items", "complete", "epoch")}
    return without_what_changes(seen)


def differences(before, after):
    """"bob: /v1/friends", with both, of everything that is not the same."""
    found = []
    for name, views in before.items():
        found += [f"{name}: {what}\n  before {seen}\n  after  {after[name][what]}" for what, seen in views.items() if seen != after[name][what]]
    return found
