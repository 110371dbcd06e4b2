# All there is to know:  make run · make test · make help
# Every step looks first whether it is done already, so each target can be called again and again.

.DEFAULT_GOAL := help
.PHONY: help setup run test lint bench

export PORT ?= 8080
export DATA ?=
export DATA_DIR ?= data

help: ## show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | while IFS="$$(printf '\t')" read -r target text; do printf '  make %-7s %s\n' "$$target" "$$text"; done
	@printf '\n  make run DATA=path/to/cube.zarr   publishes your own data instead of the samples\n  make run PORT=9000                serves on another port\n'

setup: ## install the system libraries and browser files that are missing
	@scripts/setup.sh

run: ## build, publish sample data, serve on http://127.0.0.1:8080
	@scripts/run.sh

test: ## run every test suite
	@scripts/test.sh

lint: ## check formatting and script syntax
	@scripts/lint.sh

bench: ## run the benchmarks (a package of their own)
	@swift run -c release --package-path Benchmarks chronotope-bench --binary .build/release/chronotope
