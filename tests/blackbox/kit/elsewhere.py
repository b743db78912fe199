"""Where a socket is opened: at the server that was asked, or, with TEST_SOCKETS=direct, at the node that it names, with a ticket in the
token's place. So every test of sockets is one of direct sockets, too."""
import os
import re
from urllib.parse import urlparse

from kit.api import Api


def direct():
    return os.environ.get("TEST_SOCKETS") == "direct"


def _token_of(path, headers):
    """Where the server would find it, in its order."""
    named = {name.lower(): value for name, value in headers.items() if value}
    for place, pattern in ((named.get("authorization", ""), r"^Bearer (.+)$"), (named.get("sec-websocket-protocol", ""), r"bearer\.([^, ]+)"),
                           (path, r"[?&]token=([^&]+)")):
        found = re.search(pattern, place)
        if found:
            return found[1]
    return None


def place_of(offer):
    """Base and path of what `url` names."""
    url = urlparse(offer["url"])
    assert url.scheme == "ws", offer
    return f"http://{url.netloc}", url.path


def instead(base, path, headers):
    """(base, path, headers) of the socket that is really opened; as they are where there is no ticket for them: the server says why."""
    token = _token_of(path, headers) if direct() and path.startswith("/v1/socket") else None
    if token is None:
        return base, path, headers
    asked = {name: headers[name] for name in ("Host", "Origin") if headers.get(name)}
    answer = Api(base, token).call("POST", "/v1/sockets", {}, headers=asked)
    if answer.status != 201:
        return base, path, headers
    at, instead_of = place_of(answer.json)
    ticket = answer.json["ticket"]
    return at, path.replace("/v1/socket", instead_of, 1).replace(token, ticket), {
        name: value.replace(token, ticket) if value else value for name, value in headers.items()}
