"""Deadlines: a client that is slow to say what it wants is told so or dropped; here after one second."""
import time

from kit import rfc6455
from kit.raw_http import RawConnection

SETTINGS = {"HTTP_HEADER_TIMEOUT": 1}
SOON = 6.0


def end_of(connection, within=SOON):
    """What the server said before it ended the connection, and after how many seconds."""
    began = time.monotonic()
    reply = connection.rest(began + within)
    return reply, time.monotonic() - began


def check_408(reply):
    assert reply == b"" or b" 408 " in reply.split(b"\r\n")[0], reply[:200]
    assert reply == b"" or b"request_timeout" in reply


def test_half_a_header_is_408_or_dropped(module_server):
    with RawConnection(module_server.url) as connection:
        connection.send("GET /healthz HTTP/1.1\r\nHost: h\r\nX-Slow: ")
        reply, took = end_of(connection)
    check_408(reply)
    assert took > 0.5, "dropped before the deadline"


def test_dripping_does_not_move_the_deadline(module_server):
    with RawConnection(module_server.url) as connection:
        began = time.monotonic()
        connection.send("GET /healthz HTTP/1.1\r\nHost: h\r\nX-Slow: ")
        while time.monotonic() - began < SOON:
            try:
                connection.send("x")
                connection.exactly(1, time.monotonic() + 0.1)
                break
            except TimeoutError:
                continue
            except (EOFError, OSError):
                break
        assert time.monotonic() - began < SOON, "kept alive by a byte every now and then"


def test_a_connection_that_says_nothing_is_ended(module_server):
    with RawConnection(module_server.url) as connection:
        reply, _ = end_of(connection, within=30)
    check_408(reply)


def test_a_body_that_does_not_come_is_ended(module_server):
    with RawConnection(module_server.url) as connection:
        connection.send("POST /v1/sessions HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
                        "Content-Length: 100\r\n\r\n{")
        reply, _ = end_of(connection, within=60)
    check_408(reply)


def test_an_upgraded_socket_is_not_bound_by_it(own_world):
    alice, bob = own_world.friends("alice", "bob")
    channel = alice.connect()
    began = time.monotonic()
    while time.monotonic() - began < 2.5:
        channel.raw.send(rfc6455.PING, b"x")
        assert channel.raw.frame().opcode == rfc6455.PONG
        time.sleep(0.1)
    bob.sent(alice, "still here")
    assert channel.expect(101)["msg"] == "still here"


def test_a_crowd_of_slow_clients_delays_no_one(module_server, own_world):
    crowd = [RawConnection(module_server.url) for _ in range(300)]
    for connection in crowd:
        connection.send("GET /healthz HTTP/1.1\r\nX-Slow: ")
    alice, bob = own_world.friends("alice", "bob")
    began = time.monotonic()
    alice.sent(bob, "quickly")
    assert time.monotonic() - began < 1.0
    for connection in crowd:
        connection.close()
