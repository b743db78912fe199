"""Logins throttled by account and network; guesses of others lock nobody out."""
import http.client
import json

from kit.names import unique

SETTINGS = {"LIMITS_ENABLED": "true", "LIMITS_LOGIN_PER_ACCOUNT": 4, "LIMITS_LOGIN_PER_ACCOUNT_ANYWHERE": 6,
            "LIMITS_LOGIN_PER_ADDRESS": 20, "LIMITS_REQUESTS_PER_USER": 1000}


def attempts(world, key, password, count):
    return [world.stranger.post("/v1/sessions", {"key": key, "password": password}) for _ in range(count)]


def attempt_from(world, address, key, password, device=None):
    """One login from another address of this machine: its status and how long it is told to wait."""
    host = world.server.url.split("//", 1)[1]
    connection = http.client.HTTPConnection(host, source_address=(address, 0), timeout=20)
    try:
        body = {"key": key, "password": password} | ({"device": {"id": device}} if device else {})
        connection.request("POST", "/v1/sessions", json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        return answer.status, int(answer.headers.get("Retry-After", 0))
    finally:
        connection.close()


def test_an_account_is_throttled_and_others_are_not(own_world):
    account, other = own_world.account("alice"), own_world.account("bob")
    answers = attempts(own_world, account.key, "not the password", 12)
    statuses = [answer.status for answer in answers]
    assert statuses == [401] * 4 + [429] * 8, statuses
    problem = answers[-1].refused(429, "rate_limited")
    assert problem["retryable"] is True and 1 <= int(answers[-1].headers["retry-after"]) <= 15
    account.try_to_log_in().refused(429, "rate_limited")
    other.log_in()


def test_an_unknown_account_is_throttled_alike(own_world):
    statuses = [a.status for a in attempts(own_world, unique("nobody"), "not the password", 12)]
    assert statuses == [401] * 4 + [429] * 8, statuses


def test_guesses_from_elsewhere_leave_the_owner_alone(own_world):
    account = own_world.account("alice")
    for _ in range(8):
        status, _ = attempt_from(own_world, "127.0.9.1", account.key, "not the password")
    assert status == 429
    assert attempt_from(own_world, "127.0.9.2", account.key, account.password)[0] == 201


def test_a_storm_of_addresses_keeps_no_known_device_out(own_world):
    account = own_world.account("alice")
    account.log_in("the phone")
    storm = []
    while storm[-3:] != [429] * 3 and len(storm) < 200:
        storm.append(attempt_from(own_world, f"127.0.8.{len(storm) + 1}", account.key, "not the password")[0])
    assert storm.count(401) < 20 and storm[-3:] == [429] * 3, storm
    fresh, wait = attempt_from(own_world, "127.0.10.1", account.key, account.password)
    assert fresh == 429 and wait <= 10, "from a new network and device only as far as the account's loose bound allows"
    assert attempt_from(own_world, "127.0.10.1", account.key, account.password, "the phone")[0] == 201


def test_a_session_changes_its_password_through_a_storm(own_world):
    account = own_world.account("alice")
    phone = account.log_in()
    attempts(own_world, account.key, "not the password", 12)
    for _ in range(2):
        phone.put("/v1/me/password", {"old": account.password, "new": account.password}).ok(200)
    wrong = [phone.put("/v1/me/password", {"old": "not the password", "new": account.password}) for _ in range(6)]
    assert [answer.status for answer in wrong] == [403] * 4 + [429] * 2
    wrong[-1].refused(429, "rate_limited")


def test_an_address_is_throttled(own_world):
    statuses = []
    while 429 not in statuses and len(statuses) < 100:
        statuses.append(attempt_from(own_world, "127.0.11.1", unique("nobody"), "not the password")[0])
    assert statuses[-1] == 429 and len(statuses) > 20, statuses
