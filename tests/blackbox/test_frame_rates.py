"""What a socket may send a second, of every kind: above it the socket is not read for a while, far above it ends with 4504."""
import time

from kit import rfc6455
from kit.raw_socket import Gone
from kit.waiting import eventually

PER_SOCKET, PER_USER, BURST = 20, 40, 10  # the burst is seconds' worth
SETTINGS = {"LIMITS_ENABLED": "true", "LIMITS_FRAMES_PER_SOCKET": PER_SOCKET, "LIMITS_FRAMES_PER_USER": PER_USER,
            "LIMITS_REQUESTS_PER_USER": 10000, "LIMITS_REQUESTS_PER_ADDRESS": 10000, "LIMITS_SENDS_PER_USER": 10000,
            "LIMITS_REGISTRATIONS_PER_ADDRESS": 10000, "LIMITS_LOGIN_PER_ADDRESS": 10000,
            "LIMITS_TYPING_PER_SOCKET": 10000}


def pings(count):
    return rfc6455.encode(rfc6455.PING, b"p") * count


def answered_after(channel):
    started = time.monotonic()
    channel.settle(within=30)  # may come in with the last turn before a rest, the next one does not
    channel.settle(within=30)
    return time.monotonic() - started


def test_a_burst_is_taken_at_once_and_what_is_above_waits_and_is_not_lost(own_world):
    alice, bob = own_world.friends("alice", "bob")
    conversation = "u:" + alice.key
    seqs = [alice.sent(bob, f"text {i}")["seq"] for i in range(3)]
    channel = bob.connect()
    channel.raw.send_bytes(pings(PER_SOCKET * BURST - 50))
    assert answered_after(channel) < 2
    channel.raw.send_bytes(pings(110))
    channel.acknowledge(conversation, seqs[-1])
    assert answered_after(channel) > 1, "60 frames above the burst are three seconds of it"
    assert eventually(lambda: bob.offline(conversation) == [])


def test_messages_count_as_pings_do(own_world):
    alice, bob = own_world.friends("alice", "bob")
    channel = bob.connect()
    text = rfc6455.encode(rfc6455.TEXT, f'{{"type":301,"conversation":"u:{alice.key}","seq":0}}')
    channel.raw.send_bytes(text * (PER_SOCKET * BURST + 60))
    assert answered_after(channel) > 1


def test_pushes_reach_a_socket_that_is_not_read(own_world):
    alice, bob = own_world.friends("alice", "bob")
    channel = bob.connect()
    channel.raw.send_bytes(pings(PER_SOCKET * BURST + 200))
    time.sleep(0.3)
    sent = alice.sent(bob, "still comes")
    assert channel.expect(101, within=3)["id"] == sent["id"]


def test_far_above_is_a_violation_that_says_so(own_world):
    channel = own_world.person("alice").connect()
    channel.raw.send_bytes(pings(3000))
    code, reason, frames = channel.closed(within=20)
    assert (code, reason) == (4504, "too_many_frames")
    assert frames[-1]["type"] == 202 and frames[-1]["code"] == "protocol_violation"
    assert "too many" in frames[-1]["msg"] or "more frames" in frames[-1]["msg"]


def test_a_users_sockets_share_a_rate_and_a_quiet_one_is_not_closed_for_it(own_world):
    alice = own_world.person("alice")
    devices = [alice] + [alice.another() for _ in range(4)]
    loud, quiet = [device.connect() for device in devices[:-1]], devices[-1].connect()
    for channel in loud:
        channel.raw.send_bytes(pings(PER_SOCKET * BURST - 20))  # each within its own
    time.sleep(0.3)
    assert answered_after(quiet) > 1, "four times 180 are above the user's 400"
    other = own_world.person("bob").connect()
    assert answered_after(other) < 2, "somebody else's are none of it"


def test_what_was_acknowledged_before_a_socket_broke_counts(own_world):
    alice, bob = own_world.friends("alice", "bob")
    conversation = "u:" + alice.key
    seqs = [alice.sent(bob, f"text {i}")["seq"] for i in range(5)]
    for seq in seqs:
        channel = bob.connect()
        channel.acknowledge(conversation, seq)
        channel.close()
        assert eventually(lambda wanted=seq: [f["seq"] for f in bob.offline(conversation)] == [
            s for s in seqs if s > wanted])


def test_a_flood_that_goes_on_ends_or_waits_and_others_do_not(own_world):
    alice, bob = own_world.friends("alice", "bob")
    flood, conversation = bob.connect(), "u:" + alice.key
    text = rfc6455.encode(rfc6455.TEXT, f'{{"type":301,"conversation":"{conversation}","seq":1}}')
    flood.raw.wire.socket.setblocking(False)
    sent, until = 0, time.monotonic() + 2
    while time.monotonic() < until:
        try:
            sent += flood.raw.wire.socket.send(text * 200)
        except BlockingIOError:
            time.sleep(0.01)
        except OSError:
            break
    assert sent < 30_000_000, "nothing held it back"
    assert answered_after(alice.connect()) < 2
    try:
        flood.raw.wire.socket.setblocking(True)
        flood.raw.frame(within=0.5)
    except (Gone, TimeoutError):
        pass
