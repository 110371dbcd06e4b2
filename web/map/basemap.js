// The ground below the data: plain water, a graticule, and the countries if this very server has them as a collection.
// Nothing comes from elsewhere, so the map is the same without internet.
import { inCollection, url } from './api.js';

/// Collections that are taken as the basemap, if they hold features; the first that is there.
const BASEMAPS = ['basemap', 'countries', 'world', 'countries-110m', 'countries-50m'];

export const findBasemap = (collections) => BASEMAPS.find((id) => collections.some((collection) => collection.id === id));

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/// Empty layers that mark where rasters and features go in.
export const RASTERS_BELOW = 'borders-slot';
export const FEATURES_BELOW = 'top-slot';

const slot = (id) => ({ id, type: 'background', layout: { visibility: 'none' } });

export function baseStyle() {
  return {
    version: 8,
    sources: { graticule: { type: 'geojson', data: graticule() } },
    layers: [
      { id: 'water', type: 'background', paint: { 'background-color': colour('--map-water') } },
      { id: 'graticule', type: 'line', source: 'graticule', paint: { 'line-color': colour('--map-grid'), 'line-width': 1 } },
      slot(RASTERS_BELOW),
      slot(FEATURES_BELOW),
    ],
  };
}

/// Land below the rasters, borders above them.
export function addBasemap(map, id) {
  map.addSource('basemap', {
    type: 'vector',
    tiles: [url(inCollection(id, '/tiles/WebMercatorQuad-Vector/{z}/{y}/{x}'))],
    maxzoom: 8,
    attribution: 'Basemap: Natural Earth',
  });
  const shared = { source: 'basemap', 'source-layer': id };
  map.addLayer({ id: 'land', type: 'fill', ...shared, paint: { 'fill-color': colour('--map-land') } }, 'graticule');
  map.addLayer({
    id: 'borders', type: 'line', ...shared,
    paint: {
      'line-color': colour('--map-border'),
      'line-width': ['interpolate', ['linear'], ['zoom'], 1, 0.5, 8, 1.4],
      'line-opacity': ['interpolate', ['linear'], ['zoom'], 9, 1, 12, 0], // too coarse to lie over imagery from near
    },
  }, FEATURES_BELOW);
}

/// After a change between light and dark.
export function recolour(map) {
  map.setPaintProperty('water', 'background-color', colour('--map-water'));
  map.setPaintProperty('graticule', 'line-color', colour('--map-grid'));
  if (map.getLayer('land')) {
    map.setPaintProperty('land', 'fill-color', colour('--map-land'));
    map.setPaintProperty('borders', 'line-color', colour('--map-border'));
  }
}

/// Meridians and parallels every ten degrees.
function graticule() {
  const lines = [];
  for (let longitude = -180; longitude <= 180; longitude += 10) lines.push([[longitude, -85], [longitude, 85]]);
  for (let latitude = -80; latitude <= 80; latitude += 10) lines.push([[-180, latitude], [180, latitude]]);
  return { type: 'Feature', properties: {}, geometry: { type: 'MultiLineString', coordinates: lines } };
}
