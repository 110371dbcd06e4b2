#!/usr/bin/env bash
# `make run`: set up, build, publish the samples (or the user's own data), serve. Each step is skipped when it is done already.
# environment: PORT (8080), DATA (a cube or feature file to publish instead of the samples), DATA_DIR (./data)
source "$(dirname "$0")/lib.sh"
port=${PORT:-8080}
data_dir=${DATA_DIR:-data}

scripts/setup.sh
build_release
if [[ -n ${DATA:-} ]]; then
  scripts/publish_own.sh "$DATA" "$data_dir"
else
  scripts/publish_samples.sh "$data_dir"
fi

say "serving; stop with Ctrl-C. For writing: Authorization: Bearer dev-token"
exec "$binary" serve --data "$data_dir" --port "$port" --dev-token dev-token
