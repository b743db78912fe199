"""--debug-echo: the channel's own code as an echo, for conformance suites."""
import os

import pytest

from kit.raw_socket import RawSocket, Refused
from kit.rfc6455 import BINARY, CONTINUATION, PING, PONG, TEXT, encode

SETTINGS = {}
ARGUMENTS = ["--debug-echo"]
MOST = 16 * 1024 * 1024


@pytest.fixture(name="echo")
def fixture_echo(module_server):
    opened = RawSocket(module_server.url, "/debug/echo")
    yield opened
    opened.close()


def message(raw, within=60):
    """The next whole message, its opcode first."""
    frame = raw.frame(within)
    opcode, parts = frame.opcode, [frame.payload]
    while not frame.fin:
        frame = raw.frame(within)
        assert frame.opcode == CONTINUATION
        parts.append(frame.payload)
    return opcode, b"".join(parts)


@pytest.mark.parametrize("opcode, payload", [(TEXT, b""), (TEXT, "鸟 🐦".encode()), (BINARY, b"\x00\xff" * 100),
                                             (TEXT, b"x" * 65535), (BINARY, b"y" * 65536)],
                         ids=["empty", "utf8", "binary", "65535", "65536"])
def test_messages_come_back(echo, opcode, payload):
    echo.send(opcode, payload)
    assert message(echo) == (opcode, payload)


def test_sixteen_mebibytes_come_back(echo):
    payload = os.urandom(MOST)
    echo.send(BINARY, payload)
    assert message(echo) == (BINARY, payload)


def test_one_byte_more_is_1009(echo):
    echo.send(BINARY, bytes(MOST + 1))
    assert echo.close_code(within=20)[0] == 1009


def test_a_message_in_65536_fragments_comes_back(echo):
    fragments = [encode(TEXT, b"a", fin=False)] + [encode(CONTINUATION, b"b", fin=False)] * 65534
    echo.send_bytes(b"".join(fragments) + encode(CONTINUATION, b"c"))
    assert message(echo) == (TEXT, b"a" + b"b" * 65534 + b"c")


def test_one_fragment_more_is_1009(echo):
    fragments = [encode(TEXT, b"a", fin=False)] + [encode(CONTINUATION, b"b", fin=False)] * 65535
    echo.send_bytes(b"".join(fragments) + encode(CONTINUATION, b"c"))
    assert echo.close_code(within=20)[0] == 1009


def test_a_ping_between_fragments_is_answered_first(echo):
    echo.send_bytes(encode(TEXT, b"a", fin=False) + encode(PING, b"p") + encode(CONTINUATION, b"b"))
    assert message(echo) == (PONG, b"p")
    assert message(echo) == (TEXT, b"ab")


def test_the_echo_is_as_strict_as_the_channel(echo):
    echo.send(TEXT, b"\xff")
    assert echo.close_code()[0] == 1007


def test_it_is_off_by_default(world):
    with pytest.raises(Refused):
        RawSocket(world.base, "/debug/echo")
