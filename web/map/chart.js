// The chart below the map: one line per place asked; a click on it sets the date of the map.
import { byId, element, fill, icon, iconButton, notify } from './dom.js';
import { chosenLayer, imagery, on, settingsOf, state, timesOf, update, updateSettings } from './store.js';
import { boxSeries, pointSeries, pointValues, seriesCSV, unitOf } from './series.js';
import { LINES, lineColour } from './colours.js';
import { formatValue } from './legend.js';
import { dateText, nearestTime } from './time-bar.js';

const RESOLUTIONS = [['', 'every date'], ['P1D', 'by day'], ['P1W', 'by week'], ['P1M', 'by month']];
const FUNCTIONS = ['mean', 'median', 'min', 'max', 'std', 'sum', 'count'];

export function createChart(map) {
  // dygraphs' own legend sets style attributes, which the content security policy forbids; the read-out stands in for it.
  Dygraph.PLUGINS = Dygraph.PLUGINS.filter((plugin) => plugin !== Dygraph.Plugins.Legend);
  const panel = byId('chart');
  const options = { aggregation: 'mean', resolution: '' };
  const markers = new Markers(map);
  let graph = null;
  let readout = null;

  /// Adds a line; the last one is replaced unless it was kept.
  const show = (series) => {
    const kept = state.series.filter((other) => other.kept);
    update({ series: [...kept, { ...series, colour: freeColour(kept) }] });
  };
  const showPoint = (id, position, answer) => { if (answer.layers.length) show(pointSeries(id, position, answer)); };
  const showBox = async (id, box) => {
    try {
      show(await boxSeries(id, box, { ...options }));
    } catch (error) {
      notify(error.message, 'error');
    }
  };
  /// Asks anew for all lines of the active collection, after its layer or the kind of aggregation was changed.
  const renew = async () => {
    const renewed = await Promise.all(state.series.map(async (series) => {
      if (series.collection !== imagery()) return series;
      const fresh = series.kind === 'box'
        ? await boxSeries(series.collection, series.box, { ...options })
        : pointSeries(series.collection, series.position, await pointValues(series.collection, series.position));
      return { ...fresh, colour: series.colour, kept: series.kept };
    })).catch((error) => { notify(error.message, 'error'); return state.series; });
    update({ series: renewed });
  };

  const choice = (label, key, entries) => {
    const select = element('select', { 'aria-label': label, id: `series-${key}`, 'data-focus': key, onchange: (event) => { options[key] = event.target.value; renew(); } },
      entries.map(([value, text]) => element('option', { value }, text)));
    select.value = options[key];
    return select;
  };

  const head = () => element('div', { class: 'chart-head' },
    element('div', { class: 'chart-lines' }, state.series.map(lineLabel)),
    readout = element('output', { class: 'readout' }),
    state.series.some(({ kind }) => kind === 'box') && element('span', { class: 'chart-options' },
      choice('Aggregation', 'aggregation', FUNCTIONS.map((name) => [name, name])), choice('Resolution', 'resolution', RESOLUTIONS)),
    element('button', { type: 'button', class: 'button small', id: 'csv', onclick: () => download(state.series.at(-1)) }, icon('download'), 'CSV'),
    iconButton('close', 'Close the chart', () => update({ series: [] }), { id: 'chart-close' }));

  const draw = () => {
    panel.hidden = state.series.length === 0;
    markers.draw(state.series);
    graph?.destroy();
    graph = null;
    if (panel.hidden) return;
    const canvas = element('div', { class: 'chart-canvas' });
    fill(panel, head(), canvas);
    graph = plot(canvas, (text) => { readout.textContent = text; });
  };

  on(['series'], draw);
  let layer = null;
  on(['active', 'settings'], (patch) => {
    const now = chosenLayer(imagery())?.name;
    if (layer && now !== layer && state.series.length && !('active' in patch)) renew();
    layer = now;
    graph?.updateOptions({}); // moves the line that marks the date
  });
  addEventListener('themechange', draw);
  return { showPoint, showBox };
}

/// Index into the lines' colours.
const freeColour = (kept) => LINES.findIndex((_, index) => kept.every((series) => series.colour !== index));

function lineLabel(series) {
  const swatch = element('span', { class: 'swatch' });
  swatch.style.backgroundColor = lineColour(series.colour);
  const keep = () => update({ series: state.series.map((other) => (other === series ? { ...other, kept: !other.kept } : other)) });
  return element('span', { class: 'chart-line' }, swatch, series.label,
    iconButton('pin', series.kept ? 'Let go of this line' : 'Keep this line when asking for another', keep, { 'aria-pressed': String(Boolean(series.kept)) }));
}

/// Rows of [date, value of each line]; null where a line has no value at a date, NaN where its pixel has none.
function table(lines) {
  const rows = new Map();
  lines.forEach(({ points }, column) => {
    for (const [date, value] of points) {
      const key = date.getTime();
      if (!rows.has(key)) rows.set(key, [date, ...lines.map(() => null)]);
      rows.get(key)[column + 1] = value ?? null;
    }
  });
  return [...rows.values()].sort((a, b) => a[0] - b[0]);
}

function plot(canvas, say) {
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue('--ink-2').trim();
  const rows = table(state.series);
  if (!rows.length) { canvas.append(element('p', { class: 'empty' }, 'No values there.')); return null; }
  const [{ collection, layer }] = state.series;
  const unit = unitOf(collection, layer);
  return new Dygraph(canvas, rows, {
    labels: ['date', ...state.series.map(({ label }, i) => `${i + 1}. ${label}`)],
    colors: state.series.map(({ colour }) => lineColour(colour)),
    ylabel: unit && unit !== '1' ? `${layer} (${unit})` : layer,
    labelsUTC: true,
    connectSeparatedPoints: true,
    drawPoints: rows.length < 400,
    pointSize: 2.5,
    strokeWidth: 1.8,
    highlightCircleSize: 5,
    gridLineColor: style.getPropertyValue('--line').trim(),
    axisLineColor: style.getPropertyValue('--line').trim(),
    axes: { x: { axisLabelWidth: 70 }, y: { axisLabelWidth: 48 } },
    animatedZooms: false,
    underlayCallback: (context, area, graph) => markDate(context, area, graph, ink),
    highlightCallback: (event, x, points) => say(`${new Date(x).toISOString().slice(0, 16).replace('T00:00', '').replace('T', ' ')}  ${points.filter(({ yval }) => yval !== null).map(({ yval }) => formatValue(yval)).join('  ')}`),
    unhighlightCallback: () => say(''),
    clickCallback: (event, x) => setDate(x),
  });
}

function setDate(instant) {
  const time = nearestTime(timesOf(imagery()), instant);
  if (time) updateSettings(imagery(), { time });
}

/// A line at the date that the map shows.
function markDate(context, area, graph, colour) {
  const { time } = settingsOf(imagery());
  if (!time) return;
  const x = graph.toDomXCoord(Date.parse(time));
  if (x < area.x || x > area.x + area.w) return;
  context.save();
  context.strokeStyle = colour;
  context.setLineDash([4, 3]);
  context.beginPath();
  context.moveTo(x, area.y);
  context.lineTo(x, area.y + area.h);
  context.stroke();
  context.fillStyle = colour;
  context.font = '11px sans-serif';
  const right = x > area.x + area.w - 80;
  context.textAlign = right ? 'right' : 'left';
  context.fillText(dateText(time), x + (right ? -4 : 4), area.y + 11);
  context.restore();
}

async function download(series) {
  try {
    const address = URL.createObjectURL(await seriesCSV(series));
    element('a', { href: address, download: `${series.collection}-${series.layer}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  } catch (error) {
    notify(error.message, 'error');
  }
}

/// Where the lines were asked for: pins for points, frames for boxes.
class Markers {
  constructor(map) {
    this.map = map;
    this.pins = [];
    map.addSource('asked', { type: 'geojson', data: collection([]) });
    map.addLayer({ id: 'asked', type: 'line', source: 'asked', paint: { 'line-color': ['get', 'colour'], 'line-width': 2.5, 'line-dasharray': [2, 1] } });
  }

  draw(all) {
    this.pins.forEach((pin) => pin.remove());
    this.pins = all.filter(({ kind }) => kind === 'point')
      .map(({ position, colour }) => new maplibregl.Marker({ element: dot(lineColour(colour)) }).setLngLat(position).addTo(this.map));
    this.map.getSource('asked').setData(collection(all.filter(({ kind }) => kind === 'box').map(({ box, colour }) => ({
      type: 'Feature', properties: { colour: lineColour(colour) }, geometry: { type: 'Polygon', coordinates: [outline(box)] },
    }))));
  }
}

function dot(colour) {
  const mark = element('div', { class: 'asked-point' });
  mark.style.backgroundColor = colour;
  return mark;
}

const collection = (features) => ({ type: 'FeatureCollection', features });
const outline = ([w, s, e, n]) => [[w, s], [e, s], [e, n], [w, n], [w, s]];
