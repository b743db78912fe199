"""Every call of the protocol, once: what it needs, a body that is right in form, and fields that are wrong."""
import re
from dataclasses import dataclass, field

NOBODY = "nobody.of.this.name"
HANDSHAKE = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
             "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    needs: str = "user"  # the token that it wants: "user", "admin", "service" or "nothing"
    body: dict = None
    wrong: dict = field(default_factory=dict)  # a body whose every field has a wrong type
    unknown: int = None  # the status where the path or the body names what does not exist
    headers: dict = None

    def ask(self, api):
        """Makes the call with names of what does not exist, in a form that has nothing wrong with it."""
        if self.body is None:
            return api.call(self.method, self.filled, headers=self.headers)
        return api.call(self.method, self.filled, self.body)

    @property
    def name(self):
        return f"{self.method} {self.path}"

    @property
    def shape(self):
        """The call without the names of its parameters, to compare with other lists of calls."""
        return self.method, re.sub(r"\{[^/]+?\}", "{}", self.path)

    def matches(self, path):
        return re.fullmatch(re.sub(r"\{[^/]+?\}", "[^/]+", self.path), path) is not None

    @property
    def filled(self):
        """The path with parameters that stand for nothing that exists."""
        path = self.path.replace("/conversations/{id}", f"/conversations/u:{NOBODY}")
        return re.sub(r"\{[^/]+?\}", NOBODY, path)


CALLS = [
    Call("POST", "/v1/users", "nothing", {"key": "some.one", "password": "12345678"}, {"key": 5, "password": 5}),
    Call("GET", "/v1/registration", "nothing"),
    Call("POST", "/v1/sessions", "nothing", {"key": NOBODY, "password": "12345678"}, {"key": 5, "password": 5}),
    Call("GET", "/v1/sessions"),
    Call("DELETE", "/v1/sessions/{id}", unknown=404),
    Call("GET", "/v1/me"),
    Call("PATCH", "/v1/me", body={"name": "x"}, wrong={"name": 5}),
    Call("PUT", "/v1/me/password", body={"old": "12345678", "new": "12345678"}, wrong={"old": 5, "new": 5}),
    Call("GET", "/v1/users"),
    Call("GET", "/v1/users/{key}", unknown=404),
    Call("GET", "/v1/friends"),
    Call("PATCH", "/v1/friends/{key}", body={"alias": "x"}, wrong={"alias": 5}, unknown=404),
    Call("DELETE", "/v1/friends/{key}", unknown=404),
    Call("POST", "/v1/friend-requests", body={"receiver": NOBODY}, wrong={"receiver": 5}, unknown=404),
    Call("GET", "/v1/friend-requests"),
    Call("POST", "/v1/friend-requests/{id}/approve", unknown=404),
    Call("POST", "/v1/friend-requests/{id}/reject", unknown=404),
    Call("GET", "/v1/blocks"),
    Call("PUT", "/v1/blocks/{key}", unknown=404),
    Call("DELETE", "/v1/blocks/{key}", unknown=404),
    Call("POST", "/v1/groups", body={"name": "x", "members": [NOBODY]}, wrong={"name": 5}, unknown=404),
    Call("GET", "/v1/groups"),
    Call("GET", "/v1/groups/{key}", unknown=404),
    Call("PATCH", "/v1/groups/{key}", body={"name": "x"}, wrong={"name": 5}, unknown=404),
    Call("DELETE", "/v1/groups/{key}", unknown=404),
    Call("GET", "/v1/groups/{key}/members", unknown=404),
    Call("PATCH", "/v1/groups/{key}/members/{user}", body={"role": "admin"}, wrong={"role": 5}, unknown=404),
    Call("DELETE", "/v1/groups/{key}/members/{user}", unknown=404),
    Call("POST", "/v1/groups/{key}/requests", body={"note": "x"}, wrong={"note": 5}, unknown=404),
    Call("GET", "/v1/group-requests"),
    Call("POST", "/v1/group-requests/{id}/approve", unknown=404),
    Call("POST", "/v1/group-requests/{id}/reject", unknown=404),
    Call("POST", "/v1/messages", body={"type": 101, "msgReceiver": NOBODY, "msg": "x"},
         wrong={"type": "x", "msgReceiver": 5, "msg": 5}, unknown=404),
    Call("DELETE", "/v1/messages/{id}", unknown=404),
    Call("GET", "/v1/conversations"),
    Call("GET", "/v1/conversations/{id}/messages", unknown=404),
    Call("PUT", "/v1/conversations/{id}/read", body={"seq": 1}, wrong={"seq": "x"}, unknown=404),
    Call("GET", "/v1/offline"),
    Call("POST", "/v1/acks", body={f"u:{NOBODY}": 1}, wrong={f"u:{NOBODY}": "x"}, unknown=404),
    Call("POST", "/v1/push", "service", {"to": {"users": [NOBODY]}, "msg": "x", "clientId": "x"},
         {"to": 5, "msg": 5}, unknown=404),
    Call("GET", "/v1/messages/search"),
    Call("GET", "/v1/admin/overview", "admin"),
    Call("GET", "/v1/admin/rates", "admin"),
    Call("GET", "/v1/admin/users", "admin"),
    Call("POST", "/v1/admin/users", "admin", {"key": "some.one.else"}, {"key": 5}),
    Call("GET", "/v1/admin/users/{key}", "admin", unknown=404),
    Call("POST", "/v1/admin/users/{key}/password", "admin", unknown=404),
    Call("POST", "/v1/admin/users/{key}/disable", "admin", unknown=404),
    Call("POST", "/v1/admin/users/{key}/enable", "admin", unknown=404),
    Call("DELETE", "/v1/admin/users/{key}/sessions", "admin", unknown=404),
    Call("DELETE", "/v1/admin/users/{key}/sessions/{id}", "admin", unknown=404),
    Call("GET", "/v1/admin/keys", "admin"),
    Call("DELETE", "/v1/admin/keys/{id}", "admin", unknown=404),
    Call("GET", "/v1/admin/groups", "admin"),
    Call("DELETE", "/v1/admin/groups/{key}", "admin", unknown=404),
    Call("GET", "/v1/admin/groups/{key}/members", "admin", unknown=404),
    Call("GET", "/v1/admin/nodes", "admin"),
    Call("GET", "/v1/admin/processes", "admin"),
    Call("GET", "/v1/admin/shards", "admin"),
    Call("GET", "/v1/admin/settings", "admin"),
    Call("POST", "/v1/admin/notices", "admin", {"to": {"users": [NOBODY]}, "msg": "x", "clientId": "x"},
         {"to": 5, "msg": 5}, unknown=404),
    Call("GET", "/v1/admin/audit", "admin"),
    Call("GET", "/v1/socket", headers=HANDSHAKE),
    Call("POST", "/v1/sockets", body={}, wrong={"avoid": 5}),
    Call("GET", "/healthz", "nothing"),
]

GUARDED = [call for call in CALLS if call.needs != "nothing"]
ADMIN = [call for call in CALLS if call.needs == "admin"]
WITH_BODY = [call for call in CALLS if call.body is not None]
LISTS = ["/v1/sessions", "/v1/users?q=a", "/v1/friends", "/v1/friend-requests", "/v1/blocks", "/v1/groups",
         "/v1/group-requests", "/v1/conversations", "/v1/offline", "/v1/messages/search?q=a",
         "/v1/admin/users", "/v1/admin/keys", "/v1/admin/groups", "/v1/admin/nodes", "/v1/admin/processes", "/v1/admin/settings", "/v1/admin/audit"]


def named(calls):
    """For pytest.mark.parametrize: calls with readable ids."""
    return {"argvalues": calls, "ids": [call.name.replace("/v1/", "") for call in calls]}
