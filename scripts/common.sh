# shellcheck shell=bash
# What ./run and ./test share. Sourced.
: "${root:?the directory of the clone}"

say() { printf '\033[1m%s\033[0m\n' "$*"; }
die() { printf 'godwit: %s\n' "$*" >&2; exit 1; }

# The packages of a list file that are not installed, one a line.
missing_packages() {
  local name
  while read -r name; do
    case "$name" in '' | '#'*) continue ;; esac
    dpkg-query -W -f '${db:Status-Abbrev}' "$name" 2>/dev/null | grep -q '^ii' || echo "$name"
  done < "$1"
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# apt-get, quiet; its words only when it fails.
apt_quietly() {
  local log
  log=$(mktemp)
  if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 "$@" > "$log" 2>&1; then
    tail -n 15 "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}

# install_packages FILE...: installs what is missing of the lists; does nothing, and asks for nothing, where nothing is.
install_packages() {
  local missing=() list
  command -v dpkg-query > /dev/null || die "this is not a Debian; install what scripts/packages-*.txt list, then build with: cmake --preset release"
  for list in "$@"; do
    mapfile -t -O "${#missing[@]}" missing < <(missing_packages "$list")
  done
  [ "${#missing[@]}" -eq 0 ] && return
  say "Installing ${#missing[@]} packages: ${missing[*]}"
  if [ "$(id -u)" -ne 0 ] && ! command -v sudo > /dev/null; then
    die "installing needs root or sudo; have an administrator run: apt-get install ${missing[*]}"
  fi
  if ! apt_quietly install --no-install-recommends "${missing[@]}" 2> /dev/null; then
    apt_quietly update || die "apt-get update failed (above): is there a network, and are the sources in /etc/apt right?"
    apt_quietly install --no-install-recommends "${missing[@]}" ||
      die "apt-get could not install the packages (above). godwit is built on Debian 12 (bookworm) with its updates: clang-19 comes from there"
  fi
}

# As many compilers at once as there are cores, and a GB of memory for each.
build_jobs() {
  local cores gigabytes
  cores=$(nproc)
  gigabytes=$(awk '/^MemAvailable:/ {print int($2 / 1048576)}' /proc/meminfo)
  [ "${gigabytes:-1}" -lt 1 ] && gigabytes=1
  echo $((cores < gigabytes ? cores : gigabytes))
}

# build PRESET TARGET...: builds into build/PRESET; what changed only.
build() {
  local preset=$1 directory="$root/build/$1"
  shift
  if [ ! -f "$directory/build.ninja" ]; then
    (cd "$root" && cmake --preset "$preset" > "$root/build-$preset.log" 2>&1) || {
      tail -n 20 "$root/build-$preset.log" >&2
      rm -f "$root/build-$preset.log" "$directory/CMakeCache.txt"
      return 1
    }
    rm -f "$root/build-$preset.log"
  fi
  local quiet=(--quiet)
  [ -t 1 ] && quiet=()  # on a terminal one line shows how far it is
  NINJA_STATUS='[%f/%t, %e s] ' ninja -C "$directory" -j "$(build_jobs)" ${quiet[@]+"${quiet[@]}"} "$@"
}
