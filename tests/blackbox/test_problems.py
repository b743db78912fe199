"""Errors: the one shape they all have (kit/answer.py checks it on every answer of the suite), and their pages."""
import os

from kit.contract import DOCS
from kit.names import unique
from kit.recorder import RECORDER


def test_a_problem_of_each_status(world):
    alice, bob = world.people("alice", "bob")
    request = alice.ask(bob)
    bob.answer(request).ok()
    json = {"Content-Type": "application/json"}
    for answer, status in ((alice.call("POST", "/v1/acks", data=b"{", headers=json), 400),
                           (world.stranger.get("/v1/me"), 401), (alice.answer(request), 403),
                           (alice.get("/v1/users/" + unique()), 404), (alice.put("/v1/me"), 405),
                           (bob.answer(request), 409), (alice.patch("/v1/me", {"pad": "x" * 70000}), 413),
                           (alice.call("POST", "/v1/acks", data=b"{}", headers={"Content-Type": "a/b"}), 415),
                           (alice.patch("/v1/me", {"name": 5}), 422)):
        answer.refused(status)


def test_each_answer_has_a_trace_of_its_own(world):
    traces = {world.stranger.get("/v1/me").json["traceId"] for _ in range(5)}
    assert len(traces) == 5


def test_a_code_and_status_have_one_title(world):
    alice = world.person("alice")
    problems = [alice.get("/v1/users/" + unique()), alice.get("/v1/groups/" + unique()), alice.get("/v1/nothing")]
    assert len({answer.refused(404, "not_found")["title"] for answer in problems}) == 1


def test_a_problem_does_not_echo_what_was_asked(world):
    alice = world.person("alice")
    for answer in (alice.get("/v1/users/<script>alert(1)<%2Fscript>"), alice.get("/v1/<script>"),
                   alice.get("/v1/offline", limit="<script>")):
        assert "<script>" not in answer.text, answer


def test_the_type_leads_to_the_page_of_the_code(world):
    problem = world.stranger.get("/v1/me").refused(401, "unauthenticated")
    assert "unauthenticated" in problem["type"] or problem["type"] == "about:blank", problem["type"]


def test_json_answers_say_what_they_are_and_are_not_kept_by_caches(world):
    answer = world.person("alice").get("/v1/me")
    assert answer.headers["content-type"].lower().startswith("application/json")
    assert "no-store" in answer.headers.get("cache-control", "no-store")


def test_every_code_seen_so_far_has_its_page():
    page = os.path.join(DOCS, "errors.md")
    if not os.path.exists(page):
        return
    with open(page, encoding="utf-8") as file:
        text = file.read()
    assert [code for code in sorted(RECORDER.codes) if code not in text] == []
