#!/usr/bin/env bash
# Looks at one collection from all sides.
# usage: Examples/look_around.sh COLLECTION
set -euo pipefail
url=${CHRONOTOPE_URL:-http://127.0.0.1:8080}
id=${1:?usage: $0 COLLECTION}

get() { echo; echo "GET $1"; curl --fail --silent --show-error "$url$1"; }
# member EXPRESSION: reads JSON from standard input and prints what the Python expression makes of it (d is the document).
member() { python3 -c "import json, sys; d = json.load(sys.stdin); print($1)"; }

get "/collections" | tail -n 1 | member "'\n'.join('  ' + c['id'] + ': ' + c['title'] for c in d['collections'])"

capabilities=$(curl --fail --silent "$url/collections/$id/capabilities")
kind=$(member "d['kind']" <<<"$capabilities")
bbox=$(member "','.join(map(str, d['extent']['bbox']))" <<<"$capabilities")
echo; echo "$id is a $kind collection in $bbox"

if [[ $kind == raster || $kind == hybrid ]]; then
  member "'layers: ' + ', '.join(l['name'] for l in d['raster']['layers'])" <<<"$capabilities"
  member "'times: %d, from %s to %s' % (len(d['raster']['times']), d['raster']['times'][0], d['raster']['times'][-1])" <<<"$capabilities"
  get "/collections/$id/tiles/WebMercatorQuad/tilejson.json" | tail -n 1 | member "d['tiles'][0]"
  get "/collections/$id/aggregate/time-series?bbox=$bbox&aggregation=mean&resolution=P1M&f=csv"
fi
get "/collections/$id/items?limit=3" | tail -n 1 | member "'\n'.join(f['id'] for f in d['features'])"
