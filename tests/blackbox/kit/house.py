"""A server as its clients see it, spread over processes of one role each on the engines that deploy/engines/up started: what
TEST_HOUSE=many makes of every server of the suite."""
import os
import signal
import subprocess
import uuid

import requests

from kit.server import READY_WITHIN, Process, Server, binary, free_port

ROLES = ("user", "node", "dispatch", "offline", "archive", "gateway")


def role_of(name):
    return name.split("-")[0]


def endpoint(name):
    value = os.environ.get("LIVE_" + name)
    if value is None:
        raise RuntimeError(f"LIVE_{name} is not set: deploy/engines/up writes a file of them; ./test --distributed reads it")
    return value


def mysql(statement):
    """What it answers: a row a line, columns by tabs."""
    host, port = endpoint("MYSQL").split(":")
    return subprocess.run(["mariadb", f"--host={host}", f"--port={port}", f"--user={endpoint('MYSQL_USER')}",
                           f"--password={endpoint('MYSQL_PASSWORD')}", "--skip-column-names", "--batch", "--execute", statement],
                          stdout=subprocess.PIPE, text=True, check=True, timeout=30).stdout


class House(Server):
    """`copies` processes of each role, the first named by its role ("node"), others by a number besides ("node-2"). `process`: the
    first gateway, which clients meet; the others stand behind it. The admin listener is the first user role's."""

    LOOPBACK = "127.0.0.1"

    def __init__(self, directory, env=None, arguments=(), copies=1):
        super().__init__(directory, env, arguments)
        self.name = "bb" + uuid.uuid4().hex[:10]
        self.names = [role if copy == 1 else f"{role}-{copy}" for role in ROLES for copy in range(1, copies + 1)]
        taken = {self.port, self.admin_port}
        self.ports = {name: self._port(taken) for name in self.names}  # where other processes call it
        self.node_ports = {name: self._port(taken) for name in self.copies_of("node")}
        self.socket_ports = {name: self._port(taken) for name in self.copies_of("node")}  # for clients past the gateways
        self.client_ports = {name: self._port(taken) for name in self.copies_of("gateway")} | {"gateway": self.port}
        self.admin_ports = {name: self._port(taken) for name in self.names} | {"user": self.admin_port}
        self.by_name = {}
        self.made = False
        self.to_kill = []

    @staticmethod
    def _port(taken):
        """One that no other process of the house has."""
        while (port := free_port()) in taken:
            pass
        taken.add(port)
        return port

    def copies_of(self, role):
        return [name for name in self.names if role_of(name) == role]

    def host(self, name):  # pylint: disable=unused-argument
        """The address of a process, for clients and for the others."""
        return self.LOOPBACK

    def roles_of(self, name):
        """What it is told to be."""
        return role_of(name)

    def prefix(self, name):  # pylint: disable=unused-argument
        """What its command begins with."""
        return []

    def engine(self, name):
        """Where the processes reach an engine."""
        return endpoint(name)

    @property
    def urls(self):
        """Every gateway's: where a client goes whose own does not answer."""
        return [f"http://{self.host(name)}:{port}" for name, port in self.client_ports.items()]

    @property
    def url(self):
        return self.urls[0]

    @property
    def admin_url(self):
        return self.admin_of("user")

    def admin_of(self, name):
        return f"http://{self.host(name)}:{self.admin_ports[name]}"

    def _data(self, name):
        return self.data if name == "user" else os.path.join(self.directory, name)

    def log_file(self, name):
        return os.path.join(self.directory, f"{name}.log")

    def _peers(self, role):
        return ",".join(f"{self.host(name)}:{self.ports[name]}" for name in self.copies_of(role))

    def _settings(self):
        """What every process of the house is told, by its environment: a test may want a file of its own."""
        return {
            "ENGINES": "distributed", "CLUSTER_SECRET": "a secret of this house", "CLUSTER_SIGNING_KEY": f"{self.directory}/signing.key",
            **{f"PEERS_{role.upper()}": self._peers(role) for role in ("user", "dispatch", "archive", "offline")},
            "PEERS_NODE": ",".join(f"{self.node_name(name)}={self.host(name)}:{port}" for name, port in self.node_ports.items()),
            "PEERS_NODE_PUBLIC": ",".join(f"{self.node_name(name)}=ws://{self.host(name)}:{port}" for name, port in self.socket_ports.items()),
            "GATEWAY_SOCKETS": os.environ.get("TEST_SOCKETS", "relay"),
            "MYSQL_ADDRESS": self.engine("MYSQL"), "MYSQL_USER": endpoint("MYSQL_USER"), "MYSQL_PASSWORD": endpoint("MYSQL_PASSWORD"),
            "MYSQL_DATABASE": self.name, "REDIS_ADDRESSES": self.engine("REDIS"), "REDIS_PREFIX": self.name,
            "ROCKETMQ_PROXY": self.engine("ROCKETMQ"), "ROCKETMQ_BROKER": self.engine("ROCKETMQ_BROKER"), "ROCKETMQ_PREFIX": self.name,
            "ELASTICSEARCH_ADDRESS": self.engine("ELASTICSEARCH"), "ELASTICSEARCH_PREFIX": self.name, "ELASTICSEARCH_REPLICAS": "0",
        }

    @staticmethod
    def node_name(name):
        return "node-1" if name == "node" else name

    def _environment(self):
        """What the house needs; `env` has the last word."""
        return {**{f"GODWIT_{name}": value for name, value in self._settings().items()}, **super()._environment()}

    def _make(self):
        mysql(f"CREATE DATABASE {self.name}")
        done = subprocess.run([binary(), "admin", "engines", "init"], env=self._environment(), capture_output=True, text=True,
                              timeout=60, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"engines init: {done.stdout}{done.stderr}")
        self.made = True

    def load_test_data(self, *arguments):
        os.makedirs(self.directory, exist_ok=True)  # the signing key goes there
        if not self.made:
            self._make()
        return subprocess.run([binary(), "admin", "load-test-data", *arguments], capture_output=True, text=True, timeout=60, check=False,
                              env=self._environment())

    def launch(self):
        if not self.made:
            self._make()
        for name in self.names:
            if name not in self.by_name or self.by_name[name].poll() is not None:
                self.launch_one(name)
        self.process = self.by_name["gateway"]

    def launch_one(self, name):
        own = {"gateway": ["--listen", f"{self.host(name)}:{self.client_ports.get(name)}"],
               "node": ["--set", f"cluster.node_listen={self.host(name)}:{self.node_ports.get(name)}",
                        "--set", f"node.listen={self.host(name)}:{self.socket_ports.get(name)}",
                        "--set", f"node.name={self.node_name(name)}"]}
        self.by_name[name] = self._serve(name, self.admin_ports[name], self.ports[name], own.get(role_of(name), ()))

    def start_another(self, role, **settings):
        """A second process of the role, which no settings name; whoever starts it ends it."""
        taken = {*self.node_ports.values(), *self.socket_ports.values(), *self.client_ports.values(), *self.ports.values(), *self.admin_ports.values()}
        return self._serve(f"{role}-another", self._port(taken), self._port(taken), (), settings)

    def _serve(self, name, admin_port, port, own, settings=None):  # pylint: disable=too-many-arguments
        os.makedirs(self.directory, exist_ok=True)
        host = self.host(name)
        command = [*self.prefix(name), binary(), "serve", "--roles", self.roles_of(name), "--data", self._data(name),
                   "--admin", f"{host}:{admin_port}", "--set", f"cluster.listen={host}:{port}", *own, *self.arguments]
        environment = {**self._environment(), **{f"GODWIT_{key}": value for key, value in (settings or {}).items()}}
        with open(self.log_file(name), "ab") as log:
            return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                    preexec_fn=self._limit if self.open_files else None)

    @property
    def running(self):
        return bool(self.by_name) and all(one.poll() is None for one in self.by_name.values())

    def _ready(self):
        """Each waits for the roles that it asks, too: the nodes have joined, and the dispatchers' links to them stand."""
        return all(self.ready(name) for name in self.names)

    def ready(self, name):
        try:
            with requests.Session() as session:
                session.trust_env = False
                return session.get(self.admin_of(name) + "/readyz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def processes(self):
        return [Process(self.listed_as(name), self.by_name[name].pid, self._data(name), self.admin_of(name)) for name in self.names]

    def listed_as(self, name):
        """Its name among all processes."""
        return self.node_name(name) if role_of(name) == "node" else f"{role_of(name)}@{self.host(name)}:{self.ports[name]}"

    def doctor(self, *arguments):
        return self._doctor(self._environment(), *arguments)

    def doctor_with(self, settings):
        """With other settings than the processes have."""
        return self._doctor({**self._environment(), **settings})

    def rename_in_store(self, key, name):
        mysql(f"UPDATE {self.name}.accounts SET name = X'{name.encode().hex()}' WHERE user_key = '{key}'")

    def signal(self, number):
        for one in self.by_name.values():
            if one.poll() is None:
                one.send_signal(number)

    def stop(self):
        """The doors first, as an operator would; the worst exit code."""
        if not self.running:
            return None if self.process is None else max(one.returncode or 0 for one in self.by_name.values())
        return max(self.stop_one(name) for name in reversed(self.names))

    def stop_one(self, name):
        """SIGTERM, and how it ended."""
        one = self.by_name[name]
        one.send_signal(signal.SIGTERM)
        try:
            return one.wait(READY_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError(f"{name} is still there {READY_WITHIN} s after SIGTERM:\n{self.log_tail()}") from None

    def kill(self):
        for one in self.by_name.values():
            if one.poll() is None:
                one.kill()
        for one in self.by_name.values():
            one.wait()

    def kill_one(self, random):
        """One process, whichever; the others go on. `start` brings it back."""
        if not self.to_kill:  # every one has its turn
            self.to_kill = random.sample(self.names, len(self.names))
        name = self.to_kill.pop()
        self.by_name[name].kill()
        self.by_name[name].wait()
        return name

    def remove(self):
        """What it has left in the engines."""
        if not self.made:
            return
        mysql(f"DROP DATABASE IF EXISTS {self.name}")
        requests.delete(f"http://{endpoint('ELASTICSEARCH')}/{self.name}-messages-*", timeout=10)
        self.made = False

    def _text_of(self, name):
        if not os.path.exists(self.log_file(name)):
            return ""
        with open(self.log_file(name), encoding="utf-8", errors="replace") as log:
            return log.read()

    def log_text(self):
        return "".join(self._text_of(name) for name in self.names)

    def log_tail(self, size=3000):
        return "\n".join(f"== {name}\n{self._text_of(name)[-size // 3:]}" for name in self.names)

    def wait_until_ready(self):
        try:
            super().wait_until_ready()
        except RuntimeError:
            self.kill()  # those that did start
            self.remove()
            raise


def new_server(directory, env=None, arguments=()):
    """What TEST_HOUSE asks for: one process on embedded stores, or one a role on the real engines."""
    if os.environ.get("TEST_HOUSE", "one") == "one":
        return Server(directory, env, arguments)
    return House(directory, env, arguments, copies=int(os.environ.get("TEST_COPIES", "1")))


def leave_the_other_house(config, items):
    """Of what pytest has collected: tests whose mark, `embedded` or `many`, is that of the house that TEST_HOUSE does not ask for."""
    other = "embedded" if os.environ.get("TEST_HOUSE") == "many" else "many"
    config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker(other)])
    items[:] = [item for item in items if not item.get_closest_marker(other)]
