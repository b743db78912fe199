"""The web page at / and below. Without one in the binary most of it holds as well; what needs its files is skipped."""
import gzip
import re

import pytest

from kit.raw_http import RawConnection, exchange

NAVIGATION = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ROUTES = ["/", "/index.html", "/chat/u:bob", "/chat/g%3Aabc", "/admin", "/settings", "/chat/", "/vault", "/?q=1",
          "/chat?x=/v1/me", "/metrics/of/mine", "/%E8%81%8A%E5%A4%A9"]
NOT_THERE = ["/nothing.js", "/favicon.xyz", "/assets/", "/assets/nothing-1a2b.js", "/.env", "/index.html.br",
             "/index.html.gz", "/.sources"]
TRAVERSALS = ["/../etc/passwd", "/../../../../etc/passwd", "/assets/../../../etc/passwd", "/..%2f..%2fetc%2fpasswd",
              "/%2e%2e/%2e%2e/etc/passwd", "/assets/%2e%2e/index.html", "/..\\..\\etc\\passwd", "/%5c..%5cetc",
              "//etc/passwd", "//evil.example/", "/a//b", "/./index.html", "/index.html%00.js", "/%00", "/%zz", "/%ff",
              "/a%0d%0aset-cookie:%20x"]
NOT_CALLS = ["/v1", "/v1/", "/v1/nothing", "/v2", "/v2/me", "/v9", "/v10/x", "/%76%31/nothing", "/metrics", "/readyz", "/livez", "/v1/..", "/v1/nothing.js"]
ALIKE = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "x-frame-options": "DENY",
         "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin"}
TYPES = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}
DIRECTIVES = {"default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self' data: blob:",
              "font-src": "'self'", "connect-src": "'self'", "manifest-src": "'self'", "worker-src": "'self'",
              "media-src": "'self'", "base-uri": "'none'", "form-action": "'none'", "frame-ancestors": "'none'",
              "require-trusted-types-for": "'script'", "trusted-types": "vue godwit"}


def fetch(world, path, method="GET", **headers):
    """One request, its path as it is written here."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"{method} {path} HTTP/1.1\r\nHost: {world.base.split('//')[1]}\r\n{lines}\r\n"
    return exchange(world.base, head, method, path, closing=0)[0]


def assets_of(world):
    """What the index names below /assets."""
    found = re.findall(r'(?:src|href)="(/assets/[^"]+)"', fetch(world, "/").text)
    if not found:
        pytest.skip("this binary has no page in it")
    return found


@pytest.mark.parametrize("path", ROUTES)
def test_routes_of_the_client_answer_with_the_index(world, path):
    answer = fetch(world, path)
    assert answer.status == 200 and answer.headers["content-type"] == "text/html; charset=utf-8", answer
    assert answer.content == fetch(world, "/").content and b"<html" in answer.content


def test_a_key_with_a_dot_is_a_route_for_who_navigates_and_a_file_for_who_does_not(world):
    assert fetch(world, "/chat/u:j.doe", Accept=NAVIGATION).content == fetch(world, "/").content
    fetch(world, "/chat/u:j.doe", Accept="*/*").refused(404, "not_found")


@pytest.mark.parametrize("path", NOT_THERE + TRAVERSALS + NOT_CALLS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_neither_a_file_nor_a_route_is_404(world, path, method):
    answer = fetch(world, path, method)
    if path in TRAVERSALS:
        answer.refused_with_any(400, 404)
    else:
        answer.refused(404, "not_found")


@pytest.mark.parametrize("path", NOT_CALLS + ["/assets/nothing-1a2b.js"])
def test_a_browser_that_navigates_there_gets_no_page_either(world, path):
    fetch(world, path, Accept=NAVIGATION).refused(404, "not_found")


@pytest.mark.parametrize("path", ["/", "/chat/u:bob", "/index.html"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_page_is_read_only(world, method, path):
    answer = fetch(world, path, method)
    answer.refused(405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


def test_options_says_what_the_page_takes(world):
    answer = fetch(world, "/", "OPTIONS")
    assert answer.status == 204 and answer.headers["allow"] == "GET, HEAD, OPTIONS"


def test_the_path_comes_before_the_method_and_both_before_the_body(world):
    huge = {"Content_Type": "application/json", "Content_Length": "70000"}
    fetch(world, "/nothing.js", "POST", **huge).refused(404, "not_found")
    fetch(world, "/", "POST", **huge).refused(405, "method_not_allowed")


def test_head_is_get_without_the_body(world):
    with RawConnection(world.base) as connection:
        for path in ("/", "/chat/u:bob"):
            for coding in ("identity", "br", "gzip"):
                head = f"{path} HTTP/1.1\r\nHost: h\r\nAccept-Encoding: {coding}\r\n\r\n"
                connection.send("HEAD " + head + "GET " + head)
                bare, full = connection.answer("HEAD", path), connection.answer("GET", path)
                assert bare.headers == full.headers and int(full.headers["content-length"]) == len(full.content) > 0


def test_the_index_has_a_strict_policy_and_is_asked_for_each_time(world):
    answer = fetch(world, "/chat/u:bob")
    policy = dict(directive.strip().split(" ", 1) for directive in answer.headers["content-security-policy"].split(";"))
    assert policy == DIRECTIVES
    assert answer.headers["cache-control"] == "no-cache" and answer.headers["vary"] == "Accept-Encoding"
    assert ALIKE.items() <= answer.headers.items()
    allowed = re.findall(r"([a-z-]+)=\(([^)]*)\)", answer.headers["permissions-policy"])
    assert {"camera", "microphone", "geolocation", "payment", "usb"} <= {name for name, who in allowed if not who}
    assert {who for _, who in allowed} == {"", "self"}


def test_the_index_holds_nothing_that_its_policy_refuses(world):
    page = fetch(world, "/").text
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|https?://", page), page


def test_assets_keep_for_ever_under_their_hashed_names(world):
    for path in assets_of(world):
        answer = fetch(world, path)
        assert answer.status == 200 and answer.content
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"] == TYPES[path.rsplit(".", 1)[1]]
        assert "content-security-policy" not in answer.headers and ALIKE.items() <= answer.headers.items()


def test_each_coding_is_the_same_file_in_other_bytes(world):
    for path in ["/", *assets_of(world)]:
        plain, packed, brotli = (fetch(world, path, Accept_Encoding=coding) for coding in ("identity", "gzip", "br"))
        assert "content-encoding" not in plain.headers
        if len(plain.content) < 1024:
            continue  # may not be worth it
        assert packed.headers["content-encoding"] == "gzip" and gzip.decompress(packed.content) == plain.content
        assert brotli.headers["content-encoding"] == "br"
        assert len(brotli.content) < len(packed.content) < len(plain.content)
        assert len({answer.headers["etag"] for answer in (plain, packed, brotli)}) == 3
        assert {answer.headers["vary"] for answer in (plain, packed, brotli)} == {"Accept-Encoding"}
        assert fetch(world, path, Accept_Encoding="br;q=0.1, gzip;q=0.9").content == packed.content
        assert fetch(world, path, Accept_Encoding="br;q=0, *;q=0.5").content == packed.content
        assert fetch(world, path, Accept_Encoding="zstd").content == fetch(world, path).content == plain.content


def test_who_has_it_already_gets_304(world):
    for path in ["/chat/u:bob", *assets_of(world)]:
        for coding in ("identity", "gzip", "br"):
            had = fetch(world, path, Accept_Encoding=coding)
            assert re.fullmatch(r'"[0-9a-f]{32}(-br|-gzip)?"', had.headers["etag"]), "a strong ETag"
            again = fetch(world, path, Accept_Encoding=coding, If_None_Match=f'"other", {had.headers["etag"]}')
            assert again.status == 304 and not again.content
            assert [again.headers[name] for name in ("etag", "cache-control", "vary")] == [
                had.headers[name] for name in ("etag", "cache-control", "vary")]
            assert fetch(world, path, Accept_Encoding=coding, If_None_Match='"other"').content == had.content


def test_a_304_keeps_the_connection_in_step(world):
    with RawConnection(world.base) as connection:
        request = f"GET {assets_of(world)[0]} HTTP/1.1\r\nHost: h\r\nIf-None-Match: *\r\n\r\n"
        connection.send(request + "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
        assert connection.answer().status == 304
        assert connection.answer("GET", "/healthz").ok() == {"status": "ok"}


def test_a_page_of_many_files_is_not_a_flood(start_server):
    """Under the limits as they are by default, a reload takes one request a file."""
    server = start_server(LIMITS_ENABLED="true")
    with RawConnection(server.url) as connection:
        for _ in range(100):
            connection.send("GET /chat/u:bob HTTP/1.1\r\nHost: h\r\n\r\n")
            assert connection.answer().status == 200


def test_neither_the_page_nor_healthz_costs_an_address_anything(start_server):
    """A whole office opens it at once; a load balancer asks all the time."""
    server = start_server(LIMITS_ENABLED="true", LIMITS_REQUESTS_PER_ADDRESS=5)
    with RawConnection(server.url) as connection:
        for path in ("/", "/healthz", "/chat/u:bob"):
            connection.send(f"GET {path} HTTP/1.1\r\nHost: h\r\n\r\n" * 100)
            assert {connection.answer("GET", path).status for _ in range(100)} == {200}
        connection.send("GET /v1/me HTTP/1.1\r\nHost: h\r\n\r\n")
        assert connection.answer("GET", "/v1/me").status == 401


def test_a_server_without_its_page_says_so_in_its_log_and_at_the_door(start_server):
    server = start_server()
    with RawConnection(server.url) as connection:
        connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        page = connection.answer().text
    missing = '"no_page"' in server.log_text()
    assert missing == ("./run" in page) == ("/assets/" not in page)
