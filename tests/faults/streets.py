"""A house whose processes live apart: each in a network namespace of its own, with a router between them that can cut any two."""
import os
import subprocess

from engines import listens
from kit.house import House, endpoint
from kit.waiting import eventually

ENGINES = ("MYSQL", "REDIS", "ROCKETMQ", "ROCKETMQ_BROKER", "ELASTICSEARCH")
PREFIX = "gwfault"


def ip(*words):
    done = subprocess.run(["ip", *words], capture_output=True, text=True, timeout=20, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"ip {' '.join(words)}: {done.stderr.strip()} (network namespaces need root)")
    return done.stdout


def namespaces():
    return [line.split()[0] for line in ip("netns", "list").splitlines() if line.startswith(PREFIX + "-")]


def sweep():
    """What runs left that were killed before they could."""
    for name in namespaces():
        if not os.path.exists(f"/proc/{name.split('-')[1]}"):
            ip("netns", "delete", name)


class Streets:
    """Process i is at 10.N.i.2, tests are at 10.N.254.2, engines (by a proxy that goes on to loopback) at 10.N.255.2."""

    def __init__(self, names):
        sweep()
        self.net = f"10.{200 + os.getpid() % 50}"
        self.places = {name: str(i) for i, name in enumerate(names, 1)} | {"tests": "254", "engines": "255"}
        self.router = self.namespace("router")
        self.cuts, self.proxy = set(), None

    def namespace(self, name):
        return f"{PREFIX}-{os.getpid()}-{name}"

    def address(self, name):
        return f"{self.net}.{self.places[name]}.2"

    def open(self):
        ip("netns", "add", self.router)
        ip("netns", "exec", self.router, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
        for name, place in self.places.items():
            if name == "engines":
                continue
            self.lay(place, None if name == "tests" else self.namespace(name))
        ip("route", "add", f"{self.net}.0.0/16", "via", f"{self.net}.254.1")
        ip("address", "add", f"{self.address('engines')}/32", "dev", self.end())
        ip("-n", self.router, "route", "add", self.address("engines"), "via", self.address("tests"))

    def end(self):
        """The tests' own end of the street, in the namespace that they run in."""
        return f"gwf{os.getpid()}"

    def lay(self, place, into):
        """A line between the router and a namespace (none: the tests' own)."""
        theirs = "eth0" if into else self.end()
        inside = ("-n", into) if into else ()
        if into:
            ip("netns", "add", into)
            ip(*inside, "link", "set", "lo", "up")
        ip("-n", self.router, "link", "add", f"to{place}", "type", "veth", "peer", "name", theirs, "netns", into or str(os.getpid()))
        ip("-n", self.router, "address", "add", f"{self.net}.{place}.1/24", "dev", f"to{place}")
        ip("-n", self.router, "link", "set", f"to{place}", "up")
        ip(*inside, "address", "add", f"{self.net}.{place}.2/24", "dev", theirs)
        ip(*inside, "link", "set", theirs, "up")
        if into:
            ip(*inside, "route", "add", "default", "via", f"{self.net}.{place}.1")

    def serve_engines(self, directory):
        """TCP from where the processes look for engines to where these are. Comes back when it is served."""
        lines = ["global", "  maxconn 4000", "defaults", "  mode tcp", "  timeout connect 2s", "  timeout client 1h", "  timeout server 1h"]
        for engine in ENGINES:
            lines += [f"listen {engine}", f"  bind {self.at(engine)}", f"  server it {endpoint(engine)}"]
        path = os.path.join(directory, "haproxy.cfg")
        with open(path, "w", encoding="utf-8") as config:
            config.write("\n".join(lines) + "\n")
        with open(os.path.join(directory, "haproxy.log"), "ab") as log:
            self.proxy = subprocess.Popen(["haproxy", "-db", "-f", path], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        eventually(lambda: all(listens(self.port(engine), self.address("engines")) for engine in ENGINES), within=10)

    @staticmethod
    def port(engine):
        return int(endpoint(engine).split(":")[1])

    def at(self, engine):
        return f"{self.address('engines')}:{self.port(engine)}"

    def cut(self, one, other):
        """From now on whatever either sends to the other disappears: nobody is told."""
        for a, b in ((one, other), (other, one)):
            ip("-n", self.router, "rule", "add", "from", self.address(a), "to", self.address(b), "blackhole")
            self.cuts.add((a, b))

    def heal(self):
        for a, b in sorted(self.cuts):
            ip("-n", self.router, "rule", "delete", "from", self.address(a), "to", self.address(b), "blackhole")
        self.cuts.clear()

    def close(self):
        if self.proxy is not None:
            self.proxy.terminate()
            self.proxy.wait(10)
        mine = [name for name in namespaces() if name.startswith(f"{PREFIX}-{os.getpid()}-")]
        for name in mine:
            ip("netns", "delete", name)  # its ends of the lines go with it, and the other ends with them
        eventually(lambda: not os.path.exists(f"/sys/class/net/{self.end()}"), within=10)


class HouseApart(House):
    def __init__(self, directory, env=None, arguments=(), copies=2):
        self.streets = None
        super().__init__(directory, {"ADMIN_KEY": "a key for who is not on loopback", **(env or {})}, arguments, copies)
        self.streets = Streets(self.names)

    def host(self, name):
        return self.streets.address(name)

    def prefix(self, name):
        return ["ip", "netns", "exec", self.streets.namespace(name)]

    def engine(self, name):
        return self.streets.at(name)

    def open(self):
        os.makedirs(self.directory, exist_ok=True)
        self.streets.open()
        self.streets.serve_engines(self.directory)
        return self.start()

    def close(self):
        """However far it came."""
        try:
            self.kill()
            self.remove()
        finally:
            self.streets.close()
