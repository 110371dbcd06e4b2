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

# publish ID FILE TITLE DESCRIPTION [option…]: skipped if the collection is there, so that an interrupted first run goes on
# where it stopped.
publish() {
  local id=$1 file=$2 title=$3 description=$4; shift 4
  if grep -qxF -- "$id" <<<"$present"; then return; fi
  say "publishing $id"
  "$binary" publish "$samples/$file" --id "$id" --title "$title" --description "$description" --data "$data_dir" "$@"
}

publish countries countries.geojson "Countries of the world" \
  "Outlines of 241 countries and territories, with population and economy. Natural Earth 1:50m, public domain."
publish states states.geojson "States and provinces" \
  "First-level divisions of Australia, Brazil, Canada and the USA. Natural Earth 1:50m, public domain."
publish landsat7-olinda landsat7_olinda.tif "Landsat 7 over Olinda, Brazil" \
  "Six bands of Landsat 7 ETM+ at 28.5 m, digital numbers. The source does not record the day; it stands under 2000-01-01." \
  --datetime 2000-01-01T00:00:00Z --band-names blue,green,red,nir,swir16,swir22
publish elevation-olinda elevation_olinda.tif "Elevation of Olinda, Brazil" \
  "SRTM heights in metres at about 90 m, for the same place as the Landsat scene." \
  --datetime 2000-01-01T00:00:00Z --band-names elevation
publish climate-carolina-1999 climate_carolina_1999.nc "Monthly climate of the Carolinas, 1999" \
  "Precipitation and mean temperature of each month on a grid of 1/8 degree. Maurer et al. 2002, J. Climate 15(22); USGS."
touch "$stamp"
