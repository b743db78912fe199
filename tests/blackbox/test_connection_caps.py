"""Connections an address may hold at once; here 20."""
import pytest

from kit.channel import Channel, Closed
from kit.raw_http import RawConnection
from kit.raw_socket import Refused
from kit.waiting import eventually

SETTINGS = {"LIMITS_ENABLED": "true", "LIMITS_CONNECTIONS_PER_ADDRESS": 20, "LIMITS_REQUESTS_PER_USER": 10000,
            "LIMITS_LOGIN_PER_ADDRESS": 10000}
CAP = 20


@pytest.fixture(name="devices")
def fixture_devices(own_world):
    """More sessions than the address may have connections."""
    return [account.log_in() for account in [own_world.account(f"p{i}") for i in range(3)] for _ in range(10)]


def outcome(own_world, device):
    """A channel, or how it was refused: 4503 after a 202, or 429 before the upgrade."""
    try:
        channel = Channel(own_world.base, device.token).settle()
    except Refused as refused:
        refused.answer.refused(429, "too_many_connections")
        return None, 429
    except Closed as closed:
        return None, closed.code
    except (EOFError, ConnectionError):
        return None, "dropped"
    return channel, 201


def test_sockets_above_the_cap_are_refused_and_those_below_live(own_world, devices):
    outcomes = [outcome(own_world, device) for device in devices]
    channels = [channel for channel, _ in outcomes if channel]
    refusals = [how for channel, how in outcomes if not channel]
    assert CAP - 5 <= len(channels) <= CAP, outcomes
    assert set(refusals) <= {429, 4503}, refusals
    channels[0].settle()
    for channel in channels:
        channel.close()


def test_a_place_that_is_given_up_can_be_taken(own_world, devices):
    channels = [channel for channel, _ in (outcome(own_world, device) for device in devices) if channel]
    for channel in channels:
        channel.close()
    assert eventually(lambda: outcome(own_world, devices[-1])[0])


def test_idle_http_connections_count_too(own_world):
    connections, refused = [], False
    for _ in range(CAP + 10):
        connection = RawConnection(own_world.base)
        connections.append(connection)
        try:
            connection.send("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
            refused = connection.answer("GET", "/healthz").status == 429
        except (EOFError, ConnectionError):
            refused = True
        if refused:
            break
    for connection in connections:
        connection.close()
    assert refused, "thirty connections from one address, and a cap of twenty"
