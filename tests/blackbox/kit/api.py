"""HTTP as a well-behaved client speaks it. Every answer passes the checks that hold for all of them."""
import json
import threading
import time
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter

from kit.answer import Answer, check_problem
from kit.recorder import RECORDER

TIMEOUT = 15
NOTHING = object()
_connections = threading.local()


def segment(text):
    """One path segment, as a careful client writes it."""
    return quote(text, safe=":@!$&'()*+,;=")


def _session():
    """One connection pool a thread; no proxies, no netrc, no redirects."""
    if not hasattr(_connections, "session"):
        session = requests.Session()
        session.trust_env = False
        session.mount("http://", HTTPAdapter(pool_connections=16, pool_maxsize=16))
        _connections.session = session
    return _connections.session


class Api:
    timeout = TIMEOUT
    patience = 0.0  # seconds for which what is 503 is asked again

    def __init__(self, base, token=None):
        self.base, self.token = base.rstrip("/"), token

    def go_elsewhere(self, urls):
        """The next of several gateways."""
        self.base = urls[(urls.index(self.base) + 1) % len(urls)]

    def with_token(self, token):
        return Api(self.base, token)

    def call(self, method, path, body=NOTHING, params=None, headers=None, data=None):
        """`body` is sent as JSON; `data` goes out as the bytes it is."""
        until = time.monotonic() + self.patience
        while True:
            answer = self._call(method, path, body, params, headers, data)
            if answer.status != 503 or time.monotonic() >= until:
                return answer
            time.sleep(0.2)

    def _call(self, method, path, body, params, headers, data):
        sent = dict(headers or {})
        if self.token is not None:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if body is not NOTHING:
            data = json.dumps(body, ensure_ascii=False).encode("utf-8")
            sent.setdefault("Content-Type", "application/json")
        reply = _session().request(method, self.base + path, params=params, headers=sent, data=data,
                                   timeout=self.timeout, allow_redirects=False)
        length = reply.headers.get("Content-Length")
        if method != "HEAD" and length is not None and int(length) != len(reply.content):
            raise requests.ConnectionError(f"the answer to {method} {path} was cut short")
        answer = Answer(method, path, reply.status_code, reply.headers, reply.content)
        if answer.status >= 400 and path != "/readyz":  # that one answers 503 with what it waits for
            check_problem(answer)
        RECORDER.answered(answer)
        return answer

    def get(self, path, **params):
        return self.call("GET", path, params=params or None)

    def post(self, path, body=NOTHING, **more):
        return self.call("POST", path, body, **more)

    def put(self, path, body=NOTHING, **more):
        return self.call("PUT", path, body, **more)

    def patch(self, path, body=NOTHING, **more):
        return self.call("PATCH", path, body, **more)

    def delete(self, path, **more):
        return self.call("DELETE", path, **more)

    def page(self, path, **params):
        """One page of a list: its items and where to go on."""
        answer = self.get(path, **params).ok()
        assert isinstance(answer["items"], list), answer
        assert answer["next"] is None or (isinstance(answer["next"], str) and answer["next"]), answer
        return answer["items"], answer["next"]

    def items(self, path, **params):
        """Every item of a list, through all its pages."""
        found, cursor = [], None
        while True:
            page, cursor = self.page(path, **params, **({"cursor": cursor} if cursor else {}))
            found += page
            if cursor is None:
                return found
            assert page, f"{path}: an empty page that promises more"
