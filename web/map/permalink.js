// The view in the address bar: #map=zoom/lat/lon&c=collection&v=a,b&layer=NDVI&t=…&… so that it can be sent to others.
import { state, settingsOf, updateSettings, on } from './store.js';

const SETTINGS = ['layer', 'time', 'opacity', 'colormap', 'min', 'max', 'smooth', 'colourBy'];
const NUMBERS = new Set(['opacity', 'min', 'max']);

/// What the address says: {view: {zoom, center} | null, active, visible, settings}.
export function readPermalink() {
  const hash = new URLSearchParams(location.hash.slice(1));
  const asked = new URLSearchParams(location.search).get('collection');
  const active = hash.get('c') ?? asked;
  const settings = {};
  for (const name of SETTINGS) {
    if (hash.has(name)) settings[name] = NUMBERS.has(name) ? Number(hash.get(name)) : hash.get(name);
  }
  if (settings.smooth) settings.smooth = settings.smooth === 'true';
  return { view: readView(hash.get('map')), active, visible: hash.get('v')?.split(',').filter(Boolean) ?? [], settings };
}

function readView(text) {
  const [zoom, latitude, longitude] = (text ?? '').split('/').map(Number);
  const good = [zoom, latitude, longitude].every(Number.isFinite) && Math.abs(latitude) <= 90;
  return good ? { zoom, center: [longitude, latitude] } : null;
}

function writePermalink(map) {
  const center = map.getCenter();
  const pairs = [['map', `${map.getZoom().toFixed(2)}/${center.lat.toFixed(5)}/${center.lng.toFixed(5)}`]];
  if (state.active) {
    pairs.push(['c', state.active]);
    const others = state.visible.filter((id) => id !== state.active);
    if (others.length) pairs.push(['v', others.join(',')]);
    for (const name of SETTINGS) {
      const value = settingsOf(state.active)[name];
      if (value !== undefined && value !== null && value !== '') pairs.push([name, value]);
    }
  }
  const encode = (value) => encodeURIComponent(value).replace(/%3A/g, ':').replace(/%2C/g, ',').replace(/%2F/g, '/');
  history.replaceState(null, '', `#${pairs.map(([name, value]) => `${name}=${encode(value)}`).join('&')}`);
}

/// Keeps the address up to date; browsers allow only so many changes a second.
export function keepPermalink(map) {
  let pending = null;
  const soon = () => {
    clearTimeout(pending);
    pending = setTimeout(() => writePermalink(map), 250);
  };
  map.on('moveend', soon);
  on(['active', 'visible', 'settings'], soon);
}

/// Takes over settings that came with the address, once it is known which of them the collection has.
export function applyPermalinkSettings(id, settings, capabilities) {
  const layers = capabilities.raster?.layers.map((layer) => layer.name) ?? [];
  const patch = { ...settings };
  if (!layers.includes(patch.layer)) delete patch.layer;
  if (!capabilities.raster?.times.includes(patch.time)) delete patch.time;
  updateSettings(id, patch);
}
