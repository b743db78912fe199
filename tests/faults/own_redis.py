"""A Redis of a test's own, to be emptied, killed and stopped."""
import os
import signal
import socket
import subprocess
import time

from kit.server import free_port


class OwnRedis:
    def __init__(self, directory):
        self.directory, self.port, self.process = str(directory), free_port(), None
        self.start()

    def start(self):
        log = open(os.path.join(self.directory, "redis.log"), "ab")  # pylint: disable=consider-using-with
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.directory, "--save", "",
             "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction"], stdout=log, stderr=log)
        log.close()
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                if self.ask("PING").startswith(b"+PONG"):
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise RuntimeError("redis-server does not answer")

    def ask(self, *words):
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
            parts = [word.encode() for word in words]
            line.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts))
            return line.recv(65536)

    def empty(self):
        assert self.ask("FLUSHALL").startswith(b"+OK")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
