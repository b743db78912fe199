"""A server as its clients see it, spread over one process a role on the engines that deploy/engines/up started: what TEST_HOUSE=many
makes of every server of the suite."""
import os
import signal
import subprocess
import uuid

import requests

from kit.server import READY_WITHIN, Server, binary, free_port

ROLES = ("user", "node", "dispatch", "offline", "archive", "gateway")


def endpoint(name):
    value = os.environ.get("LIVE_" + name)
    if value is None:
        raise RuntimeError(f"LIVE_{name} is not set: deploy/engines/up writes a file of them; ./test --distributed reads it")
    return value


def mysql(statement):
    host, port = endpoint("MYSQL").split(":")
    subprocess.run(["mariadb", f"--host={host}", f"--port={port}", f"--user={endpoint('MYSQL_USER')}",
                    f"--password={endpoint('MYSQL_PASSWORD')}", "--execute", statement], check=True, timeout=30)


class House(Server):
    """`process`: the gateway, which clients meet; the others stand behind it. The admin listener is the user role's."""

    def __init__(self, directory, env=None, arguments=()):
        super().__init__(directory, env, arguments)
        self.name = "bb" + uuid.uuid4().hex[:10]
        taken = {self.port, self.admin_port}
        self.ports = {role: self._port(taken) for role in ROLES}
        self.node_port = self._port(taken)
        self.admin_ports = {role: self._port(taken) for role in ROLES} | {"user": self.admin_port}
        self.processes = {}
        self.made = False
        self.to_kill = []

    @staticmethod
    def _port(taken):
        """One that no other process of the house has."""
        while (port := free_port()) in taken:
            pass
        taken.add(port)
        return port

    def _data(self, role):
        return self.data if role == "user" else os.path.join(self.directory, role)

    def log_file(self, role):
        return os.path.join(self.directory, f"{role}.log")

    def _settings(self):
        """What every process of the house is told, by its environment: a test may want a file of its own."""
        return {
            "ENGINES": "distributed", "CLUSTER_SECRET": "a secret of this house", "CLUSTER_SIGNING_KEY": f"{self.directory}/signing.key",
            **{f"PEERS_{role.upper()}": f"127.0.0.1:{self.ports[role]}" for role in ("user", "dispatch", "archive", "offline")},
            "PEERS_NODE": f"node-1=127.0.0.1:{self.node_port}",
            "MYSQL_ADDRESS": endpoint("MYSQL"), "MYSQL_USER": endpoint("MYSQL_USER"), "MYSQL_PASSWORD": endpoint("MYSQL_PASSWORD"),
            "MYSQL_DATABASE": self.name, "REDIS_ADDRESSES": endpoint("REDIS"), "REDIS_PREFIX": self.name,
            "ROCKETMQ_PROXY": endpoint("ROCKETMQ"), "ROCKETMQ_BROKER": endpoint("ROCKETMQ_BROKER"), "ROCKETMQ_PREFIX": self.name,
            "ELASTICSEARCH_ADDRESS": endpoint("ELASTICSEARCH"), "ELASTICSEARCH_PREFIX": self.name, "ELASTICSEARCH_REPLICAS": "0",
        }

    def _environment(self):
        return {**super()._environment(), **{f"GODWIT_{name}": value for name, value in self._settings().items()}}

    def _make(self):
        mysql(f"CREATE DATABASE {self.name}")
        done = subprocess.run([binary(), "admin", "engines", "init"], env=self._environment(), capture_output=True, text=True,
                              timeout=60, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"engines init: {done.stdout}{done.stderr}")
        self.made = True

    def launch(self):
        if not self.made:
            self._make()
        for role in ROLES:
            if role in self.processes and self.processes[role].poll() is None:
                continue
            command = [binary(), "serve", "--roles", role, "--data", self._data(role),
                       "--listen", f"127.0.0.1:{self.port}", "--admin", f"127.0.0.1:{self.admin_ports[role]}",
                       "--set", f"cluster.listen=127.0.0.1:{self.ports[role]}",
                       "--set", f"cluster.node_listen=127.0.0.1:{self.node_port}", *self.arguments]
            with open(self.log_file(role), "ab") as log:
                self.processes[role] = subprocess.Popen(command, env=self._environment(), stdin=subprocess.DEVNULL, stdout=log,
                                                        stderr=log, preexec_fn=self._limit if self.open_files else None)
        self.process = self.processes["gateway"]

    @property
    def running(self):
        return bool(self.processes) and all(one.poll() is None for one in self.processes.values())

    def _ready(self):
        try:
            with requests.Session() as session:
                session.trust_env = False
                return all(session.get(f"http://127.0.0.1:{port}/readyz", timeout=2).status_code == 200
                           for port in self.admin_ports.values()) and self._takes_sockets()
        except requests.RequestException:
            return False

    def _takes_sockets(self):
        """The node has joined, and the dispatcher's link to it stands."""
        return '"event":"link_opened"' in self._text_of("node")

    def signal(self, number):
        for one in self.processes.values():
            if one.poll() is None:
                one.send_signal(number)

    def stop(self):
        """The doors first, as an operator would; the worst exit code."""
        if not self.running:
            return None if self.process is None else max(one.returncode or 0 for one in self.processes.values())
        codes = []
        for role in reversed(ROLES):
            one = self.processes[role]
            one.send_signal(signal.SIGTERM)
            try:
                codes.append(one.wait(READY_WITHIN))
            except subprocess.TimeoutExpired:
                self.kill()
                raise RuntimeError(f"{role} is still there {READY_WITHIN} s after SIGTERM:\n{self.log_tail()}") from None
        return max(codes)

    def kill(self):
        for one in self.processes.values():
            if one.poll() is None:
                one.kill()
        for one in self.processes.values():
            one.wait()

    def kill_one(self, random):
        """One process, whichever; the others go on. `start` brings it back."""
        if not self.to_kill:  # every one has its turn
            self.to_kill = random.sample(ROLES, len(ROLES))
        role = self.to_kill.pop()
        self.processes[role].kill()
        self.processes[role].wait()
        return role

    def remove(self):
        """What it has left in the engines."""
        if not self.made:
            return
        mysql(f"DROP DATABASE IF EXISTS {self.name}")
        requests.delete(f"http://{endpoint('ELASTICSEARCH')}/{self.name}-messages-*", timeout=10)
        self.made = False

    def _text_of(self, role):
        if not os.path.exists(self.log_file(role)):
            return ""
        with open(self.log_file(role), encoding="utf-8", errors="replace") as log:
            return log.read()

    def log_text(self):
        return "".join(self._text_of(role) for role in ROLES)

    def log_tail(self, size=3000):
        return "\n".join(f"== {role}\n{self._text_of(role)[-size // 3:]}" for role in ROLES)

    def wait_until_ready(self):
        try:
            super().wait_until_ready()
        except RuntimeError:
            self.kill()  # those that did start
            self.remove()
            raise


def new_server(directory, env=None, arguments=()):
    """What TEST_HOUSE asks for: one process on embedded stores, or one a role on the real engines."""
    kind = os.environ.get("TEST_HOUSE", "one")
    return {"one": Server, "many": House}[kind](directory, env, arguments)
