// The page's state and who wants to hear of it. Plain data; the modules draw from it and never from each other.

export const state = {
  collections: [], // summaries, as /collections gives them
  capabilities: {}, // by id, of those that were opened
  active: null, // id of the collection whose layers and time are being changed
  visible: [], // ids on the map, lowest first
  settings: {}, // by id: {layer, time, opacity, colormap, min, max, smooth, colourBy}
  series: [], // of the chart: {key, label, kind: 'point' | 'box', collection, layer, points: [[Date, value]], …}
  tool: 'identify', // or 'box'
};

const listeners = [];

/// Calls `listener` after any of the named keys was changed.
export function on(keys, listener) {
  listeners.push({ keys, listener });
}

export function update(patch) {
  Object.assign(state, patch);
  for (const { keys, listener } of listeners) {
    if (keys.some((key) => key in patch)) listener(patch);
  }
}

export const settingsOf = (id) => state.settings[id] ?? {};

export function updateSettings(id, patch) {
  update({ settings: { ...state.settings, [id]: { ...settingsOf(id), ...patch } } });
}

/// The active collection's id, capabilities and settings, or null before they have come.
export function active() {
  const capabilities = state.capabilities[state.active];
  return capabilities ? { id: state.active, capabilities, settings: settingsOf(state.active) } : null;
}

/// The collection whose imagery is asked and whose dates are stepped through: the active one, or the uppermost that has some.
export function imagery() {
  const withRaster = (id) => state.capabilities[id]?.raster;
  return withRaster(state.active) ? state.active : state.visible.findLast(withRaster) ?? null;
}

/// The raster layer chosen in a collection: its description out of the capabilities.
export function chosenLayer(id) {
  const layers = state.capabilities[id]?.raster?.layers ?? [];
  const { layer } = settingsOf(id);
  return layers.find((candidate) => candidate.name === layer) ?? layers.find((candidate) => candidate.default) ?? layers[0] ?? null;
}

export const timesOf = (id) => state.capabilities[id]?.raster?.times ?? [];
