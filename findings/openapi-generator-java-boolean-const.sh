#!/usr/bin/env bash
# openapi-generator-cli 7.26.0 (PyPI), generator java: a boolean constant becomes a class that does not compile.
#
# Valid input: an OpenAPI 3.1 document with a property `{type: boolean, const: true}`.
# One would expect: Java that compiles, as it does for a constant integer or string.
# What happens: the constant becomes an enum of Boolean whose value is written as a string: `TRUE("true")`. Generating
#   succeeds without a warning about it; javac refuses the class. (`enum: [true]` does the same.)
# Seen (2026-11-29, OpenJDK 17):
#   TRUE("true");
#   error: incompatible types: String cannot be converted to Boolean
# Needs: python3 with venv, a JDK. A minute, mostly downloads.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/tools"
"$work/tools/bin/pip" install -q --disable-pip-version-check openapi-generator-cli==7.26.0
cd "$work"

cat > api.yaml << 'YAML'
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /message:
    get:
      operationId: read
      responses:
        "200":
          description: A message.
          content: {application/json: {schema: {$ref: "#/components/schemas/Message"}}}
components:
  schemas:
    Message:
      type: object
      properties:
        kind: {type: string, const: text}
        version: {type: integer, format: int64, const: 1}
        recalled: {type: boolean, const: true}
YAML
tools/bin/openapi-generator-cli generate -i api.yaml -g java -o client > generated.log 2>&1

# The enum alone, as it was generated, so that no library is needed to compile it.
file=client/src/main/java/org/openapitools/client/model/Message.java
constant=$(grep -A 1 'public enum RecalledEnum' "$file" | tail -n 1 | tr -d ' ')
{
  echo 'enum Recalled {'
  echo "  $constant"
  echo '  private final Boolean value;'
  echo '  Recalled(Boolean value) { this.value = value; }'
  echo '}'
} > Recalled.java
said=$(javac Recalled.java 2>&1 || true)
printf '%s\n%s\n' "$constant" "$said"
[ "$constant" = 'TRUE("true");' ] && grep -q 'incompatible types: String cannot be converted to Boolean' <<< "$said" && exit 0
echo "CHANGED: this is not what was seen"
exit 1
