"""gateway.origins: more origins that a browser's page may come from."""
import json
import time

import pytest

from kit.channel import Channel
from kit.raw_socket import Refused
from kit.waiting import eventually, wait_past

SETTINGS = {"GATEWAY_ORIGINS": "https://chat.example,http://other.example:8080"}


def connect(own_world, origin):
    alice = own_world.person("alice")
    Channel(own_world.base, alice.token, headers={"Origin": origin}).close()


@pytest.mark.parametrize("origin", ["https://chat.example", "http://other.example:8080"])
def test_a_listed_origin_passes(own_world, origin):
    connect(own_world, origin)


@pytest.mark.parametrize("origin", ["https://chat.example.evil.example", "http://chat.example",
                                    "https://chat.example:8443", "https://evilchat.example",
                                    "https://chat.example/path", "http://other.example"])
def test_the_list_is_exact(own_world, origin):
    with pytest.raises(Refused) as caught:
        connect(own_world, origin)
    caught.value.answer.refused(403, "origin_not_allowed")


def test_the_servers_own_origin_still_passes(own_world):
    connect(own_world, own_world.base)


def test_a_refused_origin_is_told_to_the_operator_once_a_second_with_a_count(own_world):
    device = own_world.person("alice")
    server = own_world.server
    wait_past(time.time() * 1000, 2.1)  # what other tests were refused has been told
    before = len(server.log_text())

    def refused_lines():
        lines = [json.loads(line) for line in server.log_text()[before:].splitlines()]
        return [line for line in lines if line["event"] == "origin_refused"]

    for _ in range(30):
        with pytest.raises(Refused):
            Channel(own_world.base, device.token, headers={"Origin": "https://other.example"})
    eventually(lambda: sum(line["count"] for line in refused_lines()) >= 30)
    first, *more = [line for line in refused_lines() if line.get("origin") == "https://other.example"]
    assert len(more) <= 5, "one line a second, however many are refused"
    assert first["setting"] == "gateway.origins" and first["level"] == "warn"
    assert first["host"] == own_world.base.split("//")[1]
