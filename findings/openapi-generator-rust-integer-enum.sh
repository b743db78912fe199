#!/usr/bin/env bash
# openapi-generator-cli 7.26.0 (PyPI), generator rust: with `format: int64` an enum of integers is read and written as strings.
#
# Valid input: OpenAPI 3.1, a property `{type: integer, format: int64, enum: [101, 102]}`, and the JSON {"type":101}.
# One would expect: a client that reads 101 and sends 101, as it does without the format.
# What happens: it compiles, refuses 101, and sends "101". Without the format the enum has serde_repr's traits, with it
#   serde's, which are for names.
# Seen (2026-11-29, cargo 1.95.0):
#   without format: reads 101, writes {"type":101}
#   with int64: expected value at line 1 column 9; writes {"type":"101"}
# Needs: python3 with venv, a Java runtime, cargo. A minute or two, mostly downloads and serde.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/tools"
"$work/tools/bin/pip" install -q --disable-pip-version-check openapi-generator-cli==7.26.0
cd "$work"

# The generated model alone; the rest of the client only takes longer to compile.
mkdir -p program/src
cat > program/Cargo.toml << 'TOML'
[package]
name = "program"
version = "0.1.0"
edition = "2021"
[dependencies]
serde = { version = "=1.0.228", features = ["derive"] }
serde_json = "=1.0.145"
serde_repr = "=0.1.20"
TOML
cat > program/src/main.rs << 'RUST'
mod models;
fn main() {
    match serde_json::from_str::<models::Message>(r#"{"type":101}"#) {
        Ok(_) => print!("reads 101, "),
        Err(error) => print!("{error}; "),
    }
    println!("writes {}", serde_json::to_string(&models::Message::new(models::Type::Variant101)).unwrap());
}
RUST

# read_with FORMAT: what the program with the generated model says.
read_with() {
  cat > api.yaml << YAML
openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /messages:
    post:
      operationId: send
      requestBody: {required: true, content: {application/json: {schema: {\$ref: "#/components/schemas/Message"}}}}
      responses: {"204": {description: Sent.}}
components:
  schemas:
    Message:
      type: object
      required: [type]
      properties:
        type: {type: integer, ${1}enum: [101, 102]}
YAML
  rm -rf client
  tools/bin/openapi-generator-cli generate -i api.yaml -g rust -o client > generated.log 2>&1
  cp client/src/models/message.rs program/src/models.rs
  (cd program && cargo run -q 2> build.log) || cat program/build.log
}

seen="without format: $(read_with '')
with int64: $(read_with 'format: int64, ')"
echo "$seen"
# shellcheck disable=SC2016
[ "$seen" = 'without format: reads 101, writes {"type":101}
with int64: expected value at line 1 column 9; writes {"type":"101"}' ] && exit 0
echo "CHANGED: this is not what was seen"
exit 1
