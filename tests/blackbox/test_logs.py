"""What the server writes down: JSON with trace ids, and no secret of anybody."""
import json
import os

from kit.channel import Channel
from kit.world import PASSWORD, World


def test_logs_are_json_and_hold_no_texts_tokens_or_passwords(start_server):
    server = start_server()
    world = World(server)
    alice, bob = world.friends("alice", "bob")
    alice.sent(bob, "private-xylophone-text")
    alice.send(bob, "private-xylophone-text", clientId="x" * 65).refused(422)
    alice.account.try_to_log_in(password="wrong-secret-words").refused(401)
    Channel(server.url, path=f"/v1/socket?token={alice.token}").close()
    alice.get("/v1/messages/search", q="private-xylophone-text").ok()
    world.stranger.with_token(bob.token[:-5] + "aaaaa").get("/v1/me").refused(401)
    world.close()
    assert server.stop() == 0
    log = server.log_text()
    for secret in ("private-xylophone", PASSWORD, "wrong-secret-words", alice.token, bob.token, bob.token[:-5]):
        assert secret not in log, f"{secret[:12]}… is in the log"
    for line in log.splitlines():
        assert isinstance(json.loads(line), dict), f"not a JSON line: {line}"


def test_nothing_secret_is_readable_by_others_on_disk(start_server):
    server = start_server()
    World(server).person("alice")
    loose = [os.path.join(folder, name) for folder, _, names in os.walk(server.data) for name in names
             if "key" in name.lower() and os.stat(os.path.join(folder, name)).st_mode & 0o077]
    assert loose == [], "a signing key is for its owner alone (0600)"


def test_passwords_are_not_on_disk(start_server):
    server = start_server()
    World(server).person("alice")
    assert server.stop() == 0
    for folder, _, names in os.walk(server.data):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                assert PASSWORD.encode() not in file.read(), f"a password is readable in {name}"
