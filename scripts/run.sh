#!/usr/bin/env bash
# `make run`: set up, build, publish the samples (or the user's own data), serve. Each step is skipped when it is done already.
# environment: PORT (8080), DATA (a cube or feature file to publish instead of the samples), DATA_DIR (./data)
source "$(dirname "$0")/lib.sh"
port=${PORT:-8080}
data_dir=${DATA_DIR:-data}
url=http://127.0.0.1:$port

scripts/setup.sh
build_release
if [[ -n ${DATA:-} ]]; then
  scripts/publish_own.sh "$DATA" "$data_dir"
else
  scripts/publish_samples.sh "$data_dir"
fi

cat <<T

${bold}Chronotope${reset} on $url   ${dim}(stop with Ctrl-C; token for writing: dev-token)${reset}
  map            $url/map
  landing page   $url/
  STAC root      $url/            ${dim}pystac-client, STAC Browser, QGIS${reset}
  collections    $url/collections
  API docs       $url/api.html

T
exec "$binary" serve --data "$data_dir" --port "$port" --dev-token dev-token
