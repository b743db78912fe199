#!/usr/bin/env bash
# openapi-typescript 7.13.0 (npm): a discriminator turns a constant integer into a string.
#
# Valid input: OpenAPI 3.1, `oneOf` with a discriminator over `type`, which is the constant integer 1 or 2 in the parts.
#   (Names in a mapping are strings, as all names in JSON are; the values stay integers.)
# One would expect: `type: 1`, as without the discriminator.
# What happens: `type: "1"`: the schema of the property is replaced by an enum of the mapping's names. Programs that look at
#   what the server really sends do not compile, and those that compile never match.
# What helps: the same beside `anyOf`, which is left as it is.
# Seen (2026-11-29, Node.js 20):
#   without a discriminator: 1 and 2
#   with it, oneOf: "1" and "2"
#   with it, anyOf: 1 and 2
# Needs: Node.js with npm. Half a minute, mostly downloads.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --prefix tools openapi-typescript@7.13.0 typescript@5.9.3 > npm.log 2>&1

# types_in WORD DISCRIMINATOR: what `type` is in the two parts.
types_in() {
  cat > api.yaml << YAML
openapi: 3.1.0
info: {title: t, version: "1"}
paths: {}
components:
  schemas:
    Event:
      $1: [{\$ref: "#/components/schemas/Asked"}, {\$ref: "#/components/schemas/Answered"}]
      $2
    Asked:
      type: object
      required: [type]
      properties: {type: {type: integer, const: 1}}
    Answered:
      type: object
      required: [type]
      properties: {type: {type: integer, const: 2}}
YAML
  tools/node_modules/.bin/openapi-typescript api.yaml -o api.ts > openapi-typescript.log 2>&1
  sed -n 's/^ *type: \(.*\);$/\1/p' api.ts | paste -s -d '&' | sed 's/&/ and /'
}

mapping='discriminator: {propertyName: type, mapping: {"1": "#/components/schemas/Asked", "2": "#/components/schemas/Answered"}}'
seen="without a discriminator: $(types_in oneOf 'description: no discriminator')
with it, oneOf: $(types_in oneOf "$mapping")
with it, anyOf: $(types_in anyOf "$mapping")"
echo "$seen"
[ "$seen" = 'without a discriminator: 1 and 2
with it, oneOf: "1" and "2"
with it, anyOf: 1 and 2' ] && exit 0
echo "CHANGED: this is not what was seen"
exit 1
