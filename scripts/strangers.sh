# shellcheck shell=bash
# The tools of others that ./test strangers runs: generators of clients, Go, a fuzzing tool. Sourced, after common.sh.
: "${root:?the directory of the clone}"

# What generated clients in Go ask for is 1.18 or newer; Debian's does.
ensure_go() {
  command -v go > /dev/null && return
  (install_packages "$root/scripts/packages-go.txt")
}

# ensure_strangers_tools: sets strangers_tools to a virtual environment with all of scripts/strangers.txt; made once.
ensure_strangers_tools() {
  local log="$root/build/strangers.log"
  strangers_tools="$root/build/tools/strangers-$(sha256sum < "$root/scripts/strangers.txt" | cut -c 1-12)"
  (install_packages "$root/scripts/packages-strangers.txt") && ensure_go || return 1
  [ -f "$strangers_tools/made" ] && return
  say "Fetching generators of clients and a fuzzing tool into build/tools"
  rm -rf "$strangers_tools"
  mkdir -p "$strangers_tools"
  if ! { /usr/bin/python3 -m venv "$strangers_tools" &&
    "$strangers_tools/bin/python" -m pip install --quiet --disable-pip-version-check --retries 2 --only-binary :all: \
      --requirement "$root/scripts/strangers.txt"
  } > "$log" 2>&1; then
    tail -n 5 "$log" >&2
    echo "godwit: the tools of scripts/strangers.txt could not be fetched from PyPI (above)" >&2
    return 1
  fi
  touch "$strangers_tools/made"
}
