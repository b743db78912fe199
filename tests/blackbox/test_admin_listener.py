"""The admin listener believes no page of a browser: neither a name that was pointed at it, nor another origin, nor a form."""
import json

import pytest

from kit.raw_http import exchange
from kit.server import run_admin

CALLS = [("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics"), ("GET", "/admin/users"), ("GET", "/admin/keys"),
         ("POST", "/admin/keys"), ("POST", "/admin/users/{key}/grant-admin"), ("POST", "/admin/users/{key}/revoke-admin"),
         ("POST", "/admin/users/{key}/disable"), ("POST", "/admin/users/{key}/enable"), ("POST", "/admin/backup"),
         ("GET", "/admin/processes")]
NAMES = [f"{method} {path}" for method, path in CALLS]
BODIES = {"/admin/keys": {"name": "rebound"}, "/admin/backup": {"directory": "/nowhere"}}


def ask(admin_url, method, path, host="127.0.0.1", content_type="application/json", **headers):
    """As a page would: with every header that it may set."""
    body = json.dumps(BODIES[path]) if method == "POST" and path in BODIES else ""
    lines = {"Host": host, "X-Godwit-Admin": "1", **{name.replace("_", "-"): value for name, value in headers.items()}}
    if body:
        lines |= {"Content-Type": content_type, "Content-Length": len(body)}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    answer, _ = exchange(admin_url, f"{method} {path} HTTP/1.1\r\n{head}\r\n{body}", method, path, closing=0)
    return answer


def states(world, who):
    line, = run_admin(world.server.admin_url, "users", who.key).splitlines()
    return line.split()[2:]


@pytest.mark.parametrize("method, path", CALLS, ids=NAMES)
@pytest.mark.parametrize("host", ["rebound.example:8081", "localhost.evil.example", "127.0.0.1.evil.example", "192.0.2.1"])
def test_a_name_that_was_pointed_here_is_421(world, command_line, method, path, host):
    alice = world.account("alice")
    before = states(world, alice)
    ask(command_line, method, path.format(key=alice.key), host=host).refused(421, "misdirected_request")
    assert states(world, alice) == before


@pytest.mark.parametrize("method, path", CALLS, ids=NAMES)
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "OWN"])
def test_any_origin_is_403(world, command_line, method, path, origin):
    alice = world.account("alice")
    before = states(world, alice)
    answer = ask(command_line, method, path.format(key=alice.key), Origin=command_line if origin == "OWN" else origin)
    answer.refused(403, "origin_not_allowed")
    assert states(world, alice) == before


@pytest.mark.parametrize("path", sorted(BODIES))
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_what_a_form_could_send_is_415(command_line, path, kind):
    ask(command_line, "POST", path, content_type=kind).refused(415, "unsupported_media_type")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.2:8081", "[::1]:8081"])
def test_its_own_names_are_good(command_line, host):
    for path in ("/healthz", "/admin/keys"):
        assert ask(command_line, "GET", path, host=host).status == 200
