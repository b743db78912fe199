"""The engines that deploy/engines/up started, to be killed and halted one process at a time."""
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import requests
from kit.house import endpoint
from kit.server import ROOT

RECIPES = os.path.join(ROOT, "deploy", "engines")
NAMES = ("mariadb", "redis", "redis-cluster", "rocketmq", "elasticsearch")


class Process:
    """One process of an engine. `pid_file` has what deploy/engines recorded of it; `start` is a command that starts it as it was."""

    def __init__(self, name, pid_file, start, answers):
        self.name, self.pid_file, self.command, self.answers = name, pid_file, start, answers

    def pid(self):
        with open(self.pid_file, encoding="ascii") as recorded:
            return int(recorded.read().split()[0])

    def _signal(self, number):
        os.kill(self.pid(), number)

    def kill(self):
        self._signal(signal.SIGKILL)
        deadline = time.monotonic() + 10
        while self.answers():
            assert time.monotonic() < deadline, f"{self.name} answers after kill -9"
            time.sleep(0.05)

    def start(self):
        """Comes back when it answers."""
        self.command()
        self.wait_until_it_answers()

    def halt(self):
        self._signal(signal.SIGSTOP)

    def resume(self):
        self._signal(signal.SIGCONT)
        self.wait_until_it_answers()

    def wait_until_it_answers(self, within=120):
        deadline = time.monotonic() + within
        while not self.answers():
            assert time.monotonic() < deadline, f"{self.name} does not answer after {within} s"
            time.sleep(0.05)


class Engines:
    """Where `deploy/engines/up` has them, RocketMQ in three processes."""

    def __init__(self):
        self.directory = os.environ.get("ENGINES") or os.path.join(tempfile.gettempdir(), "godwit-engines")
        self.first = int(endpoint("MYSQL").split(":")[1])
        self.environment = {**os.environ, "ENGINES": self.directory, "ENGINES_PORT": str(self.first), "ROCKETMQ_MODE": "cluster"}

    def up(self):
        """All of them; what runs is left as it is, and a RocketMQ in two processes is started again in three."""
        self._run("up", *NAMES)

    def _run(self, *command):
        done = subprocess.run([os.path.join(RECIPES, command[0]), *command[1:]], env=self.environment, capture_output=True,
                              text=True, timeout=600, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}")

    # its processes

    def process(self, name):
        return {"mariadb": self.mariadb, "redis": self.redis, "broker": lambda: self.rocketmq("broker"),
                "proxy": lambda: self.rocketmq("proxy"), "namesrv": lambda: self.rocketmq("namesrv"),
                "elasticsearch": self.elasticsearch}[name]()

    def mariadb(self):
        return Process("MariaDB", self._pid("mariadb", "server"), lambda: self._run("up", "mariadb"), self.sql_answers)

    def redis(self):
        return self._redis(self.first + 10, "redis")

    def redis_of_cluster(self, port):
        return self._redis(port, "redis-cluster")

    def _redis(self, port, name):
        return Process("Redis", self._pid(name, str(port)), lambda: self._run("up", name), lambda: self.redis_says(port, "ping") == "PONG")

    def elasticsearch(self):
        return ElasticsearchProcess("Elasticsearch", self._pid("elasticsearch", "server"), lambda: self._run("up", "elasticsearch"),
                                    self.searches)

    def rocketmq(self, name):
        port = self.first + {"namesrv": 1, "broker": 4, "proxy": 6}[name]
        return RocketmqProcess(name, self._pid("rocketmq", name), lambda verb: self._rocketmq(name, verb), lambda: listens(port))

    def _rocketmq(self, name, verb):
        done = subprocess.run([os.path.join(RECIPES, "rocketmq", "process"), name, verb], capture_output=True, text=True, timeout=60,
                              env={**self.environment, "ROCKETMQ_DATA": os.path.join(self.directory, "rocketmq")}, check=False)
        assert done.returncode == 0, f"{name} {verb}: {done.stdout}{done.stderr}"

    def _pid(self, engine, name):
        return os.path.join(self.directory, engine, "run", f"{name}.pid")

    # whether they answer

    def sql_answers(self):
        return self.sql("SELECT 1") is not None

    def sql(self, statement):
        """What it says; None: it does not answer."""
        done = subprocess.run(["mariadb", "--no-defaults", "--host=127.0.0.1", f"--port={self.first}", f"--user={endpoint('MYSQL_USER')}",
                               f"--password={endpoint('MYSQL_PASSWORD')}", "--connect-timeout=2", "--batch", "--execute", statement],
                              capture_output=True, text=True, timeout=20, check=False)
        return done.stdout if done.returncode == 0 else None

    @staticmethod
    def redis_says(port, *words):
        done = subprocess.run(["redis-cli", "-h", "127.0.0.1", "-p", str(port), *words], capture_output=True, text=True, timeout=20,
                              check=False)
        return done.stdout.strip() if done.returncode == 0 else None

    def searches(self):
        try:
            at = f"http://127.0.0.1:{self.first + 8}/_cluster/health?wait_for_status=yellow&timeout=1s"
            return requests.get(at, timeout=3).status_code == 200
        except requests.RequestException:
            return False

    # Redis' data

    def empty_redis(self):
        """kill -9, its files removed, started again: nothing of what it had is there."""
        port = self.first + 10
        self.redis().kill()
        shutil.rmtree(os.path.join(self.directory, "redis", str(port)))
        self.redis().start()
        assert self.redis_says(port, "dbsize") is not None


class RocketmqProcess(Process):
    """`deploy/engines/rocketmq/process` knows how to start one of the three again."""

    def __init__(self, name, pid_file, verb, answers):
        super().__init__(f"RocketMQ's {name}", pid_file, lambda: verb("start"), answers)
        self.verb = verb

    def kill(self):
        self.verb("kill")


class ElasticsearchProcess(Process):
    """What is recorded is its launcher, which ends with the server."""

    def pid(self):
        launcher = f"/proc/{super().pid()}/task"
        for thread in os.listdir(launcher):
            with open(f"{launcher}/{thread}/children", encoding="ascii") as children:
                for child in children.read().split():
                    return int(child)
        raise RuntimeError("Elasticsearch's launcher has no server")

    def kill(self):
        recorded = Process.pid(self)
        super().kill()
        while os.path.exists(f"/proc/{recorded}"):
            time.sleep(0.05)


def listens(port, host="127.0.0.1"):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0
