// The legend on the map: the server's own picture of the colours, with the values at its ends.
import { byId, element, fill } from './dom.js';
import { getBlob, inCollection } from './api.js';
import { chosenLayer, on, settingsOf, state } from './store.js';
import { collectionColour, featureLegend } from './colours.js';
import { tileQuery } from './raster-layer.js';

export const formatValue = (value) => {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 10 ? 1 : 3;
  return value.toLocaleString('en', { maximumFractionDigits: digits });
};

export function createLegend() {
  const pictures = new Map(); // by collection and query, so that they stay while only the date changes

  const draw = () => {
    const shown = [...state.visible].reverse().filter((id) => state.capabilities[id]);
    byId('legend').hidden = shown.length === 0;
    fill(byId('legend'), shown.flatMap((id) => [chosenLayer(id) && rasterLegend(id), state.capabilities[id].vector && vectorLegend(id)]));
  };

  const rasterLegend = (id) => {
    const layer = chosenLayer(id);
    const name = element('strong', {}, layer.title || layer.name);
    if (layer.kind === 'composite') return element('div', { class: 'legend-part' }, name, composite(layer));
    if (layer.categories) return element('div', { class: 'legend-part' }, name, layer.categories.map(({ label, value, color }) => swatch(color, label || String(value))));
    const [from, to] = layer.range ?? [];
    const { min, max } = settingsOf(id);
    const { datetime, resampling, ...query } = tileQuery(id);
    const key = JSON.stringify([id, query]);
    if (!pictures.has(key)) pictures.set(key, legendImage(id, query, layer));
    return element('div', { class: 'legend-part' },
      element('div', { class: 'legend-title' }, name, layer.unit && layer.unit !== '1' && element('span', { class: 'unit' }, layer.unit)),
      pictures.get(key),
      element('div', { class: 'legend-ends' }, element('span', {}, formatValue(min ?? from)), element('span', {}, formatValue(max ?? to))));
  };

  on(['visible', 'capabilities', 'settings'], draw);
}

/// Fetched rather than linked, as private collections need the token.
function legendImage(id, query, layer) {
  const image = element('img', { class: 'legend-image', alt: `Colours of ${layer.title || layer.name}` });
  getBlob(inCollection(id, '/legend'), { ...query, f: 'png' })
    .then((blob) => { image.src = URL.createObjectURL(blob); image.onload = () => URL.revokeObjectURL(image.src); })
    .catch(() => image.remove());
  return image;
}

function composite(layer) {
  const channels = Array.isArray(layer.expression) ? layer.expression : [];
  return element('div', { class: 'legend-channels' }, ['red', 'green', 'blue'].map((colour, i) =>
    element('span', { class: `channel ${colour}` }, channels[i] ?? colour)));
}

function vectorLegend(id) {
  const capabilities = state.capabilities[id];
  const property = capabilities.vector.properties?.find(({ name }) => name === settingsOf(id).colourBy);
  if (!property) return element('div', { class: 'legend-part' }, swatch(collectionColour(id), capabilities.title || id));
  const legend = featureLegend(property);
  const rows = legend.kind === 'values'
    ? legend.entries.map(([text, colour]) => swatch(colour, text))
    : [ramp(legend.colours), element('div', { class: 'legend-ends' }, element('span', {}, formatValue(legend.min)), element('span', {}, formatValue(legend.max)))];
  return element('div', { class: 'legend-part' }, element('strong', {}, property.name), ...rows);
}

function swatch(colour, text) {
  const box = element('span', { class: 'swatch' });
  box.style.backgroundColor = colour;
  return element('div', { class: 'legend-row' }, box, text);
}

function ramp(colours) {
  const bar = element('div', { class: 'legend-image' });
  bar.style.background = `linear-gradient(to right, ${colours.join(', ')})`;
  return bar;
}
