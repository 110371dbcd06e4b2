#!/usr/bin/env bash
# Fetches the browser libraries that the map page and the API page use into web/vendor (not committed), so that
# Chronotope serves them itself and works without internet. Sources: PyPI wheels that carry the upstream files, and
# Debian's libjs-dygraphs. The wheels are pinned by hash, and so is every file taken out of them.
# usage: scripts/fetch_web_assets.sh
source "$(dirname "$0")/lib.sh"
vendor=web/vendor
hashes=$PWD/scripts/web_assets.sha256

complete() { [[ -d $1 ]] && (cd "$1" && sha256sum --check --status --strict "$hashes" 2>/dev/null); }
if complete $vendor; then exit 0; fi

say "fetching MapLibre GL JS, Swagger UI and dygraphs into $vendor"
staging=$(mktemp -d); trap 'rm -rf "$staging"' EXIT
mkdir "$staging/wheels" "$staging/files"
cat > "$staging/requirements.txt" <<'R'
panel==1.9.4 --hash=sha256:c89c4c1e728297daf0628ea5070fb0da8ad77781e2a3142d302479537c1de6a4
maplibre==0.3.6 --hash=sha256:eeafab617d4a1b71c0c174c71405f67c4b4e494fe1b27968d4d2359bc160e277
mapproxy==7.0.0 --hash=sha256:319026e1a2d4ad4b6ad150fc2db474a9acf312a20bb71634029147d730cc1fdb
R
python=$(python_with_pip)
"$python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
  --requirement "$staging/requirements.txt" --dest "$staging/wheels"

# from WHEEL MEMBER NAME: one file out of a wheel.
from() { "$python" -c 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))' \
  "$staging/wheels/"$1-*.whl "$2" > "$staging/files/$3"; }
swagger=mapproxy/service/templates/ogcapi/static/swagger-ui-dist
from panel panel/dist/bundled/deckglplot/maplibre-gl/dist/maplibre-gl.js maplibre-gl.js   # 5.24.0, same bytes as on npm
from maplibre maplibre/srcjs/maplibre-gl.css maplibre-gl.css                              # 5.3.0, fits 5.24.0
from mapproxy $swagger/swagger-ui-bundle.js swagger-ui-bundle.js                          # 5.29.4
from mapproxy $swagger/swagger-ui.css swagger-ui.css
cp -L /usr/share/javascript/dygraphs/dygraph.min.{js,css} "$staging/files/"               # 2.2.1

if ! complete "$staging/files"; then
  (cd "$staging/files" && sha256sum --check --quiet "$hashes") || true
  die "a browser library is not the one pinned in scripts/web_assets.sha256"
fi
mkdir -p $vendor
cp "$staging"/files/* $vendor/
