"""HTTP as a good citizen speaks it: HEAD, OPTIONS, CORS, connection reuse, the headers that all answers carry."""
import time
from email.utils import parsedate_to_datetime

import pytest

from kit.raw_http import RawConnection, ask


def test_head_is_get_without_the_body(world):
    alice = world.person("alice")
    head = f"HEAD /v1/me HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {alice.token}\r\n\r\n"
    with RawConnection(world.base) as connection:
        connection.send(head + "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
        answer = connection.answer("HEAD", "/v1/me")
        assert answer.status == 200 and int(answer.headers["content-length"]) > 0
        assert connection.answer("GET", "/healthz").ok() == {"status": "ok"}, "a body came that HEAD does not have"


def test_options_is_a_method_like_others(world):
    answer = ask(world.base, "OPTIONS /v1/me HTTP/1.1\r\nHost: h\r\n\r\n", "OPTIONS", "/v1/me")
    answer.refused(405, "method_not_allowed")


def test_no_page_of_another_origin_is_invited(world):
    alice = world.person("alice")
    answer = alice.call("GET", "/v1/me", headers={"Origin": "https://evil.example"})
    assert [name for name in answer.headers if name.startswith("access-control-")] == []


def test_an_answer_without_a_body_keeps_the_connection_in_step(world):
    alice = world.person("alice")
    laptop = alice.another()
    with RawConnection(world.base) as connection:
        connection.send(f"DELETE /v1/sessions/{laptop.session_id} HTTP/1.1\r\nHost: h\r\n"
                        f"Authorization: Bearer {alice.token}\r\n\r\nGET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
        assert connection.answer("DELETE", "/v1/sessions/x").status == 204
        assert connection.answer("GET", "/healthz").status == 200


def test_an_unneeded_body_is_passed_over(world):
    alice, bob = world.people("alice", "bob")
    request = alice.ask(bob)
    bob.post(f"/v1/friend-requests/{request['id']}/approve", {"more": "than asked"}).ok()
    bob.get("/v1/me").ok()


def test_every_answer_has_its_date(world):
    alice = world.person("alice")
    for answer in (alice.get("/v1/me"), alice.get("/v1/nothing"), world.stranger.get("/v1/me"), world.stranger.get("/healthz"),
                   ask(world.base, "no request\r\n\r\n")):
        assert abs(parsedate_to_datetime(answer.headers["date"]).timestamp() - time.time()) < 60, answer
        assert answer.headers["date"].endswith(" GMT")


def test_private_answers_are_kept_by_no_cache(world):
    alice = world.person("alice")
    for answer in (alice.get("/v1/me"), alice.get("/v1/friends"), world.stranger.get("/v1/me"),
                   alice.account.try_to_log_in(), alice.account.try_to_log_in(password="wrong words here")):
        assert answer.headers["cache-control"] == "no-store", answer


def test_each_401_says_what_is_wanted(world):
    alice = world.account("alice")
    assert alice.try_to_log_in(password="wrong words here").headers["www-authenticate"] == "Bearer"
    assert world.stranger.get("/v1/me").headers["www-authenticate"] == "Bearer"


def test_405_names_head_where_it_names_get(world):
    answer = ask(world.base, "DELETE /v1/me HTTP/1.1\r\nHost: h\r\n\r\n", "DELETE", "/v1/me")
    answer.refused(405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD, PATCH"


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, gzip"])
def test_a_body_that_is_encoded_is_415_and_told_what_is_taken(world, encoding):
    answer = world.person("alice").call("PATCH", "/v1/me", {"name": "Alice"}, headers={"Content-Encoding": encoding})
    answer.refused(415, "unsupported_content_encoding")
    assert answer.headers["accept-encoding"] == "identity"


def test_identity_is_no_encoding(world):
    world.person("alice").call("PATCH", "/v1/me", {"name": "Alice"}, headers={"Content-Encoding": "Identity"}).ok()


@pytest.mark.parametrize("scheme", ["Bearer  ", "bearer ", "BEARER   "])
def test_blanks_and_letter_case_before_the_token_do_not_matter(world, scheme):
    alice = world.person("alice")
    ask(world.base, f"GET /v1/me HTTP/1.1\r\nHost: h\r\nAuthorization: {scheme}{alice.token}\r\n\r\n", "GET", "/v1/me").ok()


def test_a_letter_may_come_escaped(world):
    alice = world.person("alice")
    for path in ("/v1/%6de", "/%76%31/me", "/v1/m%65"):
        ask(world.base, f"GET {path} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {alice.token}\r\n\r\n").ok()


def test_a_whole_number_may_be_written_with_a_point(world):
    alice, bob = world.friends("alice", "bob")
    sent = alice.sent(bob, "hello")
    read = f"/v1/conversations/u:{alice.key}/read"
    bob.call("PUT", read, data=b'{"seq":1.0}', headers={"Content-Type": "application/json"}).ok(200, 204)
    for odd in (b'{"seq":1.5}', b'{"seq":1e300}', b'{"seq":"1"}'):
        bob.call("PUT", read, data=odd, headers={"Content-Type": "application/json"}).refused(422, "invalid_fields")
    assert sent["seq"] == 1
