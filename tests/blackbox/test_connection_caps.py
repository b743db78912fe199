"""HTTP connections an address may hold at once; here 20. Sockets count by their user's sessions, not by address."""
import pytest

from kit.raw_http import RawConnection
from kit.waiting import eventually

SETTINGS = {"LIMITS_ENABLED": "true", "LIMITS_CONNECTIONS_PER_ADDRESS": 20, "LIMITS_REQUESTS_PER_USER": 10000,
            "LIMITS_LOGIN_PER_ADDRESS": 10000}
CAP = 20
GET = "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"
BEGUN = ("POST /v1/sessions HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 99\r\n"
         "Expect: 100-continue\r\n\r\n")


@pytest.fixture(name="connections")
def fixture_connections(own_world):
    """Makes connections, each of which has sent something; all end with the test."""
    made = []

    def make(data):
        made.append(RawConnection(own_world.base))
        made[-1].send(data)
        return made[-1]

    yield make
    for connection in made:
        connection.close()


def test_sockets_of_an_office_are_not_counted_by_its_address(own_world):
    devices = [account.log_in() for account in [own_world.account(f"p{i}") for i in range(3)] for _ in range(10)]
    channels = [device.connect() for device in devices]
    for channel in channels:
        channel.settle()
        channel.close()


def test_a_user_has_as_many_sockets_as_sessions(own_world):
    account = own_world.account("alice")
    channels = [account.log_in().connect() for _ in range(12)]
    channels[0].ended_with(4502)
    channels[1].ended_with(4502)
    channels[-1].settle()


def test_the_longest_idle_makes_room_before_anyone_is_refused(connections):
    made = []
    for _ in range(2 * CAP):
        made.append(connections(GET))
        assert made[-1].answer("GET", "/healthz").status == 200
    assert all(connection.ended() for connection in made[:CAP])
    made[-1].send(GET)
    assert made[-1].answer("GET", "/healthz").status == 200


def test_a_busy_connection_stays_and_one_more_than_the_cap_is_429(own_world, connections):
    busy = [connections(BEGUN) for _ in range(CAP)]
    for connection in busy:
        assert connection.answer("POST", "/v1/sessions").status == 100  # the server has read it, and waits for the rest

    def refused():
        return connections(GET).answer("GET", "/healthz").status == 429
    assert eventually(refused), "twenty connections in the middle of a request, and one more was taken"
    assert not any(connection.ended(within=0.01) for connection in busy)
    for connection in busy:
        connection.close()
    eventually(lambda: own_world.stranger.get("/healthz").status == 200)
