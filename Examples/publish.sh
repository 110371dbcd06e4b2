#!/usr/bin/env bash
# Publishes a Zarr store over HTTP with nothing but curl: open, put every object, commit. Until the commit nothing shows.
# scripts/upload_local_zarr.py does the same in parallel and takes an interrupted upload up again.
# usage: AUTH_TOKEN=dev-token Examples/publish.sh STORE.zarr COLLECTION
set -euo pipefail
url=${CHRONOTOPE_URL:-http://127.0.0.1:8080}
store=${1:?usage: $0 STORE.zarr COLLECTION}
id=${2:?usage: $0 STORE.zarr COLLECTION}
send() { curl --fail-with-body --silent --show-error --header "Authorization: Bearer ${AUTH_TOKEN:?set AUTH_TOKEN}" "$@"; }

upload=$(send --json "{\"collection\": \"$id\", \"force\": true}" "$url/uploads" | python3 -c 'import json, sys; print(json.load(sys.stdin)["id"])')
(cd "$store" && find . -type f -printf '%P\n') | while read -r key; do
  digest=$(openssl dgst -sha256 -binary "$store/$key" | base64)
  send --upload-file "$store/$key" --header "Content-Digest: sha-256=:$digest:" "$url/uploads/$upload/objects/$key" > /dev/null
done
send --request POST "$url/uploads/$upload/commit" > /dev/null
echo "published $url/collections/$id"
