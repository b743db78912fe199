"""/healthz on both listeners, /readyz and /metrics on the admin listener alone."""
import re

import pytest
import requests

from kit.api import Api
from kit.raw_http import ask

SAMPLE = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*(\{[^}]*\})? [-+0-9.eEInfNa]+( \d+)?")


def bare_get(base, path):
    """A GET outside of the contract: what either listener says to the paths of the other."""
    with requests.Session() as session:
        session.trust_env = False
        return session.get(base + path, timeout=5)


def test_the_public_health_needs_no_token_and_says_its_status(world):
    assert world.stranger.get("/healthz").ok() == {"status": "ok"}


def test_the_public_listener_tells_no_metrics_and_no_engines(world):
    for path in ("/metrics", "/readyz", "/livez"):
        answer = bare_get(world.base, path)
        assert answer.status_code == 404, f"{path}: whoever asks here must not take the page for a yes"
        assert "# TYPE" not in answer.text and "rocksdb" not in answer.text.lower(), answer
    assert "rocksdb" not in world.stranger.get("/healthz").text.lower()


@pytest.mark.parametrize("request_line, status", [("GET /healthz HTTP/1.0", 200), ("OPTIONS / HTTP/1.0", 204)])
def test_load_balancers_ask_in_http_1_0_without_host(world, request_line, status):
    answer = ask(world.base, request_line + "\r\n\r\n", *request_line.split(" ")[:2])
    assert answer.status == status, "HAProxy would say DOWN"


def test_the_admin_health(admin_url):
    assert Api(admin_url).get("/healthz").ok() == {"status": "ok"}


def test_readiness_names_the_engines(admin_url):
    answer = Api(admin_url).get("/readyz")
    ready = answer.ok()
    assert ready["status"] == "ready" and ready["engines"] and set(ready["engines"].values()) == {"ok"}
    assert re.search("sqlite|rocksdb|mysql|redis|rocketmq|elasticsearch", answer.text, re.IGNORECASE), answer.text


def test_the_metrics_can_be_scraped(admin_url, world):
    alice, bob = world.friends("alice", "bob")
    alice.sent(bob)
    answer = Api(admin_url).get("/metrics")
    assert answer.status == 200 and answer.media_type == "text/plain"
    lines = [line for line in answer.text.splitlines() if line and not line.startswith("#")]
    assert lines and [line for line in lines if not SAMPLE.fullmatch(line)] == []
    assert [line for line in lines if line.startswith("godwit_")], "no metric of the server's own"
    assert alice.key not in answer.text, "a metric a user is a leak and a flood"


def test_the_admin_listener_serves_no_api(admin_url):
    assert bare_get(admin_url, "/v1/me").status_code == 404
    assert bare_get(admin_url, "/nothing").status_code == 404
