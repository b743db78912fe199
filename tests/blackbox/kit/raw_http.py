"""HTTP by hand: bytes out as they are, answers parsed strictly."""
import socket
import time
from urllib.parse import urlparse

from kit.answer import Answer
from kit.recorder import RECORDER

PATIENCE = 5.0
BODILESS = (100, 101, 204, 304)


class RawConnection:
    def __init__(self, base, receive_buffer=None):
        address = urlparse(base)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.connect((address.hostname, address.port or 80))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.host = address.netloc
        self.held = bytearray()

    def send(self, data):
        self.socket.settimeout(PATIENCE)
        self.socket.sendall(data.encode("latin-1") if isinstance(data, str) else data)

    def _more(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("nothing more came in time")
        self.socket.settimeout(left)
        piece = self.socket.recv(262144)
        if not piece:
            raise EOFError("the server closed the connection")
        self.held += piece

    def exactly(self, size, deadline):
        """So many bytes, or none are taken: a caller may try again after a TimeoutError between frames."""
        while len(self.held) < size:
            self._more(deadline)
        taken = bytes(self.held[:size])
        del self.held[:size]
        return taken

    def until(self, mark, deadline):
        while mark not in self.held:
            self._more(deadline)
        return self.exactly(self.held.index(mark) + len(mark), deadline)

    def answer(self, method="GET", path="/", within=PATIENCE):
        """The next answer on this connection."""
        deadline = time.monotonic() + within
        head = self.until(b"\r\n\r\n", deadline).decode("latin-1")
        status_line, *lines = head[:-4].split("\r\n")
        version, status, *_ = status_line.split(" ", 2)
        assert version == "HTTP/1.1", f"odd status line {status_line!r}"
        headers = parse_headers(lines)
        body = b"" if int(status) in BODILESS or method == "HEAD" else self._body(headers, deadline)
        return Answer(method, path, int(status), headers, body)

    def _body(self, headers, deadline):
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return self._chunks(deadline)
        if "content-length" in headers:
            return self.exactly(int(headers["content-length"]), deadline)
        return self.rest(deadline)

    def _chunks(self, deadline):
        body = b""
        while True:
            size = int(self.until(b"\r\n", deadline).split(b";")[0], 16)
            chunk = self.exactly(size + 2, deadline)
            assert chunk.endswith(b"\r\n"), "a chunk without its end"
            if size == 0:
                return body
            body += chunk[:-2]

    def rest(self, deadline):
        try:
            while True:
                self._more(deadline)
        except (EOFError, ConnectionError):
            taken = bytes(self.held)
            self.held.clear()
            return taken

    def ended(self, within=PATIENCE):
        """True once the server has closed its side and sent nothing more."""
        deadline = time.monotonic() + within
        try:
            self._more(deadline)
            return False
        except (EOFError, ConnectionError):
            return True
        except TimeoutError:
            return False

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def parse_headers(lines):
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        assert colon and name and name == name.strip(), f"odd header line {line!r}"
        name = name.lower()
        assert name not in ("content-length", "transfer-encoding") or name not in headers, f"{name} twice"
        headers[name] = f"{headers[name]}, {value.strip()}" if name in headers else value.strip()
    return headers


def exchange(base, data, method="GET", path="/", within=PATIENCE, closing=1.0):
    """Sends bytes on a new connection: the answer (None if it closed without one), and whether it closed."""
    with RawConnection(base) as connection:
        try:
            connection.send(data)
        except OSError:
            pass
        try:
            answer = connection.answer(method, path, within)
        except (EOFError, ConnectionError):
            return None, True
        RECORDER.answered(answer, hostile=True)
        return answer, connection.ended(closing) if closing else None


def ask(base, data, method="GET", path="/"):
    """The answer to bytes on a new connection, whatever the server does with the connection afterwards."""
    return exchange(base, data, method, path, closing=0)[0]
