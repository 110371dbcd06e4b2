# Shared by the scripts in this folder: `source "$(dirname "$0")/lib.sh"`. Leaves the shell in the repository's root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ -t 1 ]]; then bold=$'\e[1m'; dim=$'\e[2m'; reset=$'\e[0m'; else bold=; dim=; reset=; fi
say() { printf '%s==>%s %s\n' "$bold" "$reset" "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# Only where we are not root already; a container seldom has sudo and seldom needs it.
as_root() { if [[ $(id -u) -eq 0 ]]; then "$@"; elif have sudo; then sudo "$@"; else return 127; fi; }

# A Python that has pip: version managers and virtual environments sometimes put one without it first.
python_with_pip() {
  local candidate
  for candidate in python3 /usr/bin/python3; do
    if have "$candidate" && "$candidate" -m pip --version >/dev/null 2>&1; then echo "$candidate"; return; fi
  done
  die "no python3 with pip found: install python3-pip"
}

# The release binary is built only if a source is newer than the start of its last build.
binary=.build/release/chronotope
built=.build/release-built
release_is_current() {
  [[ -x $binary && -f $built ]] && [[ -z $(find Package.swift Sources -newer $built -print -quit) ]]
}
build_release() {
  if release_is_current; then return; fi
  say "building chronotope (release; the first time takes some minutes)"
  mkdir -p .build
  touch $built.started
  swift build -c release -Xswiftc -cross-module-optimization --product chronotope
  mv $built.started $built
}

# Ids of the collections in a data directory, one per line.
published_in() {
  if [[ -d $1 ]]; then "$binary" list --data "$1" | awk '{print $1}'; fi
}
