"""RFC 6455, rule by rule, on the socket of the protocol."""
import struct

import pytest

from kit import rfc6455
from kit.raw_socket import RawSocket
from kit.rfc6455 import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, close_payload, encode

TYPING = '{"type":303,"conversation":"u:%s","note":"è 字 🐦"}'


@pytest.fixture(name="raw")
def fixture_raw(world):
    """A socket past its 201, frames by hand."""
    opened = connect(world, world.person("alice"))
    yield opened
    opened.close()


def connect(world, device):
    raw = RawSocket(world.base, headers={"Authorization": f"Bearer {device.token}"})
    assert raw.frame().opcode == TEXT
    return raw


@pytest.fixture(name="pair")
def fixture_pair(world):
    """My raw socket, my friend's channel, and the bytes of a typing frame from me to them."""
    alice, bob = world.friends("alice", "bob")
    channel, raw = bob.connect(), connect(world, alice)
    yield raw, channel, (TYPING % bob.key).encode()
    raw.close()


def alive(raw):
    raw.send(PING, b"alive?")
    while True:
        frame = raw.frame()
        if frame.opcode == PONG and frame.payload == b"alive?":  # others answer what a test sent before
            return True


def next_pong(raw):
    """The payload of the next pong; presence and the like may come between."""
    while (frame := raw.frame()).opcode != PONG:
        pass
    return frame.payload


def padded(frame, size):
    """The same JSON object with a field more, this many bytes long."""
    field = b',"pad":"%s"}'
    return frame[:-1] + field % (b"x" * (size - len(frame) + 1 - len(field) + 2))


def fails_with(raw, *codes):
    code, _ = raw.close_code()
    assert code in codes, f"closed with {code}, not {codes}"
    assert raw.ended(), "a failed connection is closed by the server"


# ping and pong

@pytest.mark.parametrize("payload", [b"", b"x", b"\x00\xff\xfe", b"p" * 125])
def test_a_ping_is_answered_with_its_payload(raw, payload):
    raw.send(PING, payload)
    frame = raw.frame()
    assert (frame.opcode, frame.payload) == (PONG, payload)


def test_many_pings_are_answered_in_order_or_by_the_last(raw):
    raw.send_bytes(b"".join(encode(PING, str(i)) for i in range(50)))
    seen = []
    while b"49" not in seen:
        seen.append(raw.frame().payload)
    assert [int(p) for p in seen] == sorted(int(p) for p in seen)


def test_an_unasked_pong_is_ignored(raw):
    raw.send(PONG, b"unasked")
    raw.send(PONG)
    assert alive(raw)


# masks, reserved bits, opcodes

@pytest.mark.parametrize("opcode", [TEXT, BINARY, PING, PONG, CLOSE])
def test_an_unmasked_frame_fails_the_connection(raw, opcode):
    raw.send(opcode, b"", masked=False)
    fails_with(raw, 1002)


def test_a_mask_of_zeros_is_a_mask(pair):
    raw, channel, typing = pair
    raw.send(TEXT, typing, mask=b"\0\0\0\0")
    channel.expect(303)


@pytest.mark.parametrize("reserved", [1, 2, 4, 7])
@pytest.mark.parametrize("opcode", [TEXT, PING])
def test_a_reserved_bit_fails_the_connection(raw, opcode, reserved):
    raw.send(opcode, b"{}", reserved=reserved)
    fails_with(raw, 1002)


@pytest.mark.parametrize("opcode", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
def test_a_reserved_opcode_fails_the_connection(raw, opcode):
    raw.send(opcode, b"")
    fails_with(raw, 1002)


# control frames

@pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
def test_a_fragmented_control_frame_fails_the_connection(raw, opcode):
    raw.send(opcode, b"", fin=False)
    fails_with(raw, 1002)


@pytest.mark.parametrize("opcode, payload", [(PING, b"p" * 126), (PONG, b"p" * 126), (PING, b"p" * 65536),
                                             (CLOSE, close_payload(1000, b"r" * 124))])
def test_a_control_frame_over_125_bytes_fails_the_connection(raw, opcode, payload):
    raw.send(opcode, payload)
    fails_with(raw, 1002)


# fragments

def test_a_message_in_two_fragments(pair):
    raw, channel, typing = pair
    raw.send(TEXT, typing[:9], fin=False)
    raw.send(CONTINUATION, typing[9:])
    channel.expect(303)


def test_a_message_in_fragments_of_a_byte_with_pings_between(pair):
    raw, channel, typing = pair
    raw.send(TEXT, b"", fin=False)
    for i, byte in enumerate(typing):
        raw.send(CONTINUATION, bytes([byte]), fin=False)
        if i % 10 == 0:
            raw.send(PING, str(i))
    raw.send(CONTINUATION, b"")
    channel.expect(303)
    assert alive(raw)


def test_a_frame_that_arrives_byte_by_byte(pair):
    raw, channel, typing = pair
    for byte in encode(TEXT, typing):
        raw.send_bytes(bytes([byte]))
    channel.expect(303)


def test_many_frames_in_one_packet(pair):
    raw, channel, typing = pair
    raw.send_bytes(encode(PING, b"first") + encode(TEXT, typing) + encode(PING, b"second") + encode(TEXT, typing))
    assert [next_pong(raw), next_pong(raw)] == [b"first", b"second"]
    channel.expect(303)


def test_a_continuation_of_nothing_fails_the_connection(raw):
    raw.send(CONTINUATION, b"{}")
    fails_with(raw, 1002)


def test_a_new_message_inside_a_fragmented_one_fails_the_connection(raw):
    raw.send(TEXT, b"{", fin=False)
    raw.send(TEXT, b"}")
    fails_with(raw, 1002)


# UTF-8

def test_utf8_split_across_fragments_is_whole_again(pair):
    raw, channel, typing = pair
    bird = typing.index("🐦".encode())
    raw.send(TEXT, typing[:bird + 1], fin=False)
    raw.send(CONTINUATION, typing[bird + 1:bird + 3], fin=False)
    raw.send(CONTINUATION, typing[bird + 3:])
    channel.expect(303)


@pytest.mark.parametrize("bad", [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe5\xad", b"\x80",
                                 b"\xf8\x88\x80\x80\x80"])
def test_invalid_utf8_fails_with_1007(raw, bad):
    raw.send(TEXT, b'{"type":303,"conversation":"' + bad + b'"}')
    fails_with(raw, 1007)


def test_utf8_that_ends_in_the_middle_fails_with_1007(raw):
    raw.send(TEXT, b'{"a":"\xf0\x9f', fin=False)
    raw.send(CONTINUATION, b"")
    fails_with(raw, 1007)


def test_utf8_that_breaks_across_fragments_fails_with_1007(raw):
    raw.send(TEXT, b'{"a":"\xf0\x9f', fin=False)
    raw.send(CONTINUATION, b'"}')
    fails_with(raw, 1007)


# close

@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999])
def test_a_good_close_is_answered_in_kind(raw, code):
    raw.send(CLOSE, close_payload(code, "再见"))
    assert raw.close_code()[0] == code
    assert raw.ended(), "the server closes the connection first"


def test_a_close_without_a_code_is_answered(raw):
    raw.send(CLOSE)
    assert raw.close_code()[0] in (None, 1000)
    assert raw.ended()


def test_a_close_of_one_byte_fails_with_1002(raw):
    raw.send(CLOSE, b"\x03")
    fails_with(raw, 1002)


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535])
def test_a_code_that_may_not_be_sent_fails_with_1002(raw, code):
    raw.send(CLOSE, close_payload(code))
    fails_with(raw, 1002)


def test_a_close_reason_that_is_not_utf8_fails_with_1007(raw):
    raw.send(CLOSE, close_payload(1000, b"\xff\xfe"))
    fails_with(raw, 1007)


def test_nothing_after_a_close_is_heard(pair):
    raw, channel, typing = pair
    raw.send_bytes(encode(CLOSE, close_payload(1000)) + encode(TEXT, typing))
    assert raw.close_code()[0] == 1000
    channel.expect(304, online=False)
    assert [f for f in channel.passed if f["type"] == 303] == []


# sizes

def test_a_frame_that_says_it_is_enormous_fails_at_once(raw):
    raw.send_bytes(bytes([0x81, 0xFF]) + struct.pack(">Q", 2**40) + b"mask")
    fails_with(raw, 1009)


def test_a_length_with_its_highest_bit_set_fails(raw):
    raw.send_bytes(bytes([0x81, 0xFF]) + struct.pack(">Q", 2**63 + 5) + b"mask")
    fails_with(raw, 1002, 1009)


@pytest.mark.parametrize("size", [65537, 70_000, 1_100_000])
def test_a_message_over_64_kib_fails_with_1009(raw, size):
    raw.send(TEXT, padded(b'{"type":303,"conversation":"u:x"}', size))
    fails_with(raw, 1009)


def test_a_message_of_64_kib_is_taken(pair):
    raw, channel, typing = pair
    raw.send(TEXT, padded(typing, 65536))
    channel.expect(303)


def test_fragments_that_add_up_to_too_much_fail_with_1009(raw):
    raw.send(TEXT, b'{"pad":"', fin=False)
    for _ in range(5):
        raw.send(CONTINUATION, b"x" * 16384, fin=False)
    fails_with(raw, 1009)


def test_fragments_without_end_are_heard_or_refused_but_not_forever_kept(raw):
    raw.send(TEXT, b"", fin=False)
    raw.send_bytes(encode(CONTINUATION, b"", fin=False) * 200_000 + encode(PING, b"after"))
    frame = raw.frame(within=10)
    assert frame.payload == b"after" or (frame.opcode, frame.payload[:2]) == (CLOSE, close_payload(1009))


@pytest.mark.parametrize("size", [125, 126, 127, 4000])
def test_every_form_of_length_is_understood(pair, size):
    raw, channel, typing = pair
    raw.send(TEXT, padded(typing, size))
    channel.expect(303)


def test_every_frame_of_the_server_is_strict(world):
    """rfc6455.read_frame asserts masks, reserved bits, lengths in their shortest form; here on each form of length."""
    alice, bob = world.friends("alice", "bob")
    raw = connect(world, bob)
    for size in (1, 200, 8192):
        alice.sent(bob, "x" * size)
        frame = raw.frame()
        assert frame.fin and frame.opcode == rfc6455.TEXT
    for _ in range(9):
        alice.sent(bob, "字" * 2730)
        assert raw.frame().payload.decode("utf-8")
    raw.close()
