// Where the visible imagery lies: a frame around each extent, and a dot for those that are too small to be seen from afar.
import { FEATURES_BELOW } from './basemap.js';
import { on, state } from './store.js';

const accent = () => getComputedStyle(document.documentElement).getPropertyValue('--accent').trim();

export function drawOutlines(map) {
  map.addSource('outlines', { type: 'geojson', data: outlines() });
  map.addLayer({
    id: 'outlines', type: 'line', source: 'outlines', maxzoom: 14,
    paint: { 'line-color': accent(), 'line-width': 1, 'line-opacity': 0.6 },
  }, FEATURES_BELOW);
  map.addLayer({
    id: 'outline-dots', type: 'circle', source: 'outlines',
    filter: ['all', ['==', ['geometry-type'], 'Point'], ['<', ['zoom'], ['get', 'seenFrom']]],
    paint: { 'circle-color': accent(), 'circle-radius': 6, 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 2 },
  });
  on(['visible', 'capabilities'], () => map.getSource('outlines').setData(outlines()));
  addEventListener('themechange', () => {
    map.setPaintProperty('outlines', 'line-color', accent());
    map.setPaintProperty('outline-dots', 'circle-color', accent());
  });
}

function outlines() {
  const boxes = state.visible.map((id) => state.capabilities[id]).filter((known) => known?.raster && known.extent.bbox);
  return { type: 'FeatureCollection', features: boxes.flatMap(({ extent }) => frameAndDot(extent.bbox)) };
}

function frameAndDot([west, south, right, north]) {
  const east = right < west ? right + 360 : right; // over the antimeridian
  const ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
  // The zoom at which the frame is some 16 pixels wide, 512 pixels being the world at zoom 0.
  const seenFrom = Math.log2((16 * 360) / (512 * Math.max(east - west, 1e-6)));
  return [
    { type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: ring } },
    { type: 'Feature', properties: { seenFrom }, geometry: { type: 'Point', coordinates: [(west + east) / 2, (south + north) / 2] } },
  ];
}
