"""A session that ends while its socket opens: however the two race, the socket is refused or ends with 4502."""
import threading

from kit.channel import Channel, Closed
from kit.raw_socket import Refused

ROUNDS = 60


def race(device, end):
    """Both at once; what became of the socket."""
    barrier, outcome = threading.Barrier(2), []

    def connect():
        barrier.wait()
        try:
            channel = Channel(device.base, device.token)
            outcome.append(channel.closed(within=10)[0])
        except Refused as refused:
            outcome.append(refused.answer.status)
        except (AssertionError, Closed) as broken:
            outcome.append(repr(broken))

    thread = threading.Thread(target=connect)
    thread.start()
    barrier.wait()
    end()
    thread.join(15)
    return outcome[0]


def test_logging_out(world):
    account = world.account("alice")
    seen = []
    for _ in range(ROUNDS):
        device = account.log_in()
        seen.append(race(device, lambda d=device: d.delete("/v1/sessions/current").ok(204)))
    assert set(seen) <= {401, 4502}, seen


def test_a_newer_login_of_the_device(world):
    account = world.account("alice")
    seen = []
    for _ in range(10):
        device = account.log_in("one-device")
        seen.append(race(device, lambda: account.log_in("one-device")))
    assert set(seen) <= {401, 4502}, seen


def test_a_new_password(world):
    account = world.account("alice")
    keeper, seen = account.log_in("keeper"), []
    for i in range(10):
        device = account.log_in("other")
        old, account.password = account.password, f"another one {i}"
        body = {"old": old, "new": account.password}
        seen.append(race(device, lambda b=body: keeper.put("/v1/me/password", b).ok()))
    assert set(seen) <= {401, 4502}, seen
