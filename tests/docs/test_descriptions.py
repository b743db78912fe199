"""docs/openapi.yaml and docs/asyncapi.yaml as strangers' tools need them: what generators make programs of, and what fuzzing
tools send, is in there and cannot be misunderstood."""
import re

import pytest
from jsonschema import Draft202012Validator, RefResolver

import walk

OPENAPI = walk.load("openapi.yaml")
BOTH = {"openapi.yaml": OPENAPI, "asyncapi.yaml": walk.load("asyncapi.yaml")}
METHODS = ("get", "put", "post", "delete", "patch")
TAGS = ["Accounts", "Friends", "Groups", "Messages", "Inbox", "Push", "Admin", "Operations"]

CALLS = {call["operationId"]: call for path in OPENAPI["paths"].values() for method, call in path.items()
         if method in METHODS}


@pytest.fixture(params=sorted(BOTH))
def schemas(request):
    found = dict(walk.entries(BOTH[request.param]))
    assert len(found) > 100
    return found


def test_every_integer_says_that_it_has_64_bits(schemas):
    """Generators for Go and Java take 32 bits otherwise, and cut times."""
    assert [place for place, schema in schemas.items()
            if "integer" in walk.kinds(schema) and schema.get("format") != "int64"] == []


def test_every_number_says_its_precision(schemas):
    assert [place for place, schema in schemas.items()
            if walk.kinds(schema) == ["number"] and schema.get("format") != "double"] == []


def test_a_type_stands_beside_every_const_and_enum(schemas):
    assert [place for place, schema in schemas.items()
            if ("const" in schema or "enum" in schema) and "type" not in schema] == []


def test_no_boolean_constant_is_a_property(schemas):
    """openapi-generator makes Java of it that does not compile. Under if and then generators pass it over."""
    assert [f"{place}.{name}" for place, schema in schemas.items() if "/" not in place
            for name, inner in schema.get("properties", {}).items()
            if isinstance(inner, dict) and isinstance(inner.get("const"), bool)] == []


def test_nothing_stands_beside_a_reference(schemas):
    """JSON Schema allows it, generators pass over one or the other."""
    assert [place for place, schema in schemas.items() if "$ref" in schema and len(schema) > 1] == []


def test_no_schema_is_named_as_a_constructor():
    """Of Account, Go makes a function NewAccount."""
    names = set(OPENAPI["components"]["schemas"])
    assert [name for name in sorted(names) if f"New{name}" in names] == []


def test_every_call_has_one_tag_by_subject():
    assert [tag["name"] for tag in OPENAPI["tags"]] == TAGS
    assert {name: call["tags"] for name, call in CALLS.items()
            if len(call["tags"]) != 1 or call["tags"][0] not in TAGS} == {}
    assert {call["tags"][0] for call in CALLS.values()} == set(TAGS)


def test_the_first_server_is_the_one_that_shows_the_document():
    assert OPENAPI["servers"][0]["url"] == "/"


def test_error_pages_are_linked():
    assert OPENAPI["externalDocs"]["url"] == "/docs/errors"


def responses():
    """(status, response) of every answer of every call, and of those that belong to none."""
    named = OPENAPI["components"]["responses"]
    for call in CALLS.values():
        for status, response in call["responses"].items():
            name = response.get("$ref", "").rpartition("/")[2]
            yield status, named[name] if name else response


def test_every_error_says_which_codes_it_may_have():
    """Beside the schema, not in it: one class for all errors is what generators should make."""
    codes = OPENAPI["x-error-codes"]
    problems = [(status, response) for status, response in responses()
                if "application/problem+json" in response.get("content", {})]
    assert len(problems) > 100
    for status, response in problems:
        assert response["x-codes"], response
        schema = response["content"]["application/problem+json"]["schema"]
        assert schema["$ref"].rpartition("/")[2] in ("Problem", "FieldsProblem")
        for code in response["x-codes"]:
            assert int(status) in {known["status"] for known in codes[code]}, (code, response)


def test_the_codes_are_the_same_everywhere():
    assert sorted(OPENAPI["components"]["schemas"]["ErrorCode"]["enum"]) == sorted(OPENAPI["x-error-codes"])


def parameters(call):
    for parameter in call.get("parameters", []):
        name = parameter.get("$ref", "").rpartition("/")[2]
        yield OPENAPI["components"]["parameters"][name] if name else parameter


def test_a_limit_out_of_range_is_taken():
    limits = [parameter for call in CALLS.values() for parameter in parameters(call) if parameter["name"] == "limit"]
    assert len(limits) > 10
    for limit in limits:
        assert not {"minimum", "maximum"} & set(limit["schema"]), limit
        assert "cut to the range" in limit["description"]


def bodies():
    for name, call in CALLS.items():
        for media in call.get("requestBody", {}).get("content", {}).values():
            yield name, media


def of_requests():
    """The schemas of request bodies, those that they refer to included."""
    named, seen, waiting = OPENAPI["components"]["schemas"], {}, [media["schema"] for _, media in bodies()]
    while waiting:
        schema = waiting.pop()
        name = schema.get("$ref", "").rpartition("/")[2]
        if not name or name in seen:
            continue
        seen[name] = dict(walk.inside(named[name], name))
        waiting += seen[name].values()
    return {place: schema for found in seen.values() for place, schema in found.items()}


def test_texts_of_requests_are_described_without_nul():
    texts = {place: schema.get("pattern", "") for place, schema in of_requests().items()
             if "string" in walk.kinds(schema) and "maxLength" in schema}
    assert len(texts) > 10
    assert [place for place, pattern in texts.items() if re.search(pattern, "a\0b") or not re.search(pattern, "a b")] == []


def test_texts_in_queries_are_described_without_nul():
    texts = [parameter for call in CALLS.values() for parameter in parameters(call)
             if parameter["in"] == "query" and parameter["schema"].get("type") == "string" and parameter["name"] != "token"]
    assert len(texts) > 10
    assert [text for text in texts if not {"pattern", "enum"} & set(text["schema"])] == []


def may_be_null(schema):
    if "$ref" in schema:
        return may_be_null(OPENAPI["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    return "null" in walk.kinds(schema) or any(map(may_be_null, schema.get("anyOf", [])))


def test_what_may_be_left_out_of_a_request_may_be_null():
    assert [f"{place}.{name}" for place, schema in of_requests().items() if "/" not in place
            for name, inner in schema.get("properties", {}).items()
            if name not in schema.get("required", []) and not may_be_null(inner)] == []


def media_types(node):
    """Every body that is described, of requests and answers."""
    if isinstance(node, list):
        for inner in node:
            yield from media_types(inner)
    elif isinstance(node, dict):
        yield from node.get("content", {}).values()
        for inner in node.values():
            yield from media_types(inner)


def test_examples_are_as_their_schemas_say():
    wrong, seen = [], 0
    for media in media_types(OPENAPI):
        validator = Draft202012Validator(media["schema"], resolver=RefResolver("", OPENAPI))
        examples = [media["example"]] if "example" in media else []
        for example in examples + [one["value"] for one in media.get("examples", {}).values()]:
            seen += 1
            wrong += [f"{error.message[:200]} in {str(example)[:200]}" for error in validator.iter_errors(example)]
    assert seen > 100
    assert wrong == []


def test_unions_name_what_tells_them_apart():
    """A discriminator, and a constant with a name for it in each. Where the constant is no string it is anyOf, and the parts exclude
    each other all the same: openapi-typescript makes strings of the values of a discriminator beside oneOf."""
    named = OPENAPI["components"]["schemas"]
    for union, word in (("Frame", "anyOf"), ("Message", "anyOf"), ("Conversation", "oneOf")):
        parts = [part["$ref"] for part in named[union][word]]
        discriminator = named[union]["discriminator"]
        assert sorted(discriminator["mapping"].values()) == sorted(parts)
        for value, part in discriminator["mapping"].items():
            kind = named[part.rpartition("/")[2]]["properties"][discriminator["propertyName"]]
            constant = named[kind["$ref"].rpartition("/")[2]] if "$ref" in kind else kind
            assert str(constant["const"]) == value
            assert "$ref" in kind or constant["type"] == "string"


def test_examples_do_no_harm():
    """Fuzzing tools send them as they stand: nobody is logged out, renamed or written to who did not ask for it."""
    examples = [example for _, media in bodies()
                for example in [media.get("example"), *(e["value"] for e in media.get("examples", {}).values())] if example]
    assert len(examples) > 10
    assert [example for example in examples if "all" in example.get("to", {})] == []
    passwords = {example["password"] for example in examples if "password" in example}
    assert [example for example in examples if example.get("old") in passwords] == []
    assert [name for name, call in CALLS.items() for parameter in parameters(call)
            if parameter["in"] == "path" and parameter.get("example") in ("me", "current")] == []


def test_what_both_describe_is_the_same_word_for_word():
    one, other = (BOTH[name]["components"]["schemas"] for name in sorted(BOTH))
    shared = set(one) & set(other)
    assert len(shared) > 15
    assert [name for name in sorted(shared) if one[name] != other[name]] == []
