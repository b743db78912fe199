"""`godwit chat`, in a pseudo-terminal and as the tool of a script."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

import pytest

from kit.names import unique
from kit.server import binary
from kit.waiting import eventually
from kit.world import PASSWORD

WITHIN = 15.0
NOT_UTF8 = b"caf\xe9"


def environment(home, **more):
    env = {"PATH": "/usr/bin:/bin", "HOME": str(home), "XDG_CONFIG_HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8",
           "GODWIT_PASSWORD": PASSWORD, **more}
    return {name: value for name, value in env.items() if value is not None}


class Terminal:
    """The client in a pseudo-terminal; `out` is all that it wrote."""

    def __init__(self, home, url, key, rows=24, columns=80, **env):
        self.out, self.status = b"", None
        command = [binary(), "chat", "--url", url, "--key", key]
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(command[0], command, environment(home, **env))
        self.size(rows, columns)

    def size(self, rows, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def pump(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self.fd], [], [], 0.05)[0]:
                try:
                    self.out += os.read(self.fd, 65536)
                except OSError:
                    return

    def until(self, text):
        eventually(lambda: self.pump(0.1) or text in self.out, WITHIN)

    def type(self, text):
        os.write(self.fd, text.encode())
        self.pump(0.3)

    def alive(self):
        if self.status is None:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            self.status = os.waitstatus_to_exitcode(status) if done else None
        return self.status is None

    def close(self):
        if self.alive():
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


@pytest.fixture
def talk(world, tmp_path, server):
    """alice, bob, and what opens a terminal of bob's in the conversation with alice."""
    alice, bob = world.friends("alice", "bob")
    opened = []

    def open_terminal(**env):
        terminal = Terminal(tmp_path, server.url, bob.key, **env)
        opened.append(terminal)
        terminal.until(b"connected")
        terminal.type(f"/open {alice.key}\r")
        return terminal

    yield alice, bob, open_terminal
    for terminal in opened:
        terminal.close()


def said(alice, bob):
    return [frame["msg"] for frame in alice.items(f"/v1/conversations/u:{bob.key}/messages") if frame["msgSender"] == bob.key]


def sends(alice, bob, terminal, wanted):
    before = len(said(alice, bob))
    terminal.type("\r")
    got = eventually(lambda: said(alice, bob)[before:], WITHIN)
    assert got == [wanted]


def script(home, url, key, text, **env):
    done = subprocess.run([binary(), "chat", "--url", url, "--key", key], input=text, capture_output=True, timeout=60,
                          env=environment(home, **env))
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_unknown_keys_type_nothing(talk):
    alice, bob, open_terminal = talk
    terminal = open_terminal()
    for keys in ("\x1b[I", "\x1b]11;rgb:ffff/ffff/ffff\x07", "\x1bP1+r\x1b\\", "\x1b[<0;10;5M", "\x1b[M !\"", "\x1b[15~", "\x1b[3;5~",
                 "\x1b[1;6A", "\x1b[97;5u", "\x1bO5P"):
        terminal.type("ab" + keys)
        terminal.type("c")
        sends(alice, bob, terminal, "abc")
    terminal.type("ab\x1b[13;2u")
    terminal.type("c")
    sends(alice, bob, terminal, "ab\nc")
    terminal.type("ab\x1b[D")
    terminal.type("c")
    sends(alice, bob, terminal, "acb")


def test_pastes_keep_their_lines_and_tabs(talk):
    alice, bob, open_terminal = talk
    terminal = open_terminal()
    for text, wanted in (("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"), ("if x:\n\treturn 1", "if x:\n\treturn 1")):
        terminal.type(f"\x1b[200~{text}\x1b[201~")
        sends(alice, bob, terminal, wanted)
    terminal.type("\x1b[200~ab\t\tc👍🏽\x1b[201~")
    terminal.type("\x7f\x7f\x7f")
    sends(alice, bob, terminal, "ab\t")


def test_names_cannot_drive_the_terminal(world, tmp_path, server):
    alice, bob = world.friends("alice", "bob")
    alice.sent(bob, "x\x1b]0;owned\x07y\x1b[31mz\u202eabc\x9b31m")
    terminal = Terminal(tmp_path, server.url, bob.key, NO_COLOR="1")
    try:
        terminal.until(b"connected")
        terminal.type(f"/open {alice.key}\r")
        terminal.until(b"owned")
    finally:
        terminal.close()
    status, out, err = script(tmp_path, server.url, bob.key, f"/open {alice.key}\n/history\n".encode())
    assert status == 0 and "owned" in out
    for written in (terminal.out, (out + err).encode()):
        assert b"\x1b]0;owned" not in written and b"\x1b[31m" not in written
        assert "\u202e".encode() not in written and "\x9b".encode() not in written


def test_no_color_is_obeyed_and_a_dumb_terminal_gets_lines(talk):
    alice, bob, open_terminal = talk
    alice.sent(bob, "hello")
    terminal = open_terminal(NO_COLOR="1")
    assert not re.findall(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-7]|4[0-7]|38|48)(?:;[0-9;]*)?m", terminal.out)
    coloured = open_terminal(NO_COLOR="")
    assert re.findall(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-7]|4[0-7]|38|48)(?:;[0-9;]*)?m", coloured.out)
    for kind in ("dumb", None):
        plain = open_terminal(TERM=kind)
        assert b"\x1b" not in plain.out and b" " * 40 not in plain.out
        plain.type("from a dumb one\r")
        eventually(lambda: "from a dumb one" in said(alice, bob), WITHIN)


def test_no_window_is_too_small(talk):
    _, _, open_terminal = talk
    terminal = open_terminal()
    for rows, columns in ((24, 41), (1, 1), (2, 2), (5, 19), (6, 20), (7, 60), (24, 80)):
        terminal.size(rows, columns)
        terminal.pump(0.2)
    assert terminal.alive()


@pytest.mark.parametrize("text, complaint", [(b"z" * 9000, "too long"), (b"z" * 70000, "too long"), (NOT_UTF8, "not UTF-8"),
                                             (b"/nonsense", "nonsense")],
                         ids=["too long for a message", "too long for a line", "no UTF-8", "no command"])
def test_what_a_script_could_not_do_is_told(world, tmp_path, server, text, complaint):
    alice, bob = world.friends("alice", "bob")
    opened = f"/open {alice.key}\n".encode()
    status, out, err = script(tmp_path, server.url, bob.key, opened + text + b"\nfine\n")
    assert status == 1 and complaint in err and complaint not in out
    assert said(alice, bob) == ["fine"]
    status, out, err = script(tmp_path, server.url, bob.key, opened + b"good\n")
    assert (status, err) == (0, "") and said(alice, bob) == ["fine", "good"]


def test_what_was_meant_for_somebody_unknown_goes_to_nobody(world, tmp_path, server):
    alice, bob = world.friends("alice", "bob")
    for unknown in ("nobody-at-all-here", "#nothing-at-all", "no such name"):
        status, _, err = script(tmp_path, server.url, bob.key, f"/open {alice.key}\n/open {unknown}\nsecret\n".encode())
        assert status == 1 and unknown.lstrip("#") in err and "open a conversation first" in err
    assert said(alice, bob) == []


def test_files_of_other_systems(world, tmp_path, server):
    alice, bob = world.friends("alice", "bob")
    status, _, err = script(tmp_path, server.url, bob.key, b"\xef\xbb\xbf" + f"/open {alice.key}\r\nfrom there\r\nlast".encode())
    assert (status, err) == (0, "") and said(alice, bob) == ["from there", "last"]


def test_two_groups_of_one_name_are_told_apart(world, tmp_path, server):
    owner = world.person("owner")
    name = unique("Tea").replace("-", "")
    keys = [owner.post("/v1/groups", {"name": name}).ok(201)["key"] for _ in range(2)]
    for spoken in (f"#{name}", name):
        status, _, err = script(tmp_path, server.url, owner.key, f"/open {spoken}\nlost\n".encode())
        assert status == 1 and all(f"/open #{key}" in err for key in keys)
    status, _, err = script(tmp_path, server.url, owner.key, f"/open #{keys[1]}\nfound\n".encode())
    assert (status, err) == (0, "")
    assert "found" in [frame["msg"] for frame in owner.items(f"/v1/conversations/g:{keys[1]}/messages")]
