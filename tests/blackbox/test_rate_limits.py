"""429 for whoever asks too often, with small limits."""
import time

from kit.api import Api
from kit.waiting import eventually

SETTINGS = {"LIMITS_ENABLED": "true", "LIMITS_REQUESTS_PER_USER": 5, "LIMITS_LOGIN_PER_ADDRESS": 1000,
            "LIMITS_LOGIN_PER_ACCOUNT": 1000}


def limited(device):
    """Asks until it is refused: how often it went well, and the refusal."""
    for count in range(200):
        answer = device.get("/v1/me")
        if answer.status != 200:
            return count, answer
    raise AssertionError("never refused")


def check_limit_headers(answer):
    limit, remaining = (int(answer.headers[f"ratelimit-{name}"]) for name in ("limit", "remaining"))
    assert limit > 0 and remaining == 0, answer.headers
    assert 0 <= int(answer.headers["ratelimit-reset"]) <= 60, answer.headers
    assert 0 <= int(answer.headers["retry-after"]) <= 60, answer.headers


def test_too_many_requests_of_a_user_are_429(own_world):
    count, answer = limited(own_world.person("alice"))
    assert answer.refused(429, "rate_limited")["retryable"] is True
    check_limit_headers(answer)
    assert 5 <= count <= 40, f"{count} requests went through a limit of 5 a second and a burst of 10"


def test_after_a_while_it_goes_on(own_world):
    alice = own_world.person("alice")
    _, answer = limited(alice)
    time.sleep(min(3, int(answer.headers["retry-after"])))
    eventually(lambda: alice.get("/v1/me").status == 200, within=5, every=0.25)


def test_the_limit_is_each_users_own(own_world):
    alice, bob = own_world.person("alice"), own_world.person("bob")
    limited(alice)
    bob.get("/v1/me").ok()


def test_two_devices_share_it(own_world):
    alice = own_world.person("alice")
    laptop = alice.another()
    limited(alice)
    count, _ = limited(laptop)
    assert count <= 5


def test_opening_sockets_is_limited_for_each_user(start_server):
    """Each that opens or ends may tell all friends so."""
    from kit.world import World
    world = World(start_server(LIMITS_ENABLED="true", LIMITS_CONNECTS_PER_USER=0.1))
    alice, bob = world.person("alice"), world.person("bob")
    for _ in range(3):
        alice.connect().close()
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    answer = alice.call("GET", "/v1/socket", headers=headers)
    assert answer.refused(429, "rate_limited")["retryable"] is True and int(answer.headers["retry-after"]) >= 1
    bob.connect().close()


def test_sends_are_limited_too_and_leave_nothing_behind(own_world):
    alice, bob = own_world.person("alice"), own_world.person("bob")
    bob.answer(alice.ask(bob)).ok()
    statuses = [alice.send(bob, str(i)).status for i in range(40)]
    assert set(statuses) == {201, 429}
    eventually(lambda: alice.get("/v1/me").status == 200, within=5, every=0.25)
    assert len(bob.history("u:" + alice.key, limit=200)) == statuses.count(201)


def test_guessing_tokens_costs_the_address(start_server):
    server = start_server(LIMITS_ENABLED="true", LIMITS_REQUESTS_PER_ADDRESS=5)
    api = Api(server.url, "garbage")
    statuses = [api.get("/v1/me").status for _ in range(60)]
    assert statuses[:10] == [401] * 10 and 429 in statuses and set(statuses) == {401, 429}


def test_a_list_costs_by_its_length_and_acks_by_their_conversations(own_world):
    """Ten calls in a burst here: a long list counts for five of them, a full acknowledgement for ten."""
    def left_after(ask):
        device = own_world.person("alice")
        eventually(lambda: device.get("/v1/me").status == 200)
        time.sleep(2.1)
        ask(device)
        return sum(device.get("/v1/me").status == 200 for _ in range(12))

    cheap = left_after(lambda device: device.get("/v1/offline", limit=1).ok())
    dear = left_after(lambda device: device.get("/v1/offline", limit=1000).ok())
    acks = left_after(lambda device: device.post("/v1/acks", {f"u:nobody{i}": 1 for i in range(200)}).refused(404, "not_found"))
    assert cheap >= 9 and dear <= cheap - 3 and acks < dear, (cheap, dear, acks)
