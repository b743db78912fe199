"""gateway.sockets = direct: clients open their sockets at nodes, past the gateway, each with a ticket that is good once. That what is said
on such a socket is the same is what the suite shows with TEST_SOCKETS=direct."""
import json
import signal
import time

import pytest
import requests

from kit.api import Api
from kit.channel import PATIENCE, Channel
from kit.elsewhere import place_of
from kit.raw_socket import RawSocket, Refused
from kit.server import free_port
from kit.waiting import eventually
from kit.world import World

pytestmark = pytest.mark.many
PAGE = "https://chat.example"
SETTINGS = {"GATEWAY_SOCKETS": "direct", "GATEWAY_ORIGINS": "https://other.example", "LOG_LEVEL": "debug"}


def asked(device, avoid=None, **headers):
    """What POST /v1/sockets offers."""
    return device.call("POST", "/v1/sockets", {"avoid": avoid}, headers=headers).ok(201)


def at(offer, **headers):
    """The socket of an offer, as an app opens it."""
    base, path = place_of(offer)
    return Channel(base, offer["ticket"], path, headers=headers)


def figure(house, process, name):
    """Of one process, what it tells its monitors."""
    text = requests.get(house.admin_of(process) + "/metrics", timeout=5).text
    return float(next(line.split()[1] for line in text.splitlines() if line.split()[0] == name))


def refused(offer, ticket=None, **headers):
    base, path = place_of(offer)
    with pytest.raises(Refused) as caught:
        RawSocket(base, path, {"Authorization": f"Bearer {ticket or offer['ticket']}", **headers})
    return caught.value.answer


@pytest.fixture(name="house", scope="module")
def fixture_house(module_server):
    return module_server


def test_a_login_says_so_and_the_offer_is_a_node(house, own_world):
    alice = own_world.person("alice")
    assert (alice.login["sockets"], alice.login["socket"]) == ("direct", "/v1/socket")
    offer = asked(alice)
    assert offer["url"] == f"ws://127.0.0.1:{house.socket_ports['node']}/v1/socket" and offer["node"] == "node-1"
    assert 0 < offer["expiresAt"] - time.time() * 1000 <= 30_500
    channel = at(offer)
    assert channel.hello["msgSender"] == alice.key and channel.hello["session"] == alice.session_id
    assert asked(alice, "node-1")["node"] == "node-1", "where there is no other, the one to avoid is better than none"
    assert asked(alice, "no such node")["node"] == "node-1"


def test_a_ticket_is_good_once_and_only_whole(own_world):
    alice = own_world.person("alice")
    offer = asked(alice)
    middle = len(offer["ticket"]) // 2
    bent = offer["ticket"][:middle] + ("A" if offer["ticket"][middle] != "A" else "B") + offer["ticket"][middle + 1:]
    for ticket in (bent, offer["ticket"][:-4], "garbage", alice.token):
        refused(offer, ticket).refused(401, "unauthenticated")
    at(offer)
    refused(offer).refused(401, "unauthenticated")


def test_a_ticket_comes_wherever_a_token_would(own_world):
    alice = own_world.person("alice")
    offer = asked(alice)
    base, path = place_of(offer)
    browser = Channel(base, path=path, headers={"Sec-WebSocket-Protocol": f"godwit.v1, bearer.{offer['ticket']}"})
    assert browser.raw.subprotocol == "godwit.v1"
    second = Channel(base, path=f"{path}?token={asked(alice)['ticket']}")
    assert second.hello["msgSender"] == alice.key
    browser.ended_with(4505)


def test_a_session_that_ends_behind_its_ticket_opens_nothing(own_world):
    account = own_world.account("alice")
    keeper = account.log_in("keeper")
    for end in (lambda device: device.delete("/v1/sessions/current"), lambda device: keeper.delete(f"/v1/sessions/{device.session_id}")):
        device = account.log_in("other")
        offer = asked(device)
        end(device).ok(204)
        refused(offer).refused(401, "unauthenticated")
        device.call("POST", "/v1/sockets", {}).refused(401, "unauthenticated")


def test_a_session_that_ends_ends_its_socket(own_world):
    device = own_world.person("alice")
    channel = at(asked(device))
    device.delete("/v1/sessions/current").ok(204)
    channel.ended_with(4502)


def test_only_pages_that_the_gateway_would_let_in_may_use_a_ticket(own_world):
    alice = own_world.person("alice")
    alice.call("POST", "/v1/sockets", {}, headers={"Origin": "https://evil.example"}).refused(403, "origin_not_allowed")
    offer = asked(alice, Host="chat.example", Origin=PAGE)
    for foreign in ("https://evil.example", "null", PAGE + ":8443", place_of(offer)[0]):
        refused(offer, Origin=foreign).refused(403, "origin_not_allowed")
    at(offer, Origin=PAGE)
    at(asked(alice), Origin="https://other.example")
    at(asked(alice), Origin=own_world.base)


def test_the_page_may_open_sockets_at_the_nodes(house, own_world):
    policy = requests.get(own_world.base + "/", timeout=5).headers["content-security-policy"]
    assert f"connect-src 'self' ws://127.0.0.1:{house.socket_ports['node']};" in policy


def test_there_is_nothing_else_at_a_node(house):
    def status(path, method="GET"):
        """Not by `Api`: openapi.yaml is about gateways."""
        return requests.request(method, f"http://127.0.0.1:{house.socket_ports['node']}{path}", timeout=5).status_code

    assert [status(path) for path in ("/", "/v1/me", "/metrics", "/v1/sockets", "/internal/socket", "/v1/socket/")] == 6 * [404]
    assert (status("/healthz"), status("/v1/socket"), status("/v1/socket", "POST"), status("/healthz", "POST")) == (200, 426, 405, 405)


def test_who_does_not_ask_is_relayed(house, own_world):
    alice, bob = own_world.friends("alice", "bob")
    before = figure(house, "gateway", "godwit_relayed_sockets")
    direct = at(asked(bob))
    assert figure(house, "gateway", "godwit_relayed_sockets") == before, "the gateway has nothing of it"
    relayed = Channel(own_world.base, alice.token)
    assert figure(house, "gateway", "godwit_relayed_sockets") == before + 1
    sent = bob.sent(alice, "to whom the gateway carries it")
    assert relayed.expect(101)["id"] == sent["id"]
    sent = alice.sent(bob, "and past it")
    assert direct.expect(101)["id"] == sent["id"]


def test_no_ticket_is_in_a_log(house, own_world):
    alice = own_world.person("alice")
    used, bent, foreign = asked(alice), asked(alice), asked(alice)
    base, path = place_of(used)
    Channel(base, path=f"{path}?token={used['ticket']}").close()
    refused(bent, bent["ticket"][:-1])
    refused(foreign, Origin="https://evil.example")
    assert "origin_refused" in house.log_text()
    for offer in (used, bent, foreign):
        assert offer["ticket"][:60] not in house.log_text()


def test_a_ticket_runs_out(start_server):
    house = start_server(GATEWAY_SOCKETS="direct", GATEWAY_TICKET_LIFETIME=1)
    alice = World(house).person("alice")
    offer = asked(alice)
    time.sleep(max(0.0, offer["expiresAt"] / 1000 - time.time()) + 0.05)
    refused(offer).refused(401, "unauthenticated")
    at(asked(alice)).close()


def test_accounts_open_so_many_sockets_and_addresses_guess_so_often(start_server):
    house = start_server(GATEWAY_SOCKETS="direct", LIMITS_ENABLED="true", LIMITS_REQUESTS_PER_ADDRESS=20)
    alice = World(house).person("alice")
    statuses = [alice.call("POST", "/v1/sockets", {}).status for _ in range(35)]
    assert statuses[:30] == [201] * 30 and statuses.count(429) >= 3, statuses
    offer = asked(World(house).person("bob"))
    guesses = [refused(offer, "a guess").status for _ in range(60)]
    assert guesses[:40] == [401] * 40 and 429 in guesses[40:], guesses
    at(offer).close()  # who has one is let in all the same


def test_sockets_at_nodes_outlive_the_gateway(start_server):
    """Its bytes do not pass there: the gateway is gone, and pushes, acknowledgements and presence go on."""
    house = start_server(GATEWAY_SOCKETS="direct")
    world = World(house)
    alice, bob = world.friends("alice", "bob")
    bobs = at(asked(bob))
    relayed = Channel(world.base, world.person("carl").token)
    port = free_port()
    second = house.start_another("gateway", HTTP_LISTEN=f"127.0.0.1:{port}")
    try:
        other = Api(f"http://127.0.0.1:{port}", alice.token)
        assert eventually(lambda: reached(other), within=15, every=0.2)
        house.by_name["gateway"].send_signal(signal.SIGKILL)
        house.by_name["gateway"].wait()
        assert relayed.closed(within=5)[0] in (1006, 1012), "this one went by the gateway"
        sent = other.post("/v1/messages", {"type": 101, "msgReceiver": bob.key, "msg": "past it", "clientId": "c-1"}).ok(201)
        assert bobs.expect(101)["id"] == sent["id"]
        bobs.send({"type": 301, "conversation": sent["conversation"].replace(bob.key, alice.key), "seq": sent["seq"]})
        inbox = Api(f"http://127.0.0.1:{port}", bob.token)
        assert eventually(lambda: sent["id"] not in [frame["id"] for frame in inbox.get("/v1/offline").ok()["items"]], within=5, every=0.1)
        alices = at(asked(other))
        assert bobs.expect(304, msgSender=alice.key)["online"] is True
        alices.close()
    finally:
        second.kill()
        second.wait()


def reached(api):
    try:
        return api.get("/v1/me").status == 200
    except OSError:
        return False


def test_of_two_nodes_the_other_is_named_to_who_did_not_reach_one(start_server, monkeypatch):
    monkeypatch.setenv("TEST_COPIES", "2")
    house = start_server(GATEWAY_SOCKETS="direct")
    world = World(house)
    alice, bob = world.friends("alice", "bob")
    names = {"node-1": "node", "node-2": "node-2"}
    assert {asked(alice)["node"] for _ in range(40)} == set(names), "both take sockets"
    first = asked(alice)
    channel = at(first)
    ticket_of_the_other = asked(alice, first["node"])
    assert ticket_of_the_other["node"] != first["node"]
    there, path = place_of(first)
    with pytest.raises(Refused) as caught:
        RawSocket(there, path, {"Authorization": f"Bearer {ticket_of_the_other['ticket']}"})
    caught.value.answer.refused(401, "unauthenticated")

    house.by_name[names[first["node"]]].kill()
    assert channel.closed(within=5)[0] == 1006
    again = asked(alice, first["node"])
    assert again["node"] != first["node"]
    back = at(again)
    sent = bob.sent(alice, "to the other node")
    assert back.expect(101, within=2 * PATIENCE)["id"] == sent["id"]
    # When its lease is over nobody is sent to it any more, whoever asks.
    assert eventually(lambda: {asked(alice)["node"] for _ in range(10)} == {again["node"]}, within=15, every=1)


def test_a_node_that_ends_sends_its_clients_elsewhere(start_server, monkeypatch):
    monkeypatch.setenv("TEST_COPIES", "2")
    house = start_server(GATEWAY_SOCKETS="direct")
    alice = World(house).person("alice")
    offer = asked(alice)
    channel = at(offer)
    house.by_name[{"node-1": "node"}.get(offer["node"], offer["node"])].send_signal(signal.SIGTERM)
    code, reason, _ = channel.closed(within=10)
    assert code == 4001 and json.loads(reason)["delayMs"] >= 0
    at(asked(alice, offer["node"])).close()
