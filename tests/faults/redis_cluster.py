"""A Redis Cluster as redis-cli sees it: who has which slots, a primary that goes, slots that move while they are used."""
from dataclasses import dataclass

from kit.waiting import eventually


@dataclass(frozen=True)
class Node:
    name: str
    port: int
    primary: bool
    slots: tuple  # of (first, last)

    def has(self, slot):
        return any(first <= slot <= last for first, last in self.slots)


class Cluster:
    def __init__(self, engines):
        self.engines = engines
        self.ports = range(engines.first + 20, engines.first + 26)

    @property
    def addresses(self):
        return ",".join(f"127.0.0.1:{port}" for port in list(self.ports)[:2])

    def says(self, port, *words):
        return self.engines.redis_says(port, *words)

    def primaries(self, besides=None):
        """As the first node that answers and is not `besides` has it."""
        asked = next(port for port in self.ports if port != besides and self.says(port, "ping") == "PONG")
        nodes = [self._node(line.split()) for line in self.says(asked, "cluster", "nodes").splitlines()]
        return [node for node in nodes if node is not None and node.primary and node.slots]

    @staticmethod
    def _node(fields):
        name, address, flags = fields[:3]
        if "fail" in flags.split(",") or "noaddr" in flags:
            return None
        slots = tuple((int(part.split("-")[0]), int(part.split("-")[-1])) for part in fields[8:] if not part.startswith("["))
        return Node(name, int(address.split("@")[0].rsplit(":", 1)[1]), "master" in flags, slots)

    def fullest(self):
        return max(self.primaries(), key=lambda node: int(self.says(node.port, "dbsize")))

    def await_successor(self, gone, within=30):
        """Another node has the slots of the one that went."""
        slot = gone.slots[0][0]
        eventually(lambda: any(node.has(slot) and node.port != gone.port for node in self.primaries(besides=gone.port)), within, every=0.1)

    def used_slots(self, node, most):
        keys = (self.says(node.port, "--scan") or "").splitlines()
        slots = {int(self.says(node.port, "cluster", "keyslot", key)) for key in keys[:4 * most]}
        return sorted(slots)[:most]

    def move(self, slot, source, target):
        """As redis-cli does it, some keys at a time."""
        number = str(slot)
        self._do(target.port, "cluster", "setslot", number, "importing", source.name)
        self._do(source.port, "cluster", "setslot", number, "migrating", target.name)
        while keys := self.says(source.port, "cluster", "getkeysinslot", number, "10").split("\n"):
            keys = [key for key in keys if key]
            if not keys:
                break
            assert self.says(source.port, "migrate", "127.0.0.1", str(target.port), "", "0", "5000", "keys", *keys) in ("OK", "NOKEY")
        for node in (target, source):
            self._do(node.port, "cluster", "setslot", number, "node", target.name)

    def _do(self, port, *words):
        answer = self.says(port, *words)
        assert answer == "OK", f"{port} {' '.join(words)}: {answer}"
