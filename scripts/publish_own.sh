#!/usr/bin/env bash
# Publishes the user's own cube or features under an id made from the file's name, unless it is there already.
# usage: scripts/publish_own.sh PATH [DATA_DIR]
source "$(dirname "$0")/lib.sh"
path=${1:?usage: scripts/publish_own.sh PATH [DATA_DIR]}
data_dir=${2:-data}
[[ -e $path ]] || die "DATA=$path: no such file or folder"

# s2_belgium.v2.zarr/ → s2-belgium-v2
name=$(basename "$path")
for suffix in .zip .zarr .tif .tiff .nc .geojson .json .ndjson .gpkg; do name=${name%"$suffix"}; done
id=$(tr '[:upper:]' '[:lower:]' <<<"$name" | sed -E 's/[^a-z0-9]+/-/g; s/^-+|-+$//g')

if published_in "$data_dir" | grep -qxF -- "$id"; then
  say "$id is published already (to publish it anew: $binary remove $id --data $data_dir)"
else
  say "publishing $path as $id"
  "$binary" publish "$path" --id "$id" --data "$data_dir"
fi
