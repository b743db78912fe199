"""`godwit admin disable`: the account is shut, at once and everywhere."""
import pytest

from kit.server import run_admin
from kit.waiting import eventually


@pytest.fixture(name="disable")
def fixture_disable(command_line):
    return lambda account: run_admin(command_line, "disable", account.key)


def test_a_disabled_account_cannot_log_in(world, disable):
    account = world.account("alice")
    disable(account)
    account.try_to_log_in().refused(403, "account_disabled")
    account.try_to_log_in(password="not the password").refused(401, "bad_credentials")


def test_its_tokens_die_and_its_sockets_close_within_a_second(world, disable):
    alice = world.person("alice")
    channel = alice.connect()
    disable(alice)
    channel.ended_with(4502, within=2)
    assert eventually(lambda: alice.get("/v1/me").status == 401, within=1)
    alice.refused_socket().refused(401, "unauthenticated")


def test_others_are_not_disturbed(world, disable):
    alice, bob = world.friends("alice", "bob")
    disable(alice)
    bob.get("/v1/me").ok()
    assert bob.friend(alice) is not None
