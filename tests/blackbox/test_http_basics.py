"""HTTP as a good citizen speaks it: HEAD, OPTIONS, CORS, connection reuse."""
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
