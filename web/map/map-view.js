// The MapLibre map and what the store says should be on it.
import { baseStyle, addBasemap, findBasemap, recolour } from './basemap.js';
import { FeatureLayer } from './feature-layer.js';
import { RasterLayer } from './raster-layer.js';
import { transformRequest } from './api.js';
import { byId, notify } from './dom.js';
import { state, on } from './store.js';

/// Creates the map; resolves once its style is there.
export function createMap(view) {
  const map = new maplibregl.Map({
    container: 'map',
    style: baseStyle(),
    center: view?.center ?? [10, 20],
    zoom: view?.zoom ?? 1.3,
    maxZoom: 21,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    attributionControl: { compact: true },
    transformRequest,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), 'top-right');
  map.addControl(new maplibregl.ScaleControl(), 'bottom-left');
  map.on('error', reportError());
  showBusy(map);
  addEventListener('themechange', () => recolour(map));
  // "style.load", not "load": the latter waits for tiles, and some of them may be slow.
  return new Promise((resolve) => { map.once('style.load', () => resolve(map)); });
}

/// A moving bar while tiles are on their way; not for what is there at once.
function showBusy(map) {
  let pending = null;
  map.on('dataloading', () => { pending ??= setTimeout(() => { byId('busy').hidden = false; }, 250); });
  map.on('idle', () => {
    clearTimeout(pending);
    pending = null;
    byId('busy').hidden = true;
  });
}

/// Tells of a failing source once, not once for each of its tiles.
function reportError() {
  const told = new Set();
  return ({ error, sourceId }) => {
    const key = `${sourceId} ${error?.status ?? error?.message}`;
    if (told.has(key)) return;
    told.add(key);
    const status = error?.status;
    if (status === 401 || status === 403) notify('Some tiles need a token (key button above)', 'error');
    else notify(`Map: ${error?.message ?? 'a tile could not be loaded'}`, 'error');
  };
}

/// Adds, changes and removes layers as the store changes.
export function drawCollections(map) {
  const layers = new Map(); // id → [RasterLayer | FeatureLayer]
  let basemap = null;

  const draw = () => {
    if (!basemap && (basemap = findBasemap(state.collections) ?? null)) addBasemap(map, basemap);
    for (const [id, drawn] of layers) {
      if (state.visible.includes(id)) continue;
      drawn.forEach((layer) => layer.remove());
      layers.delete(id);
    }
    for (const id of state.visible) {
      const capabilities = state.capabilities[id];
      if (!capabilities) continue;
      if (!layers.has(id)) layers.set(id, layersOf(map, id, capabilities));
      layers.get(id).forEach((layer) => layer.update());
    }
  };
  on(['collections', 'capabilities', 'visible', 'settings'], draw);
  draw();
  return { redraw: () => { layers.forEach((drawn) => drawn.forEach((layer) => layer.remove())); layers.clear(); draw(); } };
}

function layersOf(map, id, capabilities) {
  const made = [];
  if (capabilities.raster) made.push(new RasterLayer(map, id));
  if (capabilities.vector) made.push(new FeatureLayer(map, id));
  return made;
}

export function zoomToCollection(map, capabilities, { animate = true } = {}) {
  const [west, south, east, north] = capabilities.extent?.bbox ?? [];
  if (![west, south, east, north].every(Number.isFinite)) return;
  const right = east < west ? east + 360 : east; // over the antimeridian
  const clamp = (latitude) => Math.max(-84, Math.min(84, latitude));
  map.fitBounds([[west, clamp(south)], [right, clamp(north)]], { padding: 50, maxZoom: 17, animate, duration: 900 });
}
