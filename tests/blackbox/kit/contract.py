"""docs/openapi.yaml and docs/asyncapi.yaml as judges of what the running server says."""
import functools
import os
import re
from urllib.parse import unquote, urlparse

import yaml
from jsonschema import Draft202012Validator, RefResolver

DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "docs")
METHODS = ("get", "put", "post", "delete", "patch", "head", "options")


def _load(name):
    path = os.path.join(DOCS, name)
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return yaml.load(file, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def load_openapi():
    document = _load("openapi.yaml")
    return OpenApi(document) if document else None


def load_asyncapi():
    document = _load("asyncapi.yaml")
    return AsyncApi(document) if document else None


def resolve(document, node):
    """Follows $ref inside one document."""
    while isinstance(node, dict) and "$ref" in node:
        path, node = node["$ref"], document
        assert path.startswith("#/"), f"a reference outside its document: {path}"
        for part in path[2:].split("/"):
            node = node[unquote(part).replace("~1", "/").replace("~0", "~")]
    return node


def complaints(document, schema, value):
    validator = Draft202012Validator(schema, resolver=RefResolver("", document))
    return [f"{'/'.join(map(str, error.absolute_path)) or '(root)'}: {error.message[:300]}"
            for error in validator.iter_errors(value)]


class Operation:
    def __init__(self, method, template, definition, tested):
        self.method, self.template, self.definition, self.tested = method, template, definition, tested
        self.pattern = re.compile(re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(template)))
        self.shape = re.sub(r"\{[^/]+?\}", "{}", template)

    @property
    def responses(self):
        return {str(status): response for status, response in self.definition.get("responses", {}).items()}


class OpenApi:
    def __init__(self, document):
        self.document = document
        found = [operation for path, item in document["paths"].items() for operation in self._operations(path, item)]
        self.operations = sorted(found, key=lambda operation: operation.template.count("{"))

    def _operations(self, path, item):
        item = resolve(self.document, item)
        servers = item.get("servers") or self.document.get("servers") or []
        prefix = urlparse(servers[0]["url"]).path.rstrip("/") if servers else ""
        for method in METHODS:
            if method in item:
                tested = item.get("x-tested", True) and item[method].get("x-tested", True)
                yield Operation(method.upper(), prefix + path, item[method], tested)

    @functools.lru_cache(maxsize=10000)
    def find(self, method, path):
        bare = path.split("?")[0]
        matching = [operation for operation in self.operations if operation.pattern.fullmatch(bare)]
        if not matching:
            return None
        best = matching[0].template
        return next((o for o in matching if o.template == best and o.method == method),
                    next((o for o in matching if o.method == method), None))

    def status_key(self, operation, answer):
        return str(answer.status) if str(answer.status) in operation.responses else "default"

    def check(self, operation, answer):
        if operation is None:
            assert answer.status in (404, 405) or not answer.path.startswith("/v1/"), f"not in openapi.yaml: {answer}"
            return
        response = operation.responses.get(self.status_key(operation, answer))
        assert response is not None, f"openapi.yaml knows no {answer.status} for {operation.template}: {answer}"
        content = resolve(self.document, response).get("content")
        if not content:
            assert not answer.content, f"openapi.yaml says that this has no body: {answer}"
            return
        assert answer.media_type in content, f"openapi.yaml has no {answer.media_type} here: {answer}"
        schema = content[answer.media_type].get("schema")
        if schema and answer.media_type.endswith("json"):
            wrong = complaints(self.document, schema, answer.json)
            assert not wrong, f"{answer} is not as openapi.yaml says: {wrong}"
        if answer.media_type == "application/problem+json":
            self._check_problem(resolve(self.document, response), answer)

    def _check_problem(self, response, answer):
        """What a schema for all errors cannot say: which codes this answer may have, and what a code goes with."""
        problem = answer.json
        assert problem["code"] in response["x-codes"], f"{answer} has a code that openapi.yaml has not here"
        known = self.document["x-error-codes"][problem["code"]]
        said = {name: problem[name] for name in ("status", "retryable", "title")}
        assert answer.status == problem["status"] and said in known, f"{answer} is not as x-error-codes says: {known}"

    def undelivered(self, answers):
        """What is documented as tested and was never seen."""
        missing = []
        for operation in self.operations:
            if not operation.tested:
                continue
            for status, response in operation.responses.items():
                tested = response.get("x-tested", True) and resolve(self.document, response).get("x-tested", True)
                if tested and status != "default" and (operation.method, operation.template, status) not in answers:
                    missing.append(f"{operation.method} {operation.template} {status}")
        return missing


class AsyncApi:
    """Frames by who sends them: `send` is the server's, `receive` a client's, as AsyncAPI 3 says it."""

    def __init__(self, document):
        self.document, self.schemas, self.untested = document, {"send": {}, "receive": {}}, set()
        for operation in document["operations"].values():
            for message in operation.get("messages", []):
                message = resolve(document, message)
                for number in self._types(message["payload"]):
                    self.schemas[operation["action"]].setdefault(number, []).append(message["payload"])
                    if not message.get("x-tested", True):
                        self.untested.add((operation["action"], number))

    def _types(self, schema):
        """The frame types that a payload schema stands for."""
        schema = resolve(self.document, schema)
        kind = resolve(self.document, schema.get("properties", {}).get("type", {}))
        own = set(kind["enum"]) if "enum" in kind else {kind["const"]} if "const" in kind else set()
        either = set().union(*(self._types(inner) for part in ("oneOf", "anyOf") for inner in schema.get(part, [])))
        every = [named for named in (own, either, *map(self._types, schema.get("allOf", []))) if named]
        return set.intersection(*every) if every else set()

    def check(self, frame):
        schemas = self.schemas["send"].get(frame.get("type"))
        assert schemas, f"asyncapi.yaml knows no type {frame.get('type')}: {frame}"
        tries = [complaints(self.document, schema, frame) for schema in schemas]
        assert any(not wrong for wrong in tries), f"{frame} is not as asyncapi.yaml says: {tries}"

    def undelivered(self, frames):
        documented = {(action, number) for action, numbers in self.schemas.items() for number in numbers}
        return sorted(documented - self.untested - frames)
