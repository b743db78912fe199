"""Schemathesis against the server, bounded and seeded: whatever fits docs/openapi.yaml is taken, whatever does not is refused as
described, and no answer is one that is not described."""
import os

import pytest

from conftest import HERE, OPENAPI
from kit.world import befriend

EXAMPLES = 15  # a call and phase
SEED = 20


def somebody(world):
    """With a friend, a group, messages and requests, so that not everything is 404."""
    alice, bob, stranger = world.people("alice", "bob", "stranger")
    befriend(alice, bob)
    alice.sent(bob, "hello")
    bob.sent(alice.new_group(bob), "hello")
    stranger.ask(alice)
    return alice.token


WHO = {
    "user": (somebody, ["--exclude-tag", "Admin", "--exclude-tag", "Push", "--exclude-tag", "Operations"]),
    "admin": (lambda world: world.admin().token, ["--include-tag", "Admin"]),
    "service-key": (lambda world: world.service().token, ["--include-tag", "Push"]),
    "nobody": (lambda world: "", ["--include-operation-id", "health"]),
}


@pytest.mark.parametrize("who", WHO)
def test_the_server_is_as_described(tools, world, tmp_path, who):
    token_of, calls = WHO[who]
    said = tools.run("schemathesis", "--no-color", "--config-file", os.path.join(HERE, "schemathesis.toml"), "run", OPENAPI,
                     "--url", world.base, "--checks", "all", "--max-examples", EXAMPLES, "--seed", SEED, "--no-shrink",
                     "--continue-on-failure", "--warnings", "off", "--request-timeout", 20,
                     "--header", f"Authorization: Bearer {token_of(world)}", *calls, where=tmp_path)
    assert "Test cases:" in said and " 0 generated" not in said, said
