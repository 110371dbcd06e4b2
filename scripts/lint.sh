#!/usr/bin/env bash
# `make lint`: the formatter's rules for Swift, syntax of the scripts.
source "$(dirname "$0")/lib.sh"
swift format lint --strict --parallel --recursive Package.swift Sources Tests
for script in scripts/*.sh .ci/run; do bash -n "$script"; done
python3 - scripts/*.py <<'P'
import ast, pathlib, sys
for name in sys.argv[1:]:
    ast.parse(pathlib.Path(name).read_text(), name)
P
say "nothing to complain about"
