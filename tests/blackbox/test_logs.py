"""What the server writes down: JSON with trace ids, and no secret of anybody."""
import json
import os
from concurrent.futures import ThreadPoolExecutor

from kit.channel import Channel
from kit.raw_http import ask
from kit.waiting import eventually
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


def test_a_storm_of_failures_is_a_line_a_second_with_a_count(start_server):
    server = start_server(PASSWORDS_QUEUE=1, PASSWORDS_THREADS=1)
    account = World(server).account("alice")
    with ThreadPoolExecutor(40) as threads:
        statuses = list(threads.map(lambda _: account.try_to_log_in().status, range(200)))
    refused = statuses.count(503)
    assert refused > 20 and set(statuses) == {201, 503}, statuses

    def lines():
        written = [json.loads(line) for line in server.log_text().splitlines()]
        return [line for line in written if line["event"] == "http_failed"]

    eventually(lambda: sum(line["count"] for line in lines()) == refused)
    assert len(lines()) < refused / 2, "one line a second, however much fails"
    first = lines()[0]
    assert first["path"] == "/v1/sessions" and first["status"] == 503 and first["code"] == "unavailable" and first["trace"]


def test_no_path_or_query_reaches_the_log(start_server):
    """Whoever puts a token in the wrong place of a URL does not put it into the log."""
    server = start_server(LOG_LEVEL="debug")
    world = World(server)
    alice = world.person("alice")
    for target in (f"/v1/socket;token={alice.token}", f"/v1/{alice.token}", f"/v1/users/{alice.token[:200]}", f"/?token={alice.token}",
                   f"/v1/me?token={alice.token}", f"/{alice.token}", f"/v1/groups/{alice.token[:200]}/members"):
        ask(server.url, f"GET {target} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {alice.token}\r\n\r\n")
    world.close()
    assert server.stop() == 0
    assert alice.token[:60] not in server.log_text()


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
