// Time series out of the server: of a point (every date) or of a box (aggregated).
import { getBlob, getJSON, inCollection } from './api.js';
import { chosenLayer, state } from './store.js';

/// Layers that have one value per pixel: a composite stands for its bands.
export function valueLayers(id) {
  const layer = chosenLayer(id);
  if (!layer) return [];
  return layer.kind === 'composite' ? layer.bands ?? [] : [layer.name];
}

const pointPath = (id, { lng, lat }) => inCollection(id, `/point/${lng.toFixed(6)},${lat.toFixed(6)}`);

/// Values of the chosen layer at a point: [{datetime, NDVI: 0.6, …}], oldest first.
export async function pointValues(id, position, options) {
  const layers = valueLayers(id);
  const answer = await getJSON(pointPath(id, position), { layers: layers.join(',') }, options);
  return { layers, values: answer.values };
}

const place = ({ lng, lat }) => `${Math.abs(lat).toFixed(4)}°${lat < 0 ? 'S' : 'N'} ${Math.abs(lng).toFixed(4)}°${lng < 0 ? 'W' : 'E'}`;

/// The first layer's values as a line for the chart.
export function pointSeries(id, position, { layers, values }) {
  const [layer] = layers;
  return {
    kind: 'point', collection: id, layer, position, label: `${layer} at ${place(position)}`,
    points: values.map((row) => [new Date(row.datetime), row[layer]]),
  };
}

const boxQuery = (layer, box, options) => ({ bbox: box.map((value) => value.toFixed(6)).join(','), layers: layer, ...options });

/// `options`: {aggregation, resolution}; without a resolution every date by itself.
export async function boxSeries(id, box, options) {
  const [layer] = valueLayers(id);
  const answer = await getJSON(inCollection(id, '/aggregate/time-series'), boxQuery(layer, box, options));
  const values = answer.series.find((series) => series.layer === layer)?.values ?? [];
  return {
    kind: 'box', collection: id, layer, box, options, label: `${layer}, ${options.aggregation} of box`,
    points: values.map((row) => [new Date(row.datetime), row.value]),
  };
}

/// The server's own CSV of a line.
export const seriesCSV = (series) => series.kind === 'box'
  ? getBlob(inCollection(series.collection, '/aggregate/time-series'), { ...boxQuery(series.layer, series.box, series.options), f: 'csv' })
  : getBlob(pointPath(series.collection, series.position), { layers: series.layer, f: 'csv' });

export const unitOf = (id, layer) => state.capabilities[id]?.raster?.layers.find(({ name }) => name === layer)?.unit;
