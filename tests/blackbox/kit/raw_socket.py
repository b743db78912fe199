"""A WebSocket on a bare TCP socket: the handshake checked, each frame read strictly, anything at all written."""
import base64
import hashlib
import os
import time
from urllib.parse import urlparse

from kit import rfc6455
from kit.elsewhere import instead
from kit.raw_http import RawConnection
from kit.recorder import RECORDER

MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
PATIENCE = 5.0


class Gone(Exception):
    """The TCP connection ended, with or without a close frame before."""


class Refused(Exception):
    """The handshake was answered with something other than 101."""

    def __init__(self, answer):
        super().__init__(repr(answer))
        self.answer = answer


def handshake_headers(base, key, extra):
    wanted = {"Host": urlparse(base).netloc, "Upgrade": "websocket", "Connection": "Upgrade",
              "Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13"}
    wanted.update(extra)
    return "".join(f"{name}: {value}\r\n" for name, value in wanted.items() if value is not None)


def accept_for(key):
    return base64.b64encode(hashlib.sha1((key + MAGIC).encode()).digest()).decode()


class RawSocket:
    """`headers` overrides or, with None, leaves out any header of the handshake."""

    def __init__(self, base, path="/v1/socket", headers=None, receive_buffer=None):
        base, path, headers = instead(base, path, dict(headers or {}))
        self.key = base64.b64encode(os.urandom(16)).decode()
        self.wire = RawConnection(base, receive_buffer=receive_buffer)
        request = f"GET {path} HTTP/1.1\r\n{handshake_headers(base, self.key, headers)}\r\n"
        self.wire.send(request.encode())
        self.answer = self.wire.answer("GET", path)
        RECORDER.answered(self.answer)
        if self.answer.status != 101:
            self.wire.close()
            raise Refused(self.answer)
        assert self.answer.headers.get("sec-websocket-accept") == accept_for(self.key), self.answer.headers
        assert self.answer.headers.get("upgrade", "").lower() == "websocket", self.answer.headers
        assert "upgrade" in self.answer.headers.get("connection", "").lower(), self.answer.headers

    @property
    def subprotocol(self):
        return self.answer.headers.get("sec-websocket-protocol")

    def send(self, opcode, payload=b"", **how):
        self.send_bytes(rfc6455.encode(opcode, payload, **how))

    def send_bytes(self, data):
        """Bytes as they are. A server that has already closed is found out by reading, not here."""
        try:
            self.wire.send(data)
        except OSError:
            pass

    def frame(self, within=PATIENCE):
        """The next frame of any kind; Gone when the connection ends, TimeoutError when nothing comes."""
        deadline, taken = time.monotonic() + within, bytearray()

        def read(size):
            taken.extend(self.wire.exactly(size, deadline))
            return taken[len(taken) - size:]

        try:
            return rfc6455.read_frame(read)
        except TimeoutError:
            self.wire.held[:0] = taken
            raise
        except (EOFError, ConnectionError) as gone:
            raise Gone(str(gone)) from None

    def close_code(self, within=PATIENCE):
        """Reads to the close frame and answers its (code, reason); (None, "") for one without a code."""
        deadline = time.monotonic() + within
        while True:
            frame = self.frame(max(0.01, deadline - time.monotonic()))
            if frame.opcode == rfc6455.CLOSE:
                return split_close(frame.payload)

    def ended(self, within=PATIENCE):
        """True once the server has ended the TCP connection; pushes that were under way are read over."""
        deadline = time.monotonic() + within
        try:
            while True:
                self.frame(max(0.01, deadline - time.monotonic()))
        except Gone:
            return True
        except TimeoutError:
            return False

    def close(self):
        self.wire.close()


def split_close(payload):
    if not payload:
        return None, ""
    assert len(payload) >= 2, "a close payload of one byte from the server"
    return int.from_bytes(payload[:2], "big"), payload[2:].decode("utf-8")
