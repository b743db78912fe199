"""4501 and expired tokens, with sessions that live for three seconds."""
import time

from kit.calls import GUARDED
from kit.waiting import wait_past

SETTINGS = {"SESSIONS_LIFETIME": 3}


def test_a_login_says_when_it_ends(own_world):
    before = time.time() * 1000
    alice = own_world.person("alice")
    assert before + 2000 <= alice.login["expiresAt"] <= time.time() * 1000 + 4000


def test_an_expired_token_is_401_and_its_socket_closes_with_4501(own_world):
    alice = own_world.person("alice")
    channel = alice.connect()
    alice.get("/v1/me").ok()
    channel.ended_with(4501, within=10)
    assert time.time() * 1000 >= alice.login["expiresAt"] - 100, "closed before it expired"
    alice.get("/v1/me").refused(401, "unauthenticated")
    alice.refused_socket().refused(401, "unauthenticated")


def test_after_it_one_logs_in_anew(own_world):
    alice = own_world.person("alice")
    channel = alice.connect()
    channel.ended_with(4501, within=10)
    again = alice.another()
    assert again.connect().hello["msgSender"] == alice.key


def test_no_call_takes_an_expired_token(own_world):
    alice = own_world.person("alice")
    wait_past(alice.login["expiresAt"], 0.1)
    for call in GUARDED:
        call.ask(alice).refused(401, "unauthenticated")
