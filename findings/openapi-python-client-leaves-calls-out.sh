#!/usr/bin/env bash
# openapi-python-client 0.29.1 (PyPI): a condition in a schema takes the call away, and the exit code is 0.
#
# Valid input: OpenAPI 3.1, an object of which one of two fields must be there, as an array: `anyOf` of two branches with
#   `required` and the type of the field.
# One would expect: the call with its body, the condition not held; or a failure.
# What happens: the body's class cannot be made, the call is left out of the client, a warning says so, and the exit code is
#   0: a build goes on with a client without the call.
# What helps: `if` and `else` instead of `anyOf` (they are passed over), or --fail-on-warning.
# Seen (2026-11-29, Python 3.11):
#   anyOf: exit 0, calls: ping
#   if and else: exit 0, calls: ping push
# Needs: python3 with venv. Half a minute, mostly downloads.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/tools"
"$work/tools/bin/pip" install -q --disable-pip-version-check openapi-python-client==0.29.1 ruff==0.17.6
PATH="$work/tools/bin:$PATH"
cd "$work"

# made_of NAME CONDITION: the exit code, and the calls of the client.
made_of() {
  cat > "$1.yaml" << YAML
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /push:
    post:
      operationId: push
      requestBody: {required: true, content: {application/json: {schema: {\$ref: "#/components/schemas/Push"}}}}
      responses: {"204": {description: Pushed.}}
  /ping:
    get: {operationId: ping, responses: {"204": {description: Alive.}}}
components:
  schemas:
    Push:
      type: object
      properties:
        to:
          type: object
          properties:
            users: {type: array, items: {type: string}}
            groups: {type: array, items: {type: string}}
          $2
YAML
  local code=0 calls
  openapi-python-client generate --path "$1.yaml" --meta none --output-path "$1" > "$1.log" 2>&1 || code=$?
  calls=$(find "$1/api/default" -name '[a-z]*.py' -exec basename {} .py \; | sort | paste -s -d ' ')
  echo "exit $code, calls: $calls"
}

users='{required: [users], properties: {users: {type: array}}}'
groups='{required: [groups], properties: {groups: {type: array}}}'
seen="anyOf: $(made_of any "anyOf: [$users, $groups]")
if and else: $(made_of otherwise "if: $users
          else: $groups")"
echo "$seen"
[ "$seen" = 'anyOf: exit 0, calls: ping
if and else: exit 0, calls: ping push' ] && exit 0
echo "CHANGED: this is not what was seen"
exit 1
