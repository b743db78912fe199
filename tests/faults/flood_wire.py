"""What the flood bench puts on the wire: plain sockets that cost the machine little, from any loopback address."""
import base64
import json
import os
import socket
import time
from urllib.parse import urlparse

from kit import rfc6455

MASK = bytes(4)


class Http:
    """One kept-alive connection, one request at a time; opened anew when it has ended."""

    def __init__(self, url, source="127.0.0.1", token=None, patience=10.0):
        address = urlparse(url)
        self.peer, self.source, self.token, self.patience = (address.hostname, address.port), source, token, patience
        self.wire, self.held = None, b""

    def request_bytes(self, method, path, body=None):
        text = "" if body is None else json.dumps(body)
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.peer[0]}:{self.peer[1]}\r\n"
        if self.token:
            head += f"Authorization: Bearer {self.token}\r\n"
        if body is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n"
        return f"{head}\r\n{text}".encode()

    def call(self, method, path, body=None):
        """The status and the body; 0 where the connection broke or nothing came in time."""
        try:
            if self.wire is None:
                self.wire, self.held = connect(self.peer, self.source, self.patience), b""
            self.wire.sendall(self.request_bytes(method, path, body))
            return self._answer()
        except (OSError, ValueError):
            self.close()
            return 0, b""

    def _answer(self):
        while b"\r\n\r\n" not in self.held:
            self._more()
        head, self.held = self.held.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
        length = int(headers.get("content-length", 0))
        while len(self.held) < length:
            self._more()
        body, self.held = self.held[:length], self.held[length:]
        if headers.get("connection", "").lower() == "close":
            self.close()
        return int(lines[0].split(" ")[1]), body

    def _more(self):
        piece = self.wire.recv(262144)
        if not piece:
            raise OSError("ended")
        self.held += piece

    def close(self):
        if self.wire is not None:
            self.wire.close()
        self.wire = None


def connect(peer, source="127.0.0.1", patience=10.0, receive_buffer=None):
    wire = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if receive_buffer:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    wire.settimeout(patience)
    wire.bind((source, 0))
    wire.connect(peer)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return wire


def upgrade_bytes(peer, token):
    key = base64.b64encode(os.urandom(16)).decode()
    return (f"GET /v1/socket HTTP/1.1\r\nHost: {peer[0]}:{peer[1]}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer {token}\r\n\r\n").encode()


def open_socket(url, token, source="127.0.0.1", receive_buffer=None):
    """An upgraded socket, or None where it was refused."""
    address = urlparse(url)
    peer = (address.hostname, address.port)
    try:
        wire = connect(peer, source, receive_buffer=receive_buffer)
        wire.sendall(upgrade_bytes(peer, token))
        if b" 101 " in wire.recv(4096).split(b"\r\n", 1)[0]:
            return wire
        wire.close()
    except OSError:
        pass
    return None


def frame(body):
    """A client's text frame; the mask of zeros makes it cheap."""
    return rfc6455.encode(rfc6455.TEXT, json.dumps(body, separators=(",", ":")), mask=MASK)


def every(seconds, until):
    """Ticks at a fixed rate until then: the time that each was due."""
    due = time.monotonic()
    while due < until:
        time.sleep(max(0.0, due - time.monotonic()))
        yield due
        due += seconds
