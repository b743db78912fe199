"""GET /v1/socket: how a token may come, who is refused, and the first frame."""
import json

import pytest
import websocket

from kit import rfc6455, shapes
from kit.calls import HANDSHAKE
from kit.channel import Channel
from kit.elsewhere import direct
from kit.raw_http import RawConnection, ask
from kit.raw_socket import RawSocket, Refused


def request_with(world, token, method="GET", **changes):
    """A handshake with some headers changed, or left out with None."""
    headers = {"Host": world.base.split("//")[1], "Authorization": f"Bearer {token}", **HANDSHAKE}
    headers.update({name.replace("_", "-"): value for name, value in changes.items()})
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value is not None)
    answer = ask(world.base, f"{method} /v1/socket HTTP/1.1\r\n{lines}\r\n", method, "/v1/socket")
    return answer


def refused(world, **how):
    with pytest.raises(Refused) as caught:
        RawSocket(world.base, **how)
    return caught.value.answer


def test_201_is_the_first_frame(world):
    alice = world.person("alice")
    hello = alice.connect().hello
    assert (hello["type"], hello["msgSender"], hello["msgReceiver"], hello["msg"]) == (201, alice.key, "", "")
    shapes.has(hello, "201", session=str, node=str, ping=int)
    assert hello["session"] == alice.session_id and hello["node"] and hello["ping"] > 0


def test_the_token_in_the_header(world):
    alice = world.person("alice")
    channel = Channel(world.base, headers={"Authorization": f"Bearer {alice.token}"})
    assert channel.hello["msgSender"] == alice.key and channel.raw.subprotocol is None
    channel.close()


def test_the_token_as_subprotocol(world):
    alice = world.person("alice")
    offered = {"Sec-WebSocket-Protocol": f"godwit.v1, bearer.{alice.token}"}
    channel = Channel(world.base, headers=offered)
    assert channel.hello["msgSender"] == alice.key
    assert channel.raw.subprotocol == "godwit.v1", "the token is never the protocol that is chosen"
    channel.close()


def test_the_subprotocols_in_the_other_order(world):
    alice = world.person("alice")
    channel = Channel(world.base, headers={"Sec-WebSocket-Protocol": f"bearer.{alice.token},godwit.v1"})
    assert channel.raw.subprotocol == "godwit.v1"
    channel.close()


def test_the_token_in_the_query(world):
    alice = world.person("alice")
    channel = Channel(world.base, path=f"/v1/socket?token={alice.token}")
    assert channel.hello["msgSender"] == alice.key
    channel.close()


def test_the_path_that_the_login_told(world):
    alice = world.person("alice")
    assert alice.connect().hello["msgSender"] == alice.key


def test_a_server_that_relays_offers_no_other_place(world):
    if direct():
        return  # test_direct_sockets.py
    alice = world.person("alice")
    assert alice.login["sockets"] == "relay"
    alice.post("/v1/sockets", {}).refused(404, "not_found")
    alice.call("POST", "/v1/sockets", {}, headers={"Origin": "https://evil.example"}).refused(403, "origin_not_allowed")


def test_without_a_token_or_with_a_bad_one_it_is_401_before_the_upgrade(world):
    token = world.person("alice").token
    middle = len(token) // 2
    bent = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1:]
    for how in ({}, {"headers": {"Authorization": "Bearer garbage"}}, {"headers": {"Authorization": f"Bearer {bent}"}},
                {"headers": {"Authorization": f"Basic {token}"}}, {"path": "/v1/socket?token=garbage"},
                {"path": "/v1/socket?token="}, {"headers": {"Sec-WebSocket-Protocol": "godwit.v1, bearer.garbage"}},
                {"headers": {"Sec-WebSocket-Protocol": "godwit.v1"}}):
        refused(world, **how).refused(401, "unauthenticated")


def test_a_foreign_origin_is_403(world):
    alice = world.person("alice")
    own = "http://" + world.base.split("//")[1]
    for origin in ("https://evil.example", "null", own + ".evil.example", own.replace("http", "ftp"), own + "1",
                   "http://evil.example#" + own):
        headers = {"Authorization": f"Bearer {alice.token}", "Origin": origin}
        refused(world, headers=headers).refused(403, "origin_not_allowed")


def test_the_servers_own_origin_and_none_at_all_pass(world):
    alice = world.person("alice")
    own = "http://" + world.base.split("//")[1]
    alice.connect(headers={"Origin": own})
    alice.connect()


def test_the_same_host_behind_tls_passes(world):
    """A proxy adds TLS and passes Host on: the browser says https, and this server never sees more of it."""
    own = "https://" + world.base.split("//")[1]
    world.person("alice").connect(headers={"Origin": own})
    named = world.person("bob")
    for origin, host in (("https://chat.example", "chat.example"), ("https://chat.example", "chat.example:443"),
                         ("http://chat.example", "chat.example"), ("https://chat.example:8443", "Chat.Example:8443")):
        headers = {"Authorization": f"Bearer {named.token}", "Origin": origin, "Host": host}
        Channel(world.base, headers=headers).close()


def test_a_bad_token_comes_before_a_foreign_origin(world):
    headers = {"Authorization": "Bearer garbage", "Origin": "https://evil.example"}
    refused(world, headers=headers).refused(401, "unauthenticated")


def test_a_get_without_upgrade_is_426(world):
    alice = world.person("alice")
    answer = request_with(world, alice.token, Upgrade=None, Connection=None)
    answer.refused(426, "upgrade_required")
    assert answer.headers.get("upgrade", "").lower() == "websocket"


def test_another_version_is_426_and_names_13(world):
    alice = world.person("alice")
    for version in ("8", "12", "14", "x"):
        answer = request_with(world, alice.token, Sec_WebSocket_Version=version)
        answer.refused(426, "upgrade_required")
        assert answer.headers.get("sec-websocket-version") == "13"


@pytest.mark.parametrize("key", [None, "", "short", "not base64 at all!!!!!!!", "dGhlIHNhbXBsZSBub25jZQ", "A" * 200])
def test_a_missing_or_wrong_key_is_refused(world, key):
    answer = request_with(world, world.person("alice").token, Sec_WebSocket_Key=key)
    answer.refused(400, "malformed_request")


def test_other_methods_are_405(world):
    alice = world.person("alice")
    for method in ("POST", "PUT", "DELETE"):
        answer = alice.call(method, "/v1/socket")
        answer.refused(405, "method_not_allowed")
        assert "GET" in answer.headers["allow"]


def test_no_extension_is_agreed_that_was_not_offered(world):
    alice = world.person("alice")
    assert "sec-websocket-extensions" not in alice.connect().raw.answer.headers


def test_header_names_and_values_in_other_cases(world):
    alice = world.person("alice")
    headers = {"Upgrade": None, "Connection": None, "uPGRADE": "WebSocket", "cONNECTION": "keep-alive, UPGRADE",
               "authorization": f"Bearer {alice.token}"}
    channel = Channel(world.base, headers=headers)
    assert channel.hello["msgSender"] == alice.key
    channel.close()


def test_frames_that_follow_the_handshake_in_the_same_packet_are_read(world):
    alice = world.person("alice")
    lines = "".join(f"{name}: {value}\r\n" for name, value in HANDSHAKE.items())
    request = f"GET /v1/socket?token={alice.token} HTTP/1.1\r\nHost: {world.base.split('//')[1]}\r\n{lines}\r\n"
    with RawConnection(world.base) as wire:
        wire.send(request.encode() + rfc6455.encode(rfc6455.PING, b"early"))
        assert wire.answer("GET", "/v1/socket").status == 101
        raw = RawSocket.__new__(RawSocket)
        raw.wire = wire
        frames = [raw.frame(), raw.frame()]
    assert sorted(frame.opcode for frame in frames) == [rfc6455.TEXT, rfc6455.PONG]


def test_an_ordinary_library_gets_along(world):
    alice, bob = world.friends("alice", "bob")
    url = world.base.replace("http", "ws") + "/v1/socket"
    client = websocket.create_connection(url, timeout=5, http_no_proxy=["*"], suppress_origin=True,
                                         header=[f"Authorization: Bearer {bob.token}"])
    assert json.loads(client.recv())["type"] == 201
    client.ping("are you there")
    sent = alice.sent(bob, "from a friend 你好")
    frame = json.loads(client.recv())
    assert (frame["type"], frame["id"], frame["msg"]) == (101, sent["id"], "from a friend 你好")
    client.send(json.dumps({"type": 301, "conversation": frame["conversation"], "seq": frame["seq"]}))
    client.close(status=1000)


def test_a_library_with_a_browsers_headers_gets_along(world):
    alice = world.person("alice")
    url = world.base.replace("http", "ws") + "/v1/socket"
    client = websocket.create_connection(url, timeout=5, http_no_proxy=["*"], origin=world.base,
                                         subprotocols=["godwit.v1", f"bearer.{alice.token}"])
    assert client.getsubprotocol() == "godwit.v1"
    assert json.loads(client.recv())["msgSender"] == alice.key
    client.close()
