#!/usr/bin/env bash
# Boost.JSON 1.81.0 (Debian 12): a valid number beyond a double's range is taken without an error, and written back as no JSON.
#
# Valid input: the JSON text [1e400] (RFC 8259, 6: any exponent is grammatical; a parser may set limits on range and precision).
# One would expect: an error (error::exponent_overflow is among the library's errors), or what can be written and read again.
# What happens: parse() reports no error and makes an infinite double; serialize() writes it as Infinity, which is no JSON: the same
#   library does not read its own output. A service that stores or forwards what it parsed passes on what nobody can read.
# What helps: std::isfinite() on every double that was parsed, before it is kept.
# Seen (2026-11-29, clang 19.1.7):
#   parsed without error: yes
#   written: [Infinity]
#   read again: syntax error
# Needs: Debian 12's apt, clang++-19 or g++. Half a minute.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q libboost1.81-dev=1.81.0-5+deb12u1 libboost-json1.81-dev=1.81.0-5+deb12u1 > download.log 2>&1
for package in ./*.deb; do dpkg -x "$package" tree; done

cat > main.cpp << 'CPP'
#include <boost/json/src.hpp>
#include <iostream>
namespace json = boost::json;
int main() {
  json::error_code error;
  const auto value = json::parse("[1e400]", error);
  std::cout << "parsed without error: " << (error ? "no" : "yes") << '\n';
  if (error) return 0;
  const auto text = json::serialize(value);
  std::cout << "written: " << text << '\n';
  json::parse(text, error);
  std::cout << "read again: " << (error ? error.message() : "no error") << '\n';
}
CPP
"$(command -v clang++-19 || command -v g++)" -std=c++20 -Itree/usr/include main.cpp -o main
./main | tee seen
diff - seen > /dev/null << 'TEXT' && exit 0
parsed without error: yes
written: [Infinity]
read again: syntax error
TEXT
echo "CHANGED: this is not what was seen"
exit 1
