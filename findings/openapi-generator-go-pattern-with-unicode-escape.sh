#!/usr/bin/env bash
# openapi-generator-cli 7.26.0 (PyPI), generator go: a pattern with \u0000 makes every value of a union unreadable.
#
# Valid input: OpenAPI 3.1, a part of a `oneOf` with a text of the pattern ^[^\u0000]*$ (ECMA-262, as JSON Schema has it:
#   "no NUL"), and the JSON {"text":"hello"} that fits.
# One would expect: the part, or a generator that says what it cannot translate.
# What happens: the pattern is copied into the program. Go's regular expressions do not know \u, the check fails for every
#   text, and the client says that the data fits nothing. Generating and compiling succeed.
# What helps: the same character as \x00, which both know.
# Seen (2026-11-29, go1.26.8):
#   \x00: hello
#   \u0000: data failed to match schemas in oneOf(Event)
# Needs: python3 with venv, a Java runtime, Go. A minute, mostly downloads.
set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
python3 -m venv "$work/tools"
"$work/tools/bin/pip" install -q --disable-pip-version-check openapi-generator-cli==7.26.0
cd "$work"

# read_with FOLDER NUL: what a client says that was made with NUL as the pattern's character.
read_with() {
  cat > "$1.yaml" << YAML
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
      oneOf: [{\$ref: "#/components/schemas/Written"}, {\$ref: "#/components/schemas/Left"}]
    Written:
      type: object
      additionalProperties: false
      required: [text]
      properties: {text: {type: string, pattern: '^[^$2]*$'}}
    Left:
      type: object
      additionalProperties: false
      required: [who]
      properties: {who: {type: string}}
YAML
  tools/bin/openapi-generator-cli generate -i "$1.yaml" -g go -o "$1" \
    --git-host example.com --git-user-id us --git-repo-id client > "$1.log" 2>&1
  mkdir "$1/program"
  cat > "$1/program/main.go" << 'GO'
package main

import (
	"encoding/json"
	"fmt"
	"strings"

	api "example.com/us/client"
)

func main() {
	var event api.Event
	if err := json.Unmarshal([]byte(`{"text":"hello"}`), &event); err != nil {
		said, _, _ := strings.Cut(err.Error(), ": ")
		fmt.Println(said)
	} else {
		fmt.Println(event.Written.Text)
	}
}
GO
  (cd "$1" && GOFLAGS=-mod=mod GOMODCACHE="$work/modules" go run ./program 2> build.log) || cat "$1/build.log"
}

seen="\\x00: $(read_with plain '\x00')
\\u0000: $(read_with escape '\u0000')"
echo "$seen"
[ "$seen" = '\x00: hello
\u0000: data failed to match schemas in oneOf(Event)' ] && exit 0
echo "CHANGED: this is not what was seen"
exit 1
