#!/usr/bin/env bash
# Installs what is missing on this machine: Debian packages and the browser libraries of the map page.
# usage: scripts/setup.sh [--test]     (--test: also what the tests need)
# Says nothing and takes a moment when all is there already.
source "$(dirname "$0")/lib.sh"

wanted_packages() {
  local leave_out='^#|\[test\]'
  if [[ ${1:-} == --test ]]; then leave_out='^#'; fi
  grep -vE "$leave_out" scripts/packages.txt | awk '{print $1}'
}

missing_packages() {
  local installed
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' 2>/dev/null | awk '$2 == "installed" {print $1}')
  comm -23 <(wanted_packages "${1:-}" | sort -u) <(sort -u <<<"$installed")
}

install_packages() {
  local missing
  if ! have dpkg-query || ! have apt-get; then
    say "this is not Debian or Ubuntu: please install what corresponds to scripts/packages.txt yourself"
    return
  fi
  mapfile -t missing < <(missing_packages "${1:-}")
  if [[ ${#missing[@]} -eq 0 ]]; then return; fi
  say "installing ${missing[*]}"
  local command=(apt-get install --yes --no-install-recommends "${missing[@]}")
  as_root apt-get update -qq || die "cannot run apt-get as root; please run: apt-get update && ${command[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive "${command[@]}"
}

case ${1:-} in '' | --test) ;; *) die "unknown argument '$1'; usage: scripts/setup.sh [--test]" ;; esac
have swift || die "no Swift toolchain found. Chronotope needs Swift 6.1 or newer: https://www.swift.org/install/linux/"
install_packages "${1:-}"
scripts/fetch_web_assets.sh
