"""The house as architecture.md draws it: which room may include what. The one table to edit when a room is added."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Room:
    """`rooms`: whole rooms whose headers may come in. `headers`: single headers of other rooms. `libraries`: by the start of
    the include's path (the standard library is everybody's). `system`: whether POSIX headers may come in."""
    rooms: tuple = ()
    headers: tuple = ()
    libraries: tuple = ()
    system: bool = False


# What every noun of the user role stands on.
USER_SHARED = ("user/store", "user/notices", "user/context")

ROLES = ("gateway", "user", "dispatch", "node", "archive", "offline")

def role(*headers, below=(), libraries=(), system=False):
    return Room(rooms=("base", "domain", "wire", "net:plain", "service", *below), headers=headers, libraries=libraries, system=system)


def engine(*port_rooms, below=(), libraries=()):
    """An engine implements ports: it sees the port headers of these roles, and its own library."""
    return Room(rooms=("base", "domain", "service:ports") + tuple(f"{room}:ports" for room in port_rooms) + below, headers=("wire/record.hpp",),
                libraries=libraries, system=True)


HOUSE = {
    "base": Room(libraries=("fmt/", "sodium.h", "openssl/", "utf8proc.h", "nmmintrin.h"), system=True),
    "net/loop": Room(rooms=("base",), system=True),
    "net/http": Room(rooms=("base", "net/loop"), libraries=("fmt/",), system=True),
    "net/websocket": Room(rooms=("base", "net/loop", "net/http"), libraries=("openssl/",), system=True),
    "net/internal": Room(rooms=("base", "net/loop", "net/http", "net/websocket"), libraries=("sodium.h",), system=True),
    # The command line's clients are another implementation than the server's (ADR 0003).
    "net/client": Room(rooms=("base", "net/http", "net/websocket"), libraries=("boost/asio", "boost/beast", "boost/system"), system=True),
    # gRPC's callback half as coroutines.
    "net/grpc": Room(rooms=("base",), libraries=("grpcpp/", "grpc/", "google/protobuf/", "absl/synchronization/", "godwit/batch/")),
    # Pure: values and rules. BLAKE2b for message ids is arithmetic.
    "domain": Room(headers=("base/error.hpp", "base/clock.hpp", "base/planted.hpp", "base/utf8.hpp", "base/unicode.hpp"), libraries=("sodium.h",)),
    "wire": Room(rooms=("base", "domain", "net:plain"), libraries=("boost/json", "boost/system", "fmt/", "sodium.h")),
    # The contracts between roles: abstract classes and the values that cross them.
    "service": Room(rooms=("base", "domain", "net:plain")),
    # Links between dispatchers and nodes in other processes.
    "link": Room(rooms=("base", "domain", "service", "net/loop", "net/http", "net/websocket", "net/internal"), system=True),
    # The contracts over gRPC: a client and a server of each. Messages are made of proto/godwit/.
    "rpc": Room(rooms=("base", "domain", "service", "net:plain", "net/grpc"), libraries=("google/protobuf/", "godwit/", "sodium.h")),
    # Sockets of clients, between a gateway's process and a node's.
    "relay": Room(rooms=("base", "domain", "service", "net/loop", "net/http", "net/websocket", "net/internal"), headers=("gateway/hand_over.hpp",),
                  system=True),
    "gateway": role(libraries=("fmt/",)),
    # The user role: what an engine implements; how a change is told; what use cases share; the nouns; the role itself.
    "user/store": Room(rooms=("base", "domain", "service")),
    "user/notices": Room(rooms=("base", "domain", "service", "user/store")),
    "user/context": role(below=USER_SHARED),
    "user/accounts": role(below=USER_SHARED, libraries=("sodium.h",), system=True),  # argon2id
    "user/sessions": role(below=(*USER_SHARED, "user/accounts"), libraries=("sodium.h", "fmt/"), system=True),  # the signing key's file
    "user/friends": role(below=USER_SHARED),
    "user/groups": role(below=USER_SHARED),
    "user/requests": role(below=(*USER_SHARED, "user/groups")),
    "user/administration": role(below=(*USER_SHARED, "user/accounts", "user/groups")),
    "user": role(below=(*USER_SHARED, "user/accounts", "user/sessions", "user/friends", "user/groups", "user/requests", "user/administration")),
    "dispatch": role(libraries=("sodium.h", "fmt/")),
    "node": role(libraries=("fmt/",)),
    "archive": role(libraries=("fmt/",)),
    "offline": role(libraries=("fmt/",)),
    # The consumers' end of a broker.
    "bus": role(),
    # What an inbox that may be lost is refilled from, and read from meanwhile.
    "inbox": Room(rooms=("base", "domain", "service", "dispatch:ports", "offline:ports")),
    # The user role's tables in any relational database; how to reach one is the engine's above it.
    "engine/soci": engine("user/store", libraries=("soci/",)),
    "engine/sqlite": engine("user/store", "archive", below=("engine/soci",), libraries=("sqlite3.h", "soci/", "fmt/")),
    "engine/rocksdb": engine("dispatch", "offline", libraries=("rocksdb/", "fmt/")),
    "engine/mysql": engine("dispatch", "user/store", "offline", below=("engine/soci",), libraries=("mysql.h", "errmsg.h", "soci/", "fmt/")),
    "engine/elasticsearch": engine("archive", libraries=("curl/", "boost/json", "sodium.h")),
    # Its connections are its own, on the house's loop; hiredis reads the replies, OpenSSL names the scripts (SHA-1).
    "engine/redis": engine("user/store", "bus", "offline", below=("net/loop",), libraries=("hiredis/", "openssl/", "fmt/")),
    # Every port in the process's own memory: the reference for the suites; the change log is the embedded one, too.
    "engine/memory": engine("user/store", "archive", "dispatch", "offline", "bus"),
    # RocketMQ 5: its gRPC proxy, and the older protocol for what the proxy has no call for.
    "engine/rocketmq": Room(rooms=("base", "domain", "service:ports", "dispatch:ports", "bus:ports", "net/grpc"), headers=("net/client/blocking_socket.hpp",),
                            libraries=("rocketmq/v2/", "boost/json", "boost/system", "fmt/")),
    "app/config": Room(rooms=("base",), headers=("service/role_name.hpp",), libraries=("fmt/", "toml++/"), system=True),
    "app": Room(rooms=("*",), libraries=("malloc.h", "fmt/", "boost/json", "boost/system", "CLI/", "sodium.h"), system=True),
    # A client: it knows the contract, and nothing of the server. Its own program below clients/; `godwit chat` is the same code.
    "clients/terminal": Room(rooms=("base", "domain", "wire", "net:plain"), libraries=("ncurses", "curses.h", "boost/json", "fmt/", "CLI/"),
                             system=True),
}

# Tests of every room may stand on it: a role is tested where it lies, with its ports in memory.
TEST_ENGINE = "engine/memory"

# Ports of a role end so; everything else in its folder is its own business.
PORT_ENDINGS = ("store.hpp", "ledger.hpp", "bus.hpp", "outbox.hpp", "timeline.hpp", "dead_letters.hpp", "registry.hpp", "loader.hpp", "changes.hpp",
                "broker.hpp", "positions.hpp", "locks.hpp", "counts.hpp", "tables.hpp", "peers.hpp")

LIMITS = {"line": 120, "file": 400, "test_file": 600, "function": 40, "readme": 50, "median": 120, "nine_of_ten": 250}
