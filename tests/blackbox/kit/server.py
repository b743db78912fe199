"""Starting and stopping `godwit serve`, the way an operator would."""
import os
import random
import resource
import signal
import socket
import sqlite3
import subprocess
import time

import requests

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".."))
READY_WITHIN = 15
GONE_WITHIN = 15


def binary():
    path = os.environ.get("GODWIT_BIN", "build/release/godwit")
    return path if os.path.isabs(path) else os.path.join(ROOT, path)


def free_port():
    """A port nobody listens on, below the range that the kernel gives to clients."""
    for _ in range(200):
        port = random.randint(20000, 31999)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise RuntimeError("no free port")


class Process:
    """One of a server's processes, as its monitors and its supervisor know it."""

    def __init__(self, name, pid, data, admin_url):
        self.name, self.pid, self.data, self.admin_url = name, pid, data, admin_url


class Server:
    """One server process on its own data directory. `env` holds settings without their GODWIT_ prefix."""

    def __init__(self, directory, env=None, arguments=()):
        self.directory, self.env, self.arguments = str(directory), dict(env or {}), list(arguments)
        self.port, self.admin_port = free_port(), free_port()
        self.data = os.path.join(self.directory, "data")
        self.log_path = os.path.join(self.directory, "server.log")
        self.process = None
        self.open_files = None  # a limit for the process, where a test is about that

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def urls(self):
        """Everywhere that clients may come in."""
        return [self.url]

    @property
    def admin_url(self):
        return f"http://127.0.0.1:{self.admin_port}"

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None

    def start(self):
        self.launch()
        self.wait_until_ready()
        return self

    def launch(self):
        """Starts the process and does not wait for it."""
        os.makedirs(self.data, exist_ok=True)
        command = [binary(), "serve", "--data", self.data, "--listen", f"127.0.0.1:{self.port}",
                   "--admin", f"127.0.0.1:{self.admin_port}", *self.arguments]
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(command, env=self._environment(), stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, preexec_fn=self._limit if self.open_files else None)

    def _limit(self):
        resource.setrlimit(resource.RLIMIT_NOFILE, (self.open_files, self.open_files))

    def _environment(self):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GODWIT_")}
        settings = {"LIMITS_ENABLED": "false", **self.env}
        return {**clean, **{f"GODWIT_{name}": str(value) for name, value in settings.items()}}

    def wait_until_ready(self):
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            if not self.running:
                raise RuntimeError(f"the server ended with {self.process.returncode}:\n{self.log_tail()}")
            if self._ready():
                return
            time.sleep(0.01)
        self.kill()
        raise RuntimeError(f"not ready within {READY_WITHIN} s:\n{self.log_tail()}")

    def _ready(self):
        try:
            with requests.Session() as session:
                session.trust_env = False
                return session.get(self.admin_url + "/readyz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def processes(self):
        """All that serve together: here one."""
        return [Process("node-1", self.process.pid, self.data, self.admin_url)]

    def load_test_data(self, *arguments):
        """Before the first start."""
        return subprocess.run([binary(), "admin", "load-test-data", "--data", self.data, *arguments], capture_output=True, text=True,
                              timeout=60, check=False, env=self._environment())

    def signal(self, number):
        """To all of them, as an operator whose settings file is everybody's."""
        self.process.send_signal(number)

    def doctor(self, *arguments):
        """`godwit doctor` with the server's own settings."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("GODWIT_")}
        listen = () if "--listen" in arguments else ("--listen", f"127.0.0.1:{self.port}")
        return self._doctor(clean, *listen, "--admin", f"127.0.0.1:{self.admin_port}", *arguments)

    def _doctor(self, environment, *arguments):
        return subprocess.run([binary(), "doctor", "--data", self.data, *arguments], capture_output=True, text=True, timeout=60,
                              check=False, env=environment)

    def rename_in_store(self, key, name):
        """Writes a name past every rule, as an older version may have; the server is at rest."""
        with sqlite3.connect(f"{self.data}/accounts.db") as database:
            database.execute("UPDATE accounts SET name = ? WHERE user_key = ?", (name, key))
        database.close()
        os.remove(f"{self.data}/accounts.db-seal")  # another program's change looks like damage

    def stop(self):
        """SIGTERM, then the exit code; a server that does not go is killed and that is an error."""
        if not self.running:
            return None if self.process is None else self.process.returncode
        self.signal(signal.SIGTERM)
        try:
            return self.process.wait(GONE_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError(f"still there {GONE_WITHIN} s after SIGTERM:\n{self.log_tail()}") from None

    def kill(self):
        if self.running:
            self.process.kill()
        if self.process is not None:
            self.process.wait()

    def kill_one(self, random):  # pylint: disable=unused-argument
        """Of a house of many one process; here all there is. Which."""
        self.kill()
        return "all"

    def remove(self):
        """What it has left beside its directory: nothing."""

    def log_text(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return log.read()

    def log_tail(self, size=3000):
        return self.log_text()[-size:]


class ExternalServer:
    """A server that somebody else started and will stop."""

    def __init__(self, url, admin_url=None):
        self.url, self.admin_url = url.rstrip("/"), admin_url.rstrip("/") if admin_url else None


def run_admin(admin_url, *arguments):
    """`godwit admin` against a running server: what it printed."""
    address = admin_url.split("//", 1)[1]
    done = subprocess.run([binary(), "admin", "--admin", address, *arguments], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, f"godwit admin {' '.join(arguments)}: {done.returncode} {done.stdout} {done.stderr}"
    return done.stdout
