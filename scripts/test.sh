#!/usr/bin/env bash
# `make test`: every suite. Swift Testing for the modules, then pytest driving the release binary with real clients.
source "$(dirname "$0")/lib.sh"
scripts/setup.sh --test

say "unit and module tests"
swift build --build-tests
swift test --skip-build

[[ -d Tests/Acceptance ]] || exit 0
build_release
say "acceptance tests"
requirements=Tests/Acceptance/requirements.txt
venv=.venv-test
stamp=$venv/requirements.sha256
if ! sha256sum --check --status "$stamp" 2>/dev/null; then
  rm -rf $venv
  python3 -m venv $venv || /usr/bin/python3 -m venv $venv
  $venv/bin/pip install --quiet --disable-pip-version-check --requirement $requirements
  sha256sum $requirements > "$stamp"
fi
mkdir -p reports
exec $venv/bin/python -m pytest Tests/Acceptance "$@"
