"""nginx and HAProxy with TLS and HTTP/2 in front, exactly as docs/operations.md sets them up: everything works, and each person is
counted under an address of their own."""
import http.client
import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
import websocket

from kit.names import unique
from kit.proxies import Proxy, tls_connection
from kit.waiting import eventually

SETTINGS = {"LIMITS_ENABLED": "true", "GATEWAY_TRUSTED_PROXIES": "127.0.0.1,::1", "LIMITS_REGISTRATIONS_PER_ADDRESS": 5,
            "PASSWORDS_THREADS": 2}
PASSWORD = "correct horse 7"


@pytest.fixture(name="front", scope="module", params=["nginx", "haproxy"])
def fixture_front(request, module_server, tmp_path_factory):
    proxy = Proxy(request.param, tmp_path_factory.mktemp(request.param), module_server.port).start()
    yield proxy
    proxy.stop()


class Visitor:
    """A person at a browser somewhere: an address, one kept connection, a socket."""

    def __init__(self, front, address):
        self.front, self.address, self.key, self.token = front, address, None, None
        self.http = self.connection()

    def connection(self):
        connection = http.client.HTTPSConnection("127.0.0.1", self.front.port, timeout=300)
        connection.sock = tls_connection(self.front.port, self.address)
        return connection

    def call(self, method, path, body=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        self.http.request(method, path, body=body, headers=headers)
        reply = self.http.getresponse()
        content = reply.read()
        if reply.getheader("Connection", "").lower() == "close":
            self.http.close()
            self.http = self.connection()
        return reply.status, content

    def asked(self, status, *what, **headers):
        got, content = self.call(*what, **headers)
        assert got == status, f"{what[:2]} of {self.address}: {got} {content[:300]}"
        return json.loads(content) if content else None

    def load_page(self):
        """The page and all files that it names at once."""
        status, content = self.call("GET", "/", Accept="text/html")
        assert status == 200, status
        for path in re.findall(r'(?:src|href)="(/[^"]+)"', content.decode()):
            status, _ = self.call("GET", path)
            assert status == 200, f"{path}: {status}"

    def come_in(self, prefix="someone"):
        self.key = unique(prefix)
        self.asked(201, "POST", "/v1/users", {"key": self.key, "password": PASSWORD})
        self.token = self.asked(201, "POST", "/v1/sessions", {"key": self.key, "password": PASSWORD})["token"]
        return self

    def connect(self):
        sock = websocket.create_connection(
            self.front.url.replace("https", "wss") + "/v1/socket", timeout=300, origin=self.front.url,
            socket=tls_connection(self.front.port, self.address), subprotocols=["godwit.v1", f"bearer.{self.token}"])
        assert json.loads(sock.recv())["type"] == 201
        return sock


def befriend(one, other):
    request = one.asked(201, "POST", "/v1/friend-requests", {"receiver": other.key})
    other.asked(200, "POST", f"/v1/friend-requests/{request['id']}/approve")


def next_text(sock):
    while (frame := json.loads(sock.recv()))["type"] != 101:
        pass
    return frame["msg"]


def test_register_log_in_connect_and_be_pushed_to(front):
    alice, bob = Visitor(front, "127.0.1.1").come_in("alice"), Visitor(front, "127.0.1.2").come_in("bob")
    befriend(alice, bob)
    sock = bob.connect()
    alice.asked(201, "POST", "/v1/messages", {"type": 101, "msgReceiver": bob.key, "msg": "through the proxy"})
    assert next_text(sock) == "through the proxy"
    sock.close()


def test_browsers_are_spoken_to_in_http_2(front):
    done = subprocess.run(["curl", "-sk", "--noproxy", "*", "--http2", "-o", "/dev/null", "-w", "%{http_version} %{http_code}",
                           front.url + "/healthz"], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == "2 200"


def test_fifty_people_at_once(front):
    """First visit, account, login, socket, a message to the next one: nothing is refused, nothing is lost."""
    people = [Visitor(front, f"127.0.3.{i}") for i in range(1, 51)]

    def come(person):
        person.load_page()
        person.come_in()
        return person.connect()

    with ThreadPoolExecutor(50) as threads:
        sockets = list(threads.map(come, people))
        pairs = list(zip(people[::2], people[1::2]))
        list(threads.map(lambda pair: befriend(*pair), pairs))
        list(threads.map(lambda pair: pair[0].asked(
            201, "POST", "/v1/messages", {"type": 101, "msgReceiver": pair[1].key, "msg": pair[0].key}), pairs))
        texts = list(threads.map(next_text, sockets[1::2]))
        assert texts == [one.key for one, _ in pairs]
        list(threads.map(lambda person: person.load_page(), people))
    for sock in sockets:
        sock.close()


def test_limits_are_each_addresss_own_and_cannot_be_talked_away(front):
    network = "127.0.4." if front.kind == "nginx" else "127.0.5."  # the server is one for both
    busy, other = Visitor(front, network + "1"), Visitor(front, network + "2")
    statuses = []
    for i in range(8):
        forged = {"X_Forwarded_For": f"203.0.113.{i}", "Forwarded": f"for=203.0.113.{i}"}
        statuses.append(busy.call("POST", "/v1/users", {"key": unique("busy"), "password": PASSWORD}, **forged)[0])
    assert statuses[:5] == [201] * 5 and 429 in statuses[5:], statuses
    other.asked(201, "POST", "/v1/users", {"key": unique("other"), "password": PASSWORD})


@pytest.mark.parametrize("front", ["haproxy"], indirect=True)  # nginx checks nothing by itself
def test_haproxys_plain_health_check_says_up(front):
    assert eventually(lambda: front.server_states() == [("UP", "L7OK")] or None, within=15), front.server_states()
