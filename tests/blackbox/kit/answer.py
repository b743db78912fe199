"""One HTTP answer, and what every error must look like (RFC 9457 as the protocol narrows it)."""
import json
import re

RETRYABLE = {408, 429, 503}
CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


class Answer:
    def __init__(self, method, path, status, headers, content):
        self.method, self.path, self.status = method, path, status
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.content = content

    @property
    def media_type(self):
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    @property
    def text(self):
        return self.content.decode("utf-8", "replace")

    @property
    def json(self):
        return json.loads(self.content.decode("utf-8"))

    @property
    def code(self):
        return self.json.get("code")

    def ok(self, *statuses):
        """The body of an answer that had to succeed with one of these statuses (200 if none is named)."""
        assert self.status in (statuses or (200,)), self
        if self.status == 204:
            assert not self.content, f"a 204 has no body: {self}"
            return None
        assert self.media_type == "application/json", self
        return self.json

    def refused(self, status, *codes):
        """The problem of an answer that had to fail with this status and one of these codes."""
        assert self.status == status, f"expected {status} {' or '.join(codes)}, got {self}"
        problem = check_problem(self)
        assert not codes or problem["code"] in codes, f"expected code {' or '.join(codes)}, got {self}"
        return problem

    def refused_with_any(self, *statuses):
        """For the few refusals whose status the protocol leaves open."""
        assert self.status in statuses, f"expected one of {statuses}, got {self}"
        return check_problem(self)

    def __repr__(self):
        return f"{self.method} {self.path} -> {self.status} {self.text[:500]}"


def check_problem(answer):
    assert answer.media_type == "application/problem+json", answer
    problem = answer.json
    assert isinstance(problem, dict), answer
    for name in ("type", "title", "code", "detail", "traceId"):
        assert isinstance(problem.get(name), str), f"`{name}` must be a string: {answer}"
    for name in ("type", "title", "code", "traceId"):
        assert problem[name], f"`{name}` is empty: {answer}"
    assert CODE.fullmatch(problem["code"]), f"`code` must be snake_case: {answer}"
    assert problem.get("status") == answer.status, answer
    assert isinstance(problem.get("retryable"), bool), answer
    check_retryable(answer, problem)
    check_fields(answer, problem)
    if answer.status == 405:
        assert answer.headers.get("allow"), f"405 needs Allow: {answer}"
    return problem


def check_retryable(answer, problem):
    if answer.status in (429, 503):
        assert problem["retryable"], f"{answer.status} is retryable: {answer}"
    elif answer.status not in RETRYABLE and answer.status < 500:
        assert not problem["retryable"], f"{answer.status} is not retryable: {answer}"
    if answer.status == 429:
        assert int(answer.headers.get("retry-after", "missing")) >= 0, answer


def check_fields(answer, problem):
    if answer.status != 422:
        return
    fields = problem.get("fields")
    assert isinstance(fields, dict) and fields, f"422 must name its fields: {answer}"
    for name, reason in fields.items():
        assert name and isinstance(reason, str) and reason, answer
