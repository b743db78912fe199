"""The socket as an app sees it: JSON frames in, JSON frames out, pings answered, closes told."""
import json
import time
from collections import deque

from kit import rfc6455
from kit.names import unique
from kit.raw_socket import Gone, RawSocket, split_close
from kit.recorder import RECORDER
from kit.shapes import check_frame

PATIENCE = 5.0
NAMES = {4501: "token_expired", 4502: "session_ended", 4503: "too_many_connections", 4504: "protocol_violation",
         4505: "replaced"}


class Closed(Exception):
    def __init__(self, code, reason):
        super().__init__(f"closed with {code} {reason!r}")
        self.code, self.reason = code, reason


class Channel:
    """Frames arrive in order; what one wait passes over stays for the next."""

    def __init__(self, base, token=None, path="/v1/socket", headers=None, receive_buffer=None):
        headers = dict(headers or {})
        if token is not None:
            headers.setdefault("Authorization", f"Bearer {token}")
        self.raw = RawSocket(base, path, headers, receive_buffer)
        self.passed, self.parts, self.answers_pings, self.pong = deque(), [], True, None
        self.heard = time.monotonic()
        self.hello = self.read()
        assert self.hello["type"] == 201, f"the first frame must be 201, not {self.hello}"

    def read(self, within=PATIENCE):
        """The next JSON frame from the wire. TimeoutError if none comes, Closed if the server closes."""
        deadline = time.monotonic() + within
        while True:
            text = self._message(max(0.001, deadline - time.monotonic()))
            if text is not None:
                return self._accept(text)

    @staticmethod
    def _accept(text):
        frame = json.loads(text.decode("utf-8"))
        check_frame(frame)
        RECORDER.received(frame)
        return frame

    def _message(self, within):
        """One step on the wire: the whole message that it completed, or None."""
        try:
            frame = self.raw.frame(within)
        except Gone as gone:
            raise Closed(1006, str(gone)) from None
        self.heard = time.monotonic()
        if frame.opcode == rfc6455.PING:
            if self.answers_pings:
                self.raw.send(rfc6455.PONG, frame.payload)
        elif frame.opcode == rfc6455.CLOSE:
            self.raw.send(rfc6455.CLOSE, frame.payload[:2])
            raise Closed(*split_close(frame.payload))
        elif frame.opcode == rfc6455.PONG:
            self.pong = frame.payload
        else:
            return self._assemble(frame)
        return None

    def _assemble(self, frame):
        assert frame.opcode != rfc6455.BINARY, "frames are text"
        assert (frame.opcode == rfc6455.CONTINUATION) == bool(self.parts), "a fragment out of place"
        self.parts.append(frame.payload)
        if not frame.fin:
            return None
        whole, self.parts = b"".join(self.parts), []
        return whole

    def expect(self, kind=None, within=PATIENCE, **fields):
        """The first frame, passed over before or yet to come, of this type and with these fields."""
        for frame in list(self.passed):
            if matches(frame, kind, fields):
                self.passed.remove(frame)
                return frame
        deadline = time.monotonic() + within
        while True:
            try:
                frame = self.read(max(0.001, deadline - time.monotonic()))
            except TimeoutError:
                raise AssertionError(f"no frame {kind} {fields} within {within} s, but {list(self.passed)}") from None
            if matches(frame, kind, fields):
                return frame
            self.passed.append(frame)

    def up_to(self, kind=None, within=PATIENCE, **fields):
        """Takes the frame that matches and answers every frame before it: to say what did not come first."""
        waiting = list(self.passed)
        found = next((i for i, frame in enumerate(waiting) if matches(frame, kind, fields)), None)
        if found is None:
            self.expect(kind, within, **fields)
            found = len(self.passed)
        before = [self.passed.popleft() for _ in range(found)]
        if found < len(waiting):
            self.passed.popleft()
        return before

    def closed(self, within=PATIENCE):
        """Waits for the server's close: its code, reason, and every frame that came before."""
        deadline = time.monotonic() + within
        frames = list(self.passed)
        while True:
            try:
                frames.append(self.read(max(0.001, deadline - time.monotonic())))
            except Closed as closed:
                return closed.code, closed.reason, frames
            except TimeoutError:
                raise AssertionError(f"not closed within {within} s, got {frames}") from None

    def ended_with(self, code, within=PATIENCE):
        """The server closes with this code, and with a 202 right before it if it is one of 45xx."""
        got, reason, frames = self.closed(within)
        assert got == code, f"closed with {got} {reason!r}, not {code}: {frames}"
        if code >= 4500:
            assert frames and frames[-1]["type"] == 202, f"no 202 before {code}: {frames}"
            assert frames[-1]["code"] == NAMES[code] and frames[-1]["msg"], frames[-1]
        assert self.raw.ended(), "the server closes the connection after its close"
        return frames

    def settle(self, within=PATIENCE):
        """Returns once the server has taken in all that was sent here: it answers a ping in its turn."""
        mark = unique("mark").encode()
        self.raw.send(rfc6455.PING, mark)
        deadline = time.monotonic() + within
        while self.pong != mark:
            text = self._message(max(0.001, deadline - time.monotonic()))
            if text is not None:
                self.passed.append(self._accept(text))
        return self

    def send(self, frame):
        RECORDER.sent(frame)
        self.raw.send(rfc6455.TEXT, json.dumps(frame, ensure_ascii=False))

    def acknowledge(self, conversation, seq):
        self.send({"type": 301, "conversation": conversation, "seq": seq})

    def leave(self):
        """The client's own good close; returns once the server has answered it."""
        self.raw.send(rfc6455.CLOSE, rfc6455.close_payload(1000))
        try:
            while True:
                self._message(PATIENCE)
        except (Closed, TimeoutError):
            self.close()

    def close(self):
        """The connection is simply gone."""
        self.raw.close()


def matches(frame, kind, fields):
    if kind is not None and frame["type"] != kind:
        return False
    return all(name in frame and frame[name] == value for name, value in fields.items())
