"""The documents that the server shows: descriptions of its protocol, the reference, the errors."""
import os
import re

import pytest
import yaml

from kit.contract import DOCS
from kit.raw_http import exchange
from kit.recorder import RECORDER

DESCRIPTIONS = ["openapi.yaml", "asyncapi.yaml"]


def fetch(world, path, method="GET", **headers):
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"{method} {path} HTTP/1.1\r\nHost: {world.base.split('//')[1]}\r\n{lines}\r\n"
    return exchange(world.base, head, method, path, closing=0)[0]


def document(world, path):
    answer = fetch(world, path)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    if "was built without its web page" in answer.text:
        pytest.skip("this binary has no page in it")
    assert answer.status == 200, answer
    return answer


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_the_descriptions_are_served_as_they_are(world, name):
    answer = fetch(world, f"/{name}")
    with open(os.path.join(DOCS, name), "rb") as file:
        assert answer.content == file.read()
    assert (answer.status, answer.headers["content-type"]) == (200, "application/yaml")
    assert answer.headers["cache-control"] == "no-cache"
    assert yaml.safe_load(answer.text)["info"]["title"].startswith("godwit")


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_what_is_known_already_is_not_sent_again(world, name):
    etag = fetch(world, f"/{name}").headers["etag"]
    again = fetch(world, f"/{name}", If_None_Match=etag)
    assert (again.status, again.content, again.headers["etag"]) == (304, b"", etag)
    assert fetch(world, f"/{name}", If_None_Match='"another"').status == 200


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_a_description_takes_GET_and_HEAD_alone(world, name):
    head = fetch(world, f"/{name}", "HEAD")
    assert (head.status, head.content) == (200, b"")
    fetch(world, f"/{name}", "POST", Content_Length=0).refused(405, "method_not_allowed")


def test_the_type_of_an_error_leads_to_its_text(world):
    """For every error that there is, not to the chat."""
    errors = document(world, "/docs/errors")
    problem = world.person("alice").get("/v1/users/no.such.body").refused(404, "not_found")
    path, _, section = problem["type"].partition("#")
    assert (path, section) == ("/docs/errors", "not_found")
    sections = set(re.findall(r'<h2 id="(\w+)">', errors.text))
    assert sections >= set(RECORDER.openapi.document["x-error-codes"])
    assert errors.content != fetch(world, "/").content


@pytest.mark.parametrize("path", ["/docs", "/docs/errors", "/docs/protocol"])
def test_documents_stand_under_the_policy_of_the_page(world, path):
    answer = document(world, path)
    assert answer.headers["content-security-policy"] == fetch(world, "/").headers["content-security-policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|<[^>]*\s(?:style|on\w+)=", answer.text)
    for link in re.findall(r'(?:href|src)="(/[^"#]*)"', answer.text):
        assert fetch(world, link).status == 200, link


@pytest.mark.parametrize("path", ["/docs/", "/docs/nothing", "/docs/errors/x", "/docs/../docs", "/openapi.json"])
def test_there_are_no_other_documents(world, path):
    document(world, "/docs")
    assert fetch(world, path).status in (400, 404)
