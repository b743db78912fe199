"""4003: a client that answers no ping; with pings every second."""
import time

import pytest

from kit import rfc6455

SETTINGS = {"SOCKET_PING_INTERVAL": 1, "SOCKET_PONG_TIMEOUT": 1}


def test_201_says_how_often_the_server_pings(own_world):
    assert own_world.person("alice").connect().hello["ping"] == 1


def test_the_server_pings_as_often_as_201_says(own_world):
    channel = own_world.person("alice").connect()
    began, pings = time.monotonic(), 0
    while pings < 2:
        frame = channel.raw.frame(within=4)
        if frame.opcode == rfc6455.PING:
            pings += 1
            channel.raw.send(rfc6455.PONG, frame.payload)
    assert 0.5 < time.monotonic() - began < 4


def test_no_pong_closes_with_4003(own_world):
    channel = own_world.person("alice").connect()
    channel.answers_pings = False
    began = time.monotonic()
    channel.ended_with(4003, within=8)
    assert time.monotonic() - began > 1.5, "closed before the pong was late"


def test_whoever_answers_stays(own_world):
    alice, bob = own_world.friends("alice", "bob")
    channel = alice.connect()
    with pytest.raises(TimeoutError):
        channel.read(within=4)
    bob.sent(alice, "still connected")
    assert channel.expect(101)["msg"] == "still connected"


def test_a_silent_client_is_offline_for_its_friends(own_world):
    alice, bob = own_world.friends("alice", "bob")
    watching = alice.connect()
    bob.connect().answers_pings = False
    watching.expect(304, msgSender=bob.key, online=True)
    watching.expect(304, msgSender=bob.key, online=False, within=8)
