// A click on the map: features under it in a popup, the pixel's value, and its series in the chart.
import { element, notify } from './dom.js';
import { inCollection, url } from './api.js';
import { chosenLayer, imagery, on, settingsOf, state } from './store.js';
import { featureLayerIds } from './feature-layer.js';
import { formatValue } from './legend.js';
import { pointValues, unitOf } from './series.js';
import { dateText } from './time-bar.js';

export function createIdentify(map, chart) {
  let popup = null;
  let asking = null;

  /// Features first (they are there already), then the value once the server has answered.
  let answered = null; // {id, answer, values}: what the popup shows, to be renewed when the date is changed
  const ask = async (position, point) => {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    const features = featuresAt(map, point);
    const id = rasterAt(position);
    popup?.remove();
    answered = null;
    if (!features.length && !id) return;
    const values = id ? element('div', { class: 'popup-values' }, 'asking …') : null;
    popup = new maplibregl.Popup({ maxWidth: '340px', className: 'identify' }).setLngLat(position)
      .setDOMContent(element('div', {}, values, features.map((feature) => featureTable(feature, chart)))).addTo(map);
    if (!id) return;
    try {
      const answer = await pointValues(id, position, { signal });
      values.replaceChildren(...valueRows(id, answer));
      answered = { id, answer, values };
      if (answer.values.length > 1) chart.showPoint(id, position, answer);
    } catch (error) {
      if (error.name === 'AbortError') return;
      values.replaceChildren(error.message);
      if (error.status >= 500) notify(error.message, 'error');
    }
  };

  on(['settings'], () => answered?.values.replaceChildren(...valueRows(answered.id, answered.answer)));
  map.on('click', (event) => { if (state.tool === 'identify') ask(event.lngLat.wrap(), event.point); });
  map.getCanvas().addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault(); // else the same key press would close the popup, which takes the focus
    ask(map.getCenter(), map.project(map.getCenter()));
  });
  return { close: () => popup?.remove() };
}

/// The uppermost visible collection with imagery whose extent holds the place.
function rasterAt({ lng, lat }) {
  return state.visible.findLast((id) => {
    const capabilities = state.capabilities[id];
    if (!capabilities?.raster || !chosenLayer(id)) return false;
    const [west, south, east, north] = capabilities.extent.bbox ?? [];
    const inside = west <= east ? lng >= west && lng <= east : lng >= west || lng <= east;
    return inside && lat >= south && lat <= north;
  });
}

function featuresAt(map, point) {
  const layers = state.visible.flatMap(featureLayerIds).filter((id) => map.getLayer(id));
  if (!layers.length) return [];
  const around = [[point.x - 4, point.y - 4], [point.x + 4, point.y + 4]];
  const seen = new Set();
  return map.queryRenderedFeatures(around, { layers }).filter(({ source, id }) => {
    const key = `${source} ${id}`;
    return !seen.has(key) && seen.add(key);
  }).slice(0, 3);
}

/// The values at the date that the map shows, or at the nearest one that has any.
function valueRows(id, { layers, values }) {
  const shown = Date.parse(settingsOf(id).time);
  const distance = ({ datetime }) => Math.abs(Date.parse(datetime) - shown);
  const row = values.length ? values.reduce((a, b) => (distance(b) < distance(a) ? b : a)) : null;
  if (!row) return [element('p', {}, 'No value here.')];
  return [
    element('h4', {}, `${state.capabilities[id].title || id}, ${dateText(row.datetime)}`),
    element('table', {}, element('tbody', {}, layers.map((layer) => element('tr', {},
      element('th', {}, layer), element('td', { class: 'number' }, Number.isFinite(row[layer]) ? `${formatValue(row[layer])} ${unit(id, layer)}` : 'no data'))))),
  ];
}

const unit = (id, layer) => { const text = unitOf(id, layer); return text && text !== '1' ? text : ''; };

function featureTable(feature, chart) {
  const id = feature.source.replace(/^features:/, '');
  const { id: featureId, ...properties } = feature.properties;
  const item = feature.id ?? featureId;
  const raster = imagery();
  const rows = Object.entries(properties).filter(([, value]) => value !== null && value !== '').slice(0, 30);
  return element('div', { class: 'popup-feature' },
    element('h4', {}, `${state.capabilities[id]?.title || id}`),
    element('table', {}, element('tbody', {}, rows.map(([name, value]) => element('tr', {}, element('th', {}, name), element('td', {}, String(value)))))),
    element('p', { class: 'popup-links' },
      item !== undefined && element('a', { href: url(inCollection(id, `/items/${encodeURIComponent(item)}`)), target: '_blank', rel: 'noopener' }, 'item'),
      raster && feature.geometry.type !== 'Point' && element('button', { type: 'button', class: 'link', onclick: () => chart.showBox(raster, bounds(feature.geometry)) }, 'series of its bounding box')));
}

/// West, south, east, north of the part that is in the tiles on the screen.
function bounds({ coordinates }) {
  const flat = coordinates.flat(Infinity);
  const longitudes = flat.filter((_, i) => i % 2 === 0);
  const latitudes = flat.filter((_, i) => i % 2 === 1);
  return [Math.min(...longitudes), Math.min(...latitudes), Math.max(...longitudes), Math.max(...latitudes)];
}
