// Starts the map page: reads the address, asks for the collections, wires the parts together.
import { getCapabilities, getCollections, forgetCapabilities } from './api.js';
import { findBasemap } from './basemap.js';
import { createChart } from './chart.js';
import { createCollectionList } from './collection-list.js';
import { createActivePanel } from './active-panel.js';
import { createLegend } from './legend.js';
import { createMap, drawCollections, zoomToCollection } from './map-view.js';
import { createTimeBar } from './time-bar.js';
import { createTools } from './tools.js';
import { drawOutlines } from './outlines.js';
import { createIdentify } from './identify.js';
import { notify } from './dom.js';
import { applyPermalinkSettings, keepPermalink, readPermalink } from './permalink.js';
import { state, update, updateSettings, settingsOf } from './store.js';

/// Puts a collection on the map and asks for what it offers; a failure is told and leaves all as it was.
async function load(id) {
  if (state.capabilities[id]) return state.capabilities[id];
  try {
    const capabilities = await getCapabilities(id);
    const time = capabilities.raster?.defaultTime ?? capabilities.raster?.times?.at(-1);
    updateSettings(id, { opacity: 1, ...(time ? { time } : {}), ...settingsOf(id) });
    update({ capabilities: { ...state.capabilities, [id]: capabilities } });
    return capabilities;
  } catch (error) {
    notify(`${id}: ${error.message}`, 'error');
    return null;
  }
}

/// Makes a collection the one whose layers and time are changed. Rasters replace each other, features are added.
async function activate(id, map, { zoom = true } = {}) {
  const capabilities = await load(id);
  if (!capabilities) return;
  const kept = capabilities.raster ? state.visible.filter((other) => !state.capabilities[other]?.raster) : state.visible;
  update({ active: id, visible: [...kept.filter((other) => other !== id), id] });
  if (zoom) zoomToCollection(map, capabilities);
}

async function toggle(id) {
  if (state.visible.includes(id)) update({ visible: state.visible.filter((other) => other !== id) });
  else if (await load(id)) update({ visible: [...state.visible, id] });
}

async function refresh(map, drawing) {
  forgetCapabilities();
  update({ capabilities: {}, collections: await getCollections() });
  await Promise.all(state.visible.map(load));
  drawing.redraw();
}

async function start() {
  const link = readPermalink();
  const map = await createMap(link.view);
  window.chronotopeMap = map; // for the browser's console, and for the tests
  const drawing = drawCollections(map);
  drawOutlines(map);
  createCollectionList({ activate: (id) => activate(id, map), toggle });
  createActivePanel({ zoom: (capabilities) => zoomToCollection(map, capabilities) });
  createLegend();
  createTimeBar(map);
  const chart = createChart(map);
  const identify = createIdentify(map, chart);
  createTools(map, { chart, identify, refresh: () => refresh(map, drawing).catch((error) => notify(error.message, 'error')) });
  keepPermalink(map);
  try {
    update({ collections: await getCollections() });
    await openFirst(link, map);
  } catch (error) {
    notify(`The collections could not be listed: ${error.message}`, 'error');
  }
  document.documentElement.dataset.ready = 'true';
}

/// What the address asks for, else the collection that shows most.
async function openFirst(link, map) {
  if (link.active) {
    const capabilities = await load(link.active);
    if (capabilities) {
      applyPermalinkSettings(link.active, link.settings, capabilities);
      for (const id of link.visible) await load(id);
      update({ visible: link.visible.filter((id) => state.capabilities[id]) });
      await activate(link.active, map, { zoom: !link.view });
      return;
    }
  }
  const basemap = findBasemap(state.collections);
  const candidates = state.collections.filter(({ id }) => id !== basemap).slice(0, 8).map(({ id }) => id);
  const all = await Promise.all(candidates.map((id) => getCapabilities(id).catch(() => null)));
  // True pictures of the ground make the better beginning; among them the longer series.
  const isPicture = (raster) => raster.layers.some((layer) => layer.kind === 'composite');
  const score = ({ raster }) => (raster ? raster.times.length + (isPicture(raster) ? 1e6 : 0) : 0);
  const best = all.filter(Boolean).sort((a, b) => score(b) - score(a))[0];
  if (best) await activate(best.id, map, { zoom: !link.view });
}

start();
