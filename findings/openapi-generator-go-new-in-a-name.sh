#!/usr/bin/env bash
# openapi-generator-cli 7.26.0 (PyPI), generator go: schemas named Account and NewAccount make a client that does not compile.
#
# Valid input: OpenAPI 3.1 with two object schemas, Account and NewAccount: what is there, and what is sent to make one.
# One would expect: a client that compiles, or a warning. Other clashes of names are seen and solved by the generator.
# What happens: the constructor of Account is the function NewAccount, the other schema the type NewAccount. Generating
#   ends with 0.
# What helps: another name.
# Seen (2026-11-29, go1.26.8):
#   NewAccount redeclared in this block
# Needs: python3 with venv, a Java runtime, Go. Half a minute, mostly downloads.
set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
python3 -m venv "$work/tools"
"$work/tools/bin/pip" install -q --disable-pip-version-check openapi-generator-cli==7.26.0
cd "$work"

cat > api.yaml << 'YAML'
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /accounts:
    post:
      operationId: makeAccount
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/NewAccount"}}}}
      responses:
        "201": {description: Made., content: {application/json: {schema: {$ref: "#/components/schemas/Account"}}}}
components:
  schemas:
    NewAccount:
      type: object
      required: [name]
      properties: {name: {type: string}}
    Account:
      type: object
      required: [id, name]
      properties: {id: {type: string}, name: {type: string}}
YAML
tools/bin/openapi-generator-cli generate -i api.yaml -g go -o client > generated.log 2>&1
cd client
seen=$(GOFLAGS=-mod=mod GOMODCACHE="$work/modules" go build ./... 2>&1 | sed -n 's/.*\(NewAccount redeclared in this block\).*/\1/p' | head -n 1 || true)
echo "$seen"
[ "$seen" = 'NewAccount redeclared in this block' ] && exit 0
echo "CHANGED: this is not what was seen"
exit 1
