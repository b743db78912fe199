"""gateway.origins: more origins that a browser's page may come from."""
import pytest

from kit.channel import Channel
from kit.raw_socket import Refused

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
