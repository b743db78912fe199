"""Requests that no honest client sends: each gets its answer, and the connection is not used again."""
import socket
import time

import pytest

from kit.raw_http import RawConnection, ask, exchange

GET = "GET /healthz HTTP/1.1\r\n"
POST = "POST /v1/sessions HTTP/1.1\r\nContent-Type: application/json\r\n"
CHUNKED = POST + "Host: h\r\nTransfer-Encoding: chunked\r\n"


def deadline_in(seconds):
    return time.monotonic() + seconds


MALFORMED = {
    "two content-lengths": POST + "Host: h\r\nContent-Length: 2\r\nContent-Length: 4\r\n\r\n{}{}",
    "two equal content-lengths": POST + "Host: h\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "a list of content-lengths": POST + "Host: h\r\nContent-Length: 2, 2\r\n\r\n{}",
    "length and chunks": POST + "Content-Length: 2\r\n" + CHUNKED[len(POST):] + "\r\n2\r\n{}\r\n0\r\n\r\n",
    "chunks and length": CHUNKED + "Content-Length: 5\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "negative length": POST + "Host: h\r\nContent-Length: -1\r\n\r\n",
    "signed length": POST + "Host: h\r\nContent-Length: +2\r\n\r\n{}",
    "length in hex": POST + "Host: h\r\nContent-Length: 0x2\r\n\r\n{}",
    "length with text": POST + "Host: h\r\nContent-Length: 2 bytes\r\n\r\n{}",
    "empty length": POST + "Host: h\r\nContent-Length: \r\n\r\n",
    "chunk size is no number": CHUNKED + "\r\nzz\r\n{}\r\n0\r\n\r\n",
    "negative chunk": CHUNKED + "\r\n-2\r\n{}\r\n0\r\n\r\n",
    "chunk size with 0x": CHUNKED + "\r\n0x2\r\n{}\r\n0\r\n\r\n",
    "chunk longer than its size": CHUNKED + "\r\n1\r\n{}\r\n0\r\n\r\n",
    "chunk with a bare newline": CHUNKED + "\r\n2\n{}\n0\n\n",
    "chunked twice": POST + "Host: h\r\nTransfer-Encoding: chunked, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "chunked in two headers": CHUNKED + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked not last": POST + "Host: h\r\nTransfer-Encoding: chunked, identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "odd transfer-encoding": POST + "Host: h\r\nTransfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "no host": GET + "\r\n",
    "two hosts": GET + "Host: a\r\nHost: b\r\n\r\n",
    "the same host twice": GET + "Host: a\r\nHost: a\r\n\r\n",
    "obs-fold": GET + "Host: h\r\nX-Folded: one\r\n two\r\n\r\n",
    "obs-fold with a tab": GET + "Host: h\r\nX-Folded: one\r\n\ttwo\r\n\r\n",
    "fold in the first header": GET + " folded: x\r\nHost: h\r\n\r\n",
    "header without a colon": GET + "Host: h\r\nNo-Colon-Here\r\n\r\n",
    "space before the colon": GET + "Host: h\r\nX-Space : x\r\n\r\n",
    "empty header name": GET + "Host: h\r\n: x\r\n\r\n",
    "header name with a space": GET + "Host: h\r\nX Y: x\r\n\r\n",
    "header name with a control": GET + "Host: h\r\nX\x01Y: x\r\n\r\n",
    "nul in a header": GET + "Host: h\r\nX-Nul: a\0b\r\n\r\n",
    "bare cr in a header": GET + "Host: h\r\nX-Cr: a\rb\r\n\r\n",
    "space in the target": "GET /heal thz HTTP/1.1\r\nHost: h\r\n\r\n",
    "nul in the target": "GET /heal\0thz HTTP/1.1\r\nHost: h\r\n\r\n",
    "no target": "GET HTTP/1.1\r\nHost: h\r\n\r\n",
    "method with a control": "G\x01T /healthz HTTP/1.1\r\nHost: h\r\n\r\n",
    "no version": "GET /healthz\r\nHost: h\r\n\r\n",
    "lower-case version": "GET /healthz http/1.1\r\nHost: h\r\n\r\n",
    "no http at all": "hello there\r\n\r\n",
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_request_is_400_and_the_connection_ends(world, data):
    method, path = ("POST", "/v1/sessions") if data.startswith("POST") else ("GET", "/healthz")
    answer, closed = exchange(world.base, data, method, path)
    assert answer is not None, "closed without an answer"
    if answer.status == 501 and "Transfer-Encoding" in data:
        return
    answer.refused(400, "malformed_request")
    assert closed, "what follows on this connection cannot be trusted"


@pytest.mark.parametrize("data", [POST + "Host: h\r\nContent-Length: 99999999999999999999999\r\n\r\n{}",
                                  POST + "Host: h\r\nContent-Length: 18446744073709551618\r\n\r\n{}",
                                  CHUNKED + "\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n",
                                  CHUNKED + "\r\n10000000000000002\r\n{}\r\n0\r\n\r\n"],
                         ids=["length", "length that wraps to 2", "chunk", "chunk that wraps to 2"])
def test_sizes_beyond_64_bits_are_refused(world, data):
    answer, closed = exchange(world.base, data, "POST", "/v1/sessions")
    assert answer is not None, "closed without an answer"
    answer.refused_with_any(400, 413)
    assert closed


@pytest.mark.parametrize("version", ["HTTP/2.0", "HTTP/3.0", "HTTP/0.9"])
def test_another_major_version_is_505(world, version):
    answer, closed = exchange(world.base, f"GET /healthz {version}\r\nHost: h\r\n\r\n", "GET", "/healthz")
    answer.refused(505, "http_version_not_supported")
    assert closed


@pytest.mark.parametrize("version", ["HTTP/11", "HTTX/1.1", "HTTP/1.", "http/1.1", "HTTP/1.10"])
def test_what_is_no_version_is_400(world, version):
    answer, closed = exchange(world.base, f"GET /healthz {version}\r\nHost: h\r\n\r\n", "GET", "/healthz")
    answer.refused(400, "malformed_request")
    assert closed


@pytest.mark.parametrize("version", ["HTTP/1.2", "HTTP/1.9"])
def test_a_later_minor_version_is_read_as_1_1(world, version):
    with RawConnection(world.base) as connection:
        for _ in range(2):
            connection.send(f"GET /healthz {version}\r\nHost: h\r\n\r\n")
            assert connection.answer("GET", "/healthz").status == 200


@pytest.mark.parametrize("garbage", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 80, b"\0" * 200,
                                     b"\xff" * 200, b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                                     b"\r\n\r\n\r\n\r\n", b"{}\r\n\r\n"],
                         ids=["tls", "zeros", "ones", "ssh", "http2", "newlines", "json"])
def test_garbage_is_answered_or_dropped_and_harms_nobody(world, garbage):
    with RawConnection(world.base) as connection:
        connection.send(garbage)
        connection.socket.shutdown(socket.SHUT_WR)
        reply = connection.rest(deadline_in(10))
    assert reply == b"" or reply.startswith((b"HTTP/1.1 4", b"HTTP/1.1 505")), reply[:100]
    assert world.stranger.get("/healthz").status == 200


def test_a_smuggled_second_request_is_not_answered(world):
    inner = "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"
    for smuggler in (f"Content-Length: {len(inner)}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{inner}",
                     f"Content-Length: 0\r\nContent-Length: {len(inner)}\r\n\r\n{inner}",
                     f"Transfer-Encoding : chunked\r\nContent-Length: {len(inner)}\r\n\r\n{inner}",
                     f"Transfer-Encoding: xchunked\r\nContent-Length: {len(inner)}\r\n\r\n{inner}"):
        with RawConnection(world.base) as connection:
            connection.send(POST + "Host: h\r\n" + smuggler)
            reply = connection.rest(deadline_in(5))
        assert reply.count(b"HTTP/1.1 ") == 1 and b"HTTP/1.1 200" not in reply, reply


def test_oversized_headers_are_431(world):
    for head in ("X-Big: " + "x" * 100_000, "\r\n".join(f"X-{i}: y" for i in range(20_000))):
        answer, closed = exchange(world.base, f"{GET}Host: h\r\n{head}\r\n\r\n", "GET", "/healthz")
        assert answer is not None, "closed without an answer"
        answer.refused(431, "headers_too_large")
        assert closed


def test_an_oversized_target_is_refused(world):
    answer, closed = exchange(world.base, f"GET /v1/{'x' * 100_000} HTTP/1.1\r\nHost: h\r\n\r\n", "GET", "/v1/x")
    assert answer is not None and answer.status in (414, 431), answer
    assert closed


def test_a_body_over_64_kib_is_413_before_it_is_sent(world):
    head = f"{POST}Host: h\r\nContent-Length: 65537\r\n\r\n"
    answer = ask(world.base, head, "POST", "/v1/sessions")
    answer.refused(413, "body_too_large")
    head = f"{POST}Host: h\r\nContent-Length: 99999999999\r\n\r\n"
    ask(world.base, head, "POST", "/v1/sessions").refused(413, "body_too_large")


def test_a_body_of_64_kib_is_taken(world):
    body = b'{"pad":"' + b"x" * (65536 - 10) + b'"}'
    assert len(body) == 65536
    json = {"Content-Type": "application/json"}
    world.stranger.call("POST", "/v1/sessions", data=body, headers=json).refused(422, "invalid_fields")


def test_chunks_over_64_kib_are_413(world):
    chunk = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
    data = f"{CHUNKED}\r\n".encode() + chunk * 5 + b"0\r\n\r\n"
    answer = ask(world.base, data, "POST", "/v1/sessions")
    assert answer is not None, "closed without an answer"
    answer.refused(413, "body_too_large")


def test_many_tiny_chunks_do_not_pass_the_limit(world):
    data = f"{CHUNKED}\r\n".encode() + b"1;pad=yes\r\nx\r\n" * 70_000
    with RawConnection(world.base) as connection:
        try:
            connection.send(data)
        except OSError:
            pass
        try:
            assert connection.answer("POST", "/v1/sessions").status in (400, 413)
        except (EOFError, ConnectionError):
            pass
    assert world.stranger.get("/healthz").status == 200


def test_good_chunks_are_a_body(world):
    account = world.account("alice")
    body = f'{{"key":"{account.key}","password":"{account.password}"}}'.encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:5], body[5:6], body[6:]))
    head = f"{CHUNKED}\r\n".encode()
    answer = ask(world.base, head + chunks + b"0\r\n\r\n", "POST", "/v1/sessions")
    answer.ok(201)


def test_two_requests_in_one_packet_are_answered_in_order(world):
    alice = world.person("alice")
    with RawConnection(world.base) as connection:
        connection.send(f"GET /v1/me HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {alice.token}\r\n\r\n"
                        "GET /v1/me HTTP/1.1\r\nHost: h\r\n\r\n" + GET + "Host: h\r\n\r\n")
        assert connection.answer("GET", "/v1/me").ok()["key"] == alice.key
        connection.answer("GET", "/v1/me").refused(401, "unauthenticated")
        assert connection.answer("GET", "/healthz").status == 200


def test_a_token_binds_to_its_request_and_not_to_the_connection(world):
    alice = world.person("alice")
    with RawConnection(world.base) as connection:
        connection.send(f"GET /v1/me HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {alice.token}\r\n\r\n")
        connection.answer("GET", "/v1/me").ok()
        connection.send("GET /v1/me HTTP/1.1\r\nHost: h\r\n\r\n")
        connection.answer("GET", "/v1/me").refused(401, "unauthenticated")


def test_a_request_in_pieces_is_one_request(world):
    with RawConnection(world.base) as connection:
        for byte in GET + "Host: h\r\n\r\n":
            connection.send(byte)
        assert connection.answer("GET", "/healthz").status == 200


def test_connection_close_is_obeyed(world):
    answer, closed = exchange(world.base, GET + "Host: h\r\nConnection: close\r\n\r\n", "GET", "/healthz")
    assert answer.status == 200 and closed


def test_http_1_0_is_answered_and_closed(world):
    answer, closed = exchange(world.base, "GET /healthz HTTP/1.0\r\nHost: h\r\n\r\n", "GET", "/healthz")
    assert answer.status == 200 and closed


def test_no_body_is_asked_for_that_would_be_refused(world):
    token = world.person("alice").token
    head = "HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n"
    json_type = "Content-Type: application/json\r\n"
    for request, status in ((f"POST /v1/messages {head}{json_type}\r\n", 401), (f"POST /v1/nothing {head}\r\n", 404),
                            (f"DELETE /v1/messages {head}\r\n", 405),
                            (f"POST /v1/messages {head}Authorization: Bearer {token}\r\n\r\n", 415)):
        answer, closed = exchange(world.base, request, "POST", "/v1/messages")
        assert answer.status == status and closed, request
    with RawConnection(world.base) as connection:
        connection.send(f"POST /v1/messages {head}{json_type}Authorization: Bearer {token}\r\n\r\n")
        assert connection.answer("POST", "/v1/messages").status == 100
        connection.send("{}")
        assert connection.answer("POST", "/v1/messages").status == 422


def test_a_body_that_never_comes_harms_nobody(world):
    connections = [RawConnection(world.base) for _ in range(20)]
    for connection in connections:
        connection.send(f"{POST}Host: h\r\nContent-Length: 100\r\n\r\n{{")
    assert world.stranger.get("/healthz").status == 200
    for connection in connections:
        connection.close()
