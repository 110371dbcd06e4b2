#!/usr/bin/env bash
# Publishes the sample data into a data directory: once, so that a sample which the user removes stays removed.
# usage: scripts/publish_samples.sh [DATA_DIR]
source "$(dirname "$0")/lib.sh"
data_dir=${1:-data}
stamp=$data_dir/.samples-published
samples=.cache/sample-data
[[ -f $stamp ]] && exit 0

scripts/sample_data.sh
present=$(published_in "$data_dir")

# publish ID TITLE FILE [option…]: skipped if the collection is there, so that an interrupted first run goes on where it stopped.
publish() {
  local id=$1 title=$2 file=$3; shift 3
  if grep -qxF -- "$id" <<<"$present"; then return; fi
  say "publishing $id"
  "$binary" publish "$samples/$file" --id "$id" --title "$title" --data "$data_dir" "$@"
}

publish countries "Countries of the world" countries.geojson
publish states "States and provinces (Australia, Brazil, Canada, USA)" states.geojson
publish landsat7-olinda "Landsat 7 ETM+ scene, Olinda, Brazil" landsat7_olinda.vrt --datetime 2000-01-01T00:00:00Z
publish elevation-olinda "Elevation, Olinda, Brazil" elevation_olinda.vrt --datetime 2000-01-01T00:00:00Z
publish climate-carolina-1999 "Monthly climate of the Carolinas, 1999" climate_carolina_1999.nc
touch "$stamp"
