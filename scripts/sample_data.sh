#!/usr/bin/env bash
# Puts real sample data into .cache/sample-data (not committed): taken out of Debian packages that carry it, which are
# downloaded and unpacked but not installed (no R is needed).
# usage: scripts/sample_data.sh
source "$(dirname "$0")/lib.sh"
target=.cache/sample-data
[[ -f $target/ATTRIBUTION.md ]] && exit 0
have apt-get && have dpkg-deb || die "the samples come out of Debian packages; without apt-get please use: make run DATA=path/to/your.zarr"

say "fetching sample data"
staging=$(mktemp -d); trap 'rm -rf "$staging"' EXIT
chmod 755 "$staging"
# The package lists may be missing (fresh container) or outdated (404): then, and only then, they are renewed.
download() { (cd "$staging" && apt-get download -qq -o APT::Sandbox::User=root r-cran-stars r-cran-rnaturalearthdata); }
download 2>/dev/null || { as_root apt-get update -qq && download; }
for package in "$staging"/*.deb; do dpkg-deb -x "$package" "$staging/root"; done

stars=$staging/root/usr/lib/R/site-library/stars
earth=$staging/root/usr/lib/R/site-library/rnaturalearthdata/data/Rdata
mkdir -p $target
cp "$stars/tif/L7_ETMs.tif" $target/landsat7_olinda.tif
cp "$stars/tif/olinda_dem_utm25s.tif" $target/elevation_olinda.tif
cp "$stars/nc/bcsd_obs_1999.nc" $target/climate_carolina_1999.nc
python3 scripts/rdata_to_geojson.py "$earth" countries50 $target/countries.geojson \
  --properties name,formal_en,iso_a2,iso_a3,continent,subregion,pop_est,gdp_md_est,economy,income_grp
python3 scripts/rdata_to_geojson.py "$earth" states50 $target/states.geojson \
  --properties name,type_en,iso_3166_2,admin,region,postal

# Written last: its presence says that all is there.
cat > $target/ATTRIBUTION.md <<'T'
# Sample data

| file | origin | licence |
|---|---|---|
| landsat7_olinda.tif | Landsat 7 ETM+, bands 1, 2, 3, 4, 5, 7, 28.5 m, EPSG:31985; from Debian's r-cran-stars (tif/L7_ETMs.tif). The package does not record the date of acquisition | imagery: USGS, public domain |
| elevation_olinda.tif | SRTM elevation, about 90 m, UTM 25S; from r-cran-stars (tif/olinda_dem_utm25s.tif). Date as above | NASA/USGS, public domain |
| climate_carolina_1999.nc | Monthly precipitation and mean temperature 1999, 1/8 degree (Maurer et al. 2002, J. Climate 15(22), 3237-3251; USGS bcsd_obs); from r-cran-stars (nc/bcsd_obs_1999.nc) | "Freely available" (USGS) |
| countries.geojson, states.geojson | Natural Earth 1:50m (2013 edition); from r-cran-rnaturalearthdata | public domain |
T
