"""WebSocket frames as bytes: written exactly as asked, even wrongly, and read strictly."""
import os
import struct
from dataclasses import dataclass

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA


@dataclass
class Frame:
    fin: bool
    opcode: int
    payload: bytes


def encode(opcode, payload=b"", fin=True, masked=True, reserved=0, mask=None):
    if isinstance(payload, str):
        payload = payload.encode("utf-8")
    first = (0x80 if fin else 0) | (reserved << 4) | opcode
    head = bytes([first]) + encode_length(len(payload), masked)
    if not masked:
        return head + payload
    mask = os.urandom(4) if mask is None else mask
    return head + mask + apply_mask(payload, mask)


def encode_length(size, masked):
    bit = 0x80 if masked else 0
    if size < 126:
        return bytes([bit | size])
    if size < 65536:
        return bytes([bit | 126]) + struct.pack(">H", size)
    return bytes([bit | 127]) + struct.pack(">Q", size)


def apply_mask(payload, mask):
    if not payload:
        return payload
    repeated = (mask * (len(payload) // 4 + 1))[:len(payload)]
    mixed = int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")
    return mixed.to_bytes(len(payload), "big")


def close_payload(code, reason=b""):
    return struct.pack(">H", code) + (reason.encode("utf-8") if isinstance(reason, str) else reason)


def read_frame(read):
    """One frame of a server by read(n); a server that breaks the RFC fails the test that listens."""
    first, second = read(2)
    fin, opcode, size = bool(first & 0x80), first & 0x0F, second & 0x7F
    assert not first & 0x70, "the server set reserved bits without an extension"
    assert not second & 0x80, "the server masked a frame"
    assert opcode in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG), f"opcode {opcode} from the server"
    if opcode >= CLOSE:
        assert fin and size <= 125, "a fragmented or long control frame from the server"
    if size == 126:
        size, = struct.unpack(">H", read(2))
        assert size > 125, "a length not in its shortest form"
    elif size == 127:
        size, = struct.unpack(">Q", read(8))
        assert size > 65535, "a length not in its shortest form"
    return Frame(fin, opcode, bytes(read(size)))
