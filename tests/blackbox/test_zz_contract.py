"""Runs last: nothing undocumented was seen (each answer was checked as it came), and nothing documented was missing."""
import pytest

from kit.recorder import RECORDER

NOT_ON_DEMAND = {"internal", "unavailable", "request_timeout", "too_many_connections"}


@pytest.fixture(autouse=True)
def only_after_everything(whole_suite):
    if not whole_suite:
        pytest.skip("only the whole suite, against a server of its own, has seen everything")


def test_every_documented_answer_was_seen():
    if RECORDER.openapi is None:
        pytest.skip("docs/openapi.yaml is not there yet")
    assert RECORDER.openapi.undelivered(RECORDER.answers) == []


def test_every_documented_frame_was_seen():
    if RECORDER.asyncapi is None:
        pytest.skip("docs/asyncapi.yaml is not there yet")
    assert RECORDER.asyncapi.undelivered(RECORDER.frames) == []


def test_every_frame_type_of_the_protocol_was_seen():
    of_the_protocol = {101, 102, *range(200, 211), *range(301, 305)}
    assert sorted(of_the_protocol - {number for _, number in RECORDER.frames}) == []


def test_every_documented_code_was_seen():
    if RECORDER.openapi is None:
        pytest.skip("docs/openapi.yaml is not there yet")
    documented = set(RECORDER.openapi.document.get("x-error-codes", {}))
    assert sorted(documented - RECORDER.codes - NOT_ON_DEMAND) == []
    assert sorted(RECORDER.codes - documented) == []
