"""Every schema in docs/openapi.yaml and docs/asyncapi.yaml, with its place."""
import os

import yaml

DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs")
ONE = ("items", "additionalProperties", "if", "then", "else", "not")
LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")


class OneOfEach(yaml.SafeLoader):
    """Refuses a key that stands twice in one mapping; YAML takes the last without a word."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = {str(key) for key in keys if keys.count(key) > 1}
        assert not twice, f"{sorted(twice)} twice, line {node.start_mark.line + 1}"
        return super().construct_mapping(node, deep)


def load(name):
    with open(os.path.join(DOCS, name), encoding="utf-8") as file:
        return yaml.load(file, OneOfEach)


def inside(schema, place):
    """A schema and all that it is made of."""
    if not isinstance(schema, dict):
        return
    yield place, schema
    for name, inner in schema.get("properties", {}).items():
        yield from inside(inner, f"{place}.{name}")
    for word in ONE:
        yield from inside(schema.get(word), f"{place}/{word}")
    for word in LISTS:
        for number, inner in enumerate(schema.get(word, [])):
            yield from inside(inner, f"{place}/{word}/{number}")


def entries(node, place=""):
    """Where a schema begins: below `schema` and `payload`, and the named ones."""
    if isinstance(node, list):
        for number, inner in enumerate(node):
            yield from entries(inner, f"{place}/{number}")
    if not isinstance(node, dict):
        return
    for name, inner in node.items():
        if name in ("example", "examples"):
            continue
        if name in ("schema", "payload"):
            yield from inside(inner, f"{place}/{name}")
        elif name == "schemas":
            for own, schema in inner.items():
                yield from inside(schema, own)
        elif name == "bindings":
            for way in ("query", "headers"):
                yield from inside(inner.get("ws", {}).get(way), f"{place}/{way}")
        else:
            yield from entries(inner, f"{place}/{name}")


def kinds(schema):
    """The types that a schema names."""
    named = schema.get("type", [])
    return named if isinstance(named, list) else [named]
