"""Logins throttled by account and by address."""
from kit.names import unique

SETTINGS = {"LIMITS_ENABLED": "true", "LIMITS_LOGIN_PER_ACCOUNT": 4, "LIMITS_LOGIN_PER_ADDRESS": 40,
            "LIMITS_REQUESTS_PER_USER": 1000}


def attempts(world, key, password, count):
    return [world.stranger.post("/v1/sessions", {"key": key, "password": password}) for _ in range(count)]


def test_an_account_is_throttled_and_others_are_not(own_world):
    account, other = own_world.account("alice"), own_world.account("bob")
    answers = attempts(own_world, account.key, "not the password", 12)
    statuses = [answer.status for answer in answers]
    assert statuses[:3] == [401] * 3 and statuses[-1] == 429, statuses
    problem = answers[-1].refused(429, "rate_limited")
    assert problem["retryable"] is True and int(answers[-1].headers["retry-after"]) >= 1
    account.try_to_log_in().refused(429, "rate_limited")
    other.log_in()


def test_an_unknown_account_is_throttled_alike(own_world):
    statuses = [a.status for a in attempts(own_world, unique("nobody"), "not the password", 12)]
    assert statuses[:3] == [401] * 3 and statuses[-1] == 429, statuses


def test_an_address_is_throttled(own_world):
    statuses = [attempts(own_world, unique("nobody"), "not the password", 1)[0].status for _ in range(100)]
    assert statuses[-1] == 429, "a hundred accounts tried from one address within a minute"
