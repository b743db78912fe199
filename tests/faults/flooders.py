"""The floods: each runs in a process of its own, does one thing as fast as it can, and ends by itself.

Each takes the stage (url, accounts, sources) and the time at which to end, and answers how many it got through.
"""
import itertools
import random
import selectors
import time

from flood_wire import Http, MASK, connect, frame, open_socket, upgrade_bytes
from kit import rfc6455

MADE = itertools.count()


def on_sockets(stage, until, block, accounts=4):
    """Ten sockets of each account write the block, over and over, whenever the kernel takes more."""
    wires = [open_socket(stage.url, token) for account in stage.accounts[:accounts] for token in account.tokens]
    selector, sent = selectors.DefaultSelector(), 0
    for wire in filter(None, wires):
        wire.setblocking(False)
        selector.register(wire, selectors.EVENT_READ | selectors.EVENT_WRITE)
    while time.monotonic() < until and selector.get_map():
        for key, events in selector.select(0.2):
            try:
                if events & selectors.EVENT_READ and not key.fileobj.recv(65536):
                    raise OSError("ended")
                if events & selectors.EVENT_WRITE:
                    sent += key.fileobj.send(block)
            except BlockingIOError:
                pass
            except OSError:
                selector.unregister(key.fileobj)
                key.fileobj.close()
        time.sleep(0.0005)
    return sent


def acks(stage, until):
    """301 of several conversations, also of ones that are nobody's, from 40 sockets of 4 accounts."""
    names = ["s:", f"u:{stage.accounts[0].key}", f"u:{stage.accounts[1].key}", "u:nobody-at-all", "g:no-group"]
    frames = [frame({"type": 301, "conversation": random.choice(names), "seq": random.randint(1, 1 << 40)})
              for _ in range(1200)]
    return on_sockets(stage, until, b"".join(frames))


def pings(stage, until):
    """Pings of the protocol, six bytes each, from 40 sockets of 4 accounts."""
    return on_sockets(stage, until, rfc6455.encode(rfc6455.PING, b"", mask=MASK) * 10000)


def typing(stage, until):
    """303 to a friend, from 40 sockets of 4 accounts."""
    return on_sockets(stage, until, frame({"type": 303, "conversation": f"u:{stage.accounts[1].key}"}) * 1000)


def connects(stage, until):
    """Connections that are refused, and ones that are closed at once, from many addresses."""
    done = 0
    while time.monotonic() < until:
        source = random.choice(stage.sources)
        token = random.choice([stage.accounts[0].tokens[done % 10], "not.a.token"])
        try:
            wire = connect(stage.peer, source, 2.0)
            wire.sendall(upgrade_bytes(stage.peer, token))
            wire.recv(512)
            wire.close()
            done += 1
        except OSError:
            pass
    return done


def calls(stage, until, make, tokens=True):
    """Calls of the accounts in turn, each as soon as the one before is answered."""
    clients = [Http(stage.url, random.choice(stage.sources), token) for account in stage.accounts[:4]
               for token in (account.tokens[:2] if tokens else [None])]
    done = 0
    for client in itertools.cycle(clients):
        if time.monotonic() >= until:
            return done
        status, _ = client.call(*make(stage))
        done += 1 if 200 <= status < 300 else 0


def friend_requests(stage, until):
    """Requests to everybody that there is."""
    return calls(stage, until, lambda s: ("POST", "/v1/friend-requests", {"receiver": random.choice(s.crowd)}))


def groups(stage, until):
    """New groups, one after the other."""
    return calls(stage, until, lambda s: ("POST", "/v1/groups", {"name": f"flood {next(MADE)}"}))


def profiles(stage, until):
    """A new name with each call, which all friends are told."""
    return calls(stage, until, lambda s: ("PATCH", "/v1/me", {"name": f"name {next(MADE)}"}))


def wrong_passwords(stage, until):
    """Logins with wrong passwords into the honest ones' accounts, from many addresses."""
    clients, done = [Http(stage.url, source) for source in stage.sources], 0
    for client in itertools.cycle(clients):
        if time.monotonic() >= until:
            return done
        client.call("POST", "/v1/sessions", {"key": stage.honest.key, "password": f"wrong {done} wrong"})
        done += 1


def adoptions(stage, until):
    """Logins of one account with many conversations, each on a new device, from many addresses."""
    clients, done = [Http(stage.url, source) for source in stage.sources], 0
    for client in itertools.cycle(clients):
        if time.monotonic() >= until:
            return done
        body = {"key": stage.popular.key, "password": stage.popular.password, "device": {"id": f"flood-{next(MADE)}"}}
        status, _ = client.call("POST", "/v1/sessions", body)
        done += 1 if status == 201 else 0


def half_bodies(stage, until):
    """Bodies of 64 KiB without their last byte, held as long as the server bears them."""
    head = Http(stage.url, token=stage.accounts[0].tokens[0]).request_bytes("POST", "/v1/messages").rstrip(b"\r\n")
    request = head + b"\r\nContent-Type: application/json\r\nContent-Length: 65536\r\n\r\n" + b" " * 65535
    held, done = [], 0
    while time.monotonic() < until:
        try:
            wire = connect(stage.peer, random.choice(stage.sources), 0.5)
            wire.sendall(request)
            held.append(wire)
            done += 1
        except OSError:
            time.sleep(0.05)
        if len(held) > 4000:
            held.pop(0).close()
    return done


def deaf_readers(stage, until):
    """Calls for large pages, many in a row on each connection, whose answers nobody reads."""
    request = Http(stage.url, token=stage.popular.tokens[0]).request_bytes("GET", "/v1/friends?limit=200")
    wires, done = [], 0
    while time.monotonic() < until:
        try:
            wire = connect(stage.peer, random.choice(stage.sources), 0.2, receive_buffer=4096)
            wires.append(wire)
            for _ in range(50):
                wire.sendall(request * 20)
                done += 20
        except OSError:
            time.sleep(0.01)
        if len(wires) > 800:
            wires.pop(0).close()
    return done


FLOODS = (acks, pings, typing, connects, friend_requests, groups, profiles, wrong_passwords, half_bodies, deaf_readers,
          adoptions)
