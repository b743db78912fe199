#!/usr/bin/env bash
# openapi-generator-cli 7.26.0 (PyPI), generator go: a union told apart by an integer cannot be read, with a discriminator
# and a constant in each part.
#
# Valid input: OpenAPI 3.1, `oneOf` of two objects with the same fields; `type` is the constant 1 in one and 2 in the
#   other, and the discriminator maps "1" and "2" to them. The answer is {"type":2,"text":"hello"}, which fits one part.
# One would expect: the second part. What tells them apart is said twice.
# What happens: the discriminator is left out with a warning ("set it to string"), and the constants are not looked at: both
#   parts are tried, both fit, and every answer there can be is an error.
# What helps: each constant as a schema of its own that is referred to (`type: {$ref: …}`): those are looked at.
# Seen (2026-11-29, go1.26.8; go1.19.8 the same):
#   constants inside: data matches more than one schema in oneOf(Event)
#   constants by name: Answered
# Needs: python3 with venv, a Java runtime, Go. A minute, mostly downloads.
set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
python3 -m venv "$work/tools"
"$work/tools/bin/pip" install -q --disable-pip-version-check openapi-generator-cli==7.26.0
cd "$work"

# document TYPE_OF_ASKED TYPE_OF_ANSWERED
document() {
  cat << YAML
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /event:
    get:
      operationId: read
      responses:
        "200":
          description: What happened.
          content: {application/json: {schema: {\$ref: "#/components/schemas/Event"}}}
components:
  schemas:
    Event:
      oneOf: [{\$ref: "#/components/schemas/Asked"}, {\$ref: "#/components/schemas/Answered"}]
      discriminator:
        propertyName: type
        mapping: {"1": "#/components/schemas/Asked", "2": "#/components/schemas/Answered"}
    Asked:
      type: object
      required: [type, text]
      properties: {type: $1, text: {type: string}}
    Answered:
      type: object
      required: [type, text]
      properties: {type: $2, text: {type: string}}
    One: {type: integer, const: 1}
    Two: {type: integer, const: 2}
YAML
}

# read_with FOLDER: what the generated client makes of the answer.
read_with() {
  tools/bin/openapi-generator-cli generate -i "$1.yaml" -g go -o "$1" \
    --git-host example.com --git-user-id us --git-repo-id client > "$1.log" 2>&1
  mkdir "$1/program"
  cat > "$1/program/main.go" << 'GO'
package main

import (
	"encoding/json"
	"fmt"

	api "example.com/us/client"
)

func main() {
	var event api.Event
	if err := json.Unmarshal([]byte(`{"type":2,"text":"hello"}`), &event); err != nil {
		fmt.Println(err)
	} else if event.Answered != nil {
		fmt.Println("Answered")
	} else {
		fmt.Println("Asked")
	}
}
GO
  (cd "$1" && GOFLAGS=-mod=mod GOMODCACHE="$work/modules" go run ./program 2> build.log) || cat "$1/build.log"
}

document '{type: integer, const: 1}' '{type: integer, const: 2}' > inside.yaml
# shellcheck disable=SC2016
document '{$ref: "#/components/schemas/One"}' '{$ref: "#/components/schemas/Two"}' > named.yaml
seen="constants inside: $(read_with inside)
constants by name: $(read_with named)"
echo "$seen"
[ "$seen" = 'constants inside: data matches more than one schema in oneOf(Event)
constants by name: Answered' ] && exit 0
echo "CHANGED: this is not what was seen"
exit 1
