#!/usr/bin/env python3
"""The bars of many processes on the real engines, each beside its limit in the same run; started by bench/run --distributed.

Prints one line a measure and the medians with their ratios at the end. Needs the engines' endpoints in the environment.
"""
import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

import requests

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(ROOT, "tests", "blackbox"))

from kit.house import House, mysql  # noqa: E402
from kit.server import binary  # noqa: E402

BUILD = os.path.join(ROOT, "build", "release")
FIGURES = {}


def run(*command, said=lambda name: None):
    """Its figures: a line each of a name and field=value. `said`: is called with each name as it comes."""
    lines = []
    with tempfile.TemporaryFile("w+") as errors, \
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            name, _, rest = line.rstrip("\n").partition(" ")
            said(name)
            lines.append((name, {field: float(value) for field, value in re.findall(r"(\w+)=([\d.]+)", rest)}))
        if process.wait() != 0:
            errors.seek(0)
            raise RuntimeError(f"{' '.join(map(str, command))}: {errors.read()}")
    return lines


def keep(name, value):
    FIGURES.setdefault(name, []).append(value)


class Bench(House):
    """A house with ready people: of each their token's node is one of the house's, in turn. `together`: the gateway is a node, too, and
    no other process is, so that sockets are not relayed."""

    def __init__(self, copies=1, together=False):
        self.scratch = tempfile.mkdtemp(prefix="godwit-bench-", dir=os.environ.get("BENCH_SCRATCH"))
        super().__init__(self.scratch, {"HTTP_THREADS": "1", "HTTP_CONNECTIONS": "9750", "SOCKET_CONNECTIONS": "19500"}, copies=copies)
        self.out = os.path.join(self.scratch, "out")
        self.together, self.tokens_for = together, None
        if together:
            self.names.remove("node")
            self.node_ports = {"gateway": self.node_ports["node"]}

    def roles_of(self, name):
        return "gateway,node" if self.together and name == "gateway" else super().roles_of(name)

    def node_name(self, name):
        return "node-1" if name in ("node", "gateway") else name

    def launch_one(self, name):
        if not (self.together and name == "gateway"):
            return super().launch_one(name)
        own = ("--listen", f"127.0.0.1:{self.port}", "--set", f"cluster.node_listen=127.0.0.1:{self.node_ports[name]}")
        self.by_name[name] = self._serve(name, self.admin_ports[name], self.ports[name], own)

    def _environment(self):
        return {**super()._environment(), **({"GODWIT_PEERS_NODE": self.tokens_for} if self.tokens_for else {})}

    def fill(self, users, groups, node=None):
        """`node`: of all tokens; else the house's in turn."""
        self.tokens_for = node
        loaded = self.load_test_data("--users", str(users), "--groups", str(groups), "--out", self.out)
        if loaded.returncode != 0:
            raise RuntimeError(loaded.stderr)
        self.tokens_for = None
        return self.start()

    def pids(self, *roles):
        return [self.by_name[name].pid for role in roles for name in self.copies_of(role)]

    def drive(self, measure, *options, pids=(), said=lambda name: None):
        # The driver sleeps while nothing comes: engines, processes and driver share the cores.
        figures = run(os.path.join(BUILD, "godwit_bench"), measure, "--port", str(self.port), "--data", self.out,
                      "--wait-ms", "1",
                      *(("--pid", ",".join(map(str, pids))) if pids else ()), *map(str, options), said=said)
        return figures[-1][1]

    def metric(self, role, name):
        text = requests.get(self.admin_of(role) + "/metrics", timeout=10).text
        return float(re.search(rf"^{name} ([\d.e+]+)$", text, re.M)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        self.remove()


def bare_commit(batch, seconds):
    return run(os.path.join(BUILD, "godwit_ledger_bench"), "bare", str(batch), str(seconds))[-1][1]


def sends(options):
    """Through gateway, dispatcher and MySQL, beside a client that commits as many at once."""
    with Bench().fill(4000, 4) as house:
        for window, rate in ((64, 0), (256, 0), (64, 300)):
            def committed():
                return [house.metric("dispatch", f"godwit_sequencer_{name}_total") for name in ("rows", "commits")]
            before = committed()
            figures = house.drive("send", "--window", window, "--rate", rate, "--seconds", options.seconds)
            rows, commits = (after - b for after, b in zip(committed(), before))
            batch = max(1, round(rows / commits))
            bare = bare_commit(batch, options.seconds)
            if rate:
                keep("send p50 ms - bare transaction ms", figures["answered_ms_p50"] - bare["transaction_ms"])
            else:
                keep(f"send, {window} in flight, a second", figures["per_second"])
                keep(f"send, {window} in flight ÷ bare commits", figures["per_second"] / bare["per_second"])


def relay(options):
    for _, figures in run(os.path.join(BUILD, "godwit_relay_bench"), "16000", str(options.rounds))[:-1]:
        keep("relay to RocketMQ ÷ bare producer", figures["ratio"])


def fanout(options):
    """To 1,000 members by the relay, and with the sockets at the gateway's own node; then with two nodes."""
    with Bench().fill(10000, 10) as relayed, Bench(together=True).fill(10000, 10) as direct, Bench(copies=2).fill(10000, 10) as two:
        for window in (1, 8):
            def rate(house, *roles, w=window):
                return house.drive("fanout", "--connections", 900, "--window", w, "--seconds", options.seconds,
                                   pids=house.pids(*roles))["per_cpu_second"]
            by_relay, straight = rate(relayed, "gateway", "node"), rate(direct, "gateway")
            keep(f"fan-out by relay ÷ direct, {window} in flight", by_relay / straight)
            keep(f"fan-out, two nodes ÷ one a CPU-second, {window} in flight", rate(two, "gateway", "node") / by_relay)


def idle(options):
    with Bench().fill(12000, 12) as house:
        keep("user memory of a relayed socket, bytes",
             house.drive("idle", "--connections", options.sockets_idle, pids=house.pids("gateway", "node"))["bytes_per_socket"])


def comeback(options):
    """15,000 sockets of a node that is killed, of people who had their inbox before, as every client has."""
    house = Bench(copies=2)
    with house.fill(options.sockets + 1000, 16, node=f"node-1=127.0.0.1:{house.node_ports['node']}"):
        selects = []
        figures = house.drive("comeback", "--connections", options.sockets, "--other-port", house.client_ports["gateway-2"],
                              "--victim", house.by_name["node"].pid, said=lambda name: selects.append(queries()))
        keep("sockets of a killed node", figures["ended"])
        keep("until all are back, s", figures["seconds"])
        keep("MySQL reads a socket that came back", (selects[-1] - selects[0]) / figures["ended"])


def queries():
    return int(mysql("SHOW GLOBAL STATUS LIKE 'Com_select'").split()[1])


MEASURES = {"sends": sends, "relay": relay, "fanout": fanout, "idle": idle, "comeback": comeback}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measures", nargs="*", choices=[[], *MEASURES], help="which (all)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--sockets", type=int, default=15000, help="of the node that is killed")
    parser.add_argument("--sockets-idle", type=int, default=7500)
    options = parser.parse_args()
    for number in range(1, options.rounds + 1):
        print(f"# round {number}", flush=True)
        for name in options.measures or MEASURES:
            if name == "relay" and number > 1:
                continue  # has rounds of its own
            MEASURES[name](options)
    print()
    for name, values in FIGURES.items():
        print(f"{name:58}{statistics.median(values):12.3f}   each round: {' '.join(f'{value:.3f}' for value in values)}")


if __name__ == "__main__":
    main()
