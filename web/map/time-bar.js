// The time bar: a slider on the true time axis that stops only at real dates, with step and play.
import { byId, element, fill, icon, iconButton, svgElement } from './dom.js';
import { imagery, on, settingsOf, timesOf, updateSettings } from './store.js';

const SPEEDS = [['slow', 1800], ['normal', 900], ['fast', 350]];
const THUMB = 16; // width of the slider's thumb, as in map.css
const DAY = 86400000;

/// Dates alone where all are at midnight, else with the time of day.
export function dateText(time, times = [time]) {
  const midnight = times.every((other) => /T00:00:00(\.0+)?Z$/.test(other));
  const text = new Date(time).toISOString();
  return midnight ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;
}

export function nearestTime(times, instant) {
  let best = null;
  for (const time of times) {
    if (best === null || Math.abs(Date.parse(time) - instant) < Math.abs(Date.parse(best) - instant)) best = time;
  }
  return best;
}

export function createTimeBar(map) {
  const bar = byId('time-bar');
  let built = null; // id the controls were built for
  let parts = null;
  let player = null;

  const times = () => timesOf(built);
  const index = () => Math.max(0, times().indexOf(settingsOf(built).time));
  const goTo = (i) => updateSettings(built, { time: times()[Math.max(0, Math.min(times().length - 1, i))] });

  const stop = () => {
    clearTimeout(player);
    player = null;
    showPlaying();
  };
  const showPlaying = () => {
    if (!parts) return;
    fill(parts.play, icon(player ? 'pause' : 'play'));
    parts.play.setAttribute('aria-label', player ? 'Pause' : 'Play');
    parts.play.title = player ? 'Pause' : 'Play through the dates';
  };
  /// The next date comes when the present one is on the screen, and not before the chosen pause.
  const step = () => {
    const pause = Number(parts.speed.value);
    player = setTimeout(() => {
      goTo((index() + 1) % times().length);
      const next = () => { if (player) step(); };
      const limit = setTimeout(next, 6000);
      map.once('idle', () => { clearTimeout(limit); next(); });
    }, pause);
  };
  const play = () => {
    if (player) return stop();
    step();
    showPlaying();
  };

  const build = () => {
    const list = times();
    const [first, last] = [Date.parse(list[0]), Date.parse(list.at(-1))];
    const slider = element('input', {
      type: 'range', id: 'time-slider', class: 'time-slider', min: first, max: last, step: 'any', 'aria-label': 'Date',
      oninput: () => { const time = nearestTime(list, Number(slider.value)); if (time !== settingsOf(built).time) updateSettings(built, { time }); },
      onchange: () => { slider.value = Date.parse(settingsOf(built).time); },
      onkeydown: (event) => arrowKeys(event),
    });
    const select = element('select', { id: 'time-select', 'aria-label': 'Date', onchange: (event) => updateSettings(built, { time: event.target.value }) },
      list.map((time) => element('option', { value: time }, dateText(time, list))));
    const speed = element('select', { class: 'speed', 'aria-label': 'Speed' }, SPEEDS.map(([name, pause]) => element('option', { value: pause }, name)));
    speed.value = SPEEDS[1][1];
    const ticks = svgElement('svg', { class: 'ticks', 'aria-hidden': 'true' });
    parts = { slider, select, speed, ticks, play: iconButton('play', 'Play', play, { id: 'time-play', class: 'icon-button strong' }) };
    fill(bar,
      element('div', { class: 'time-buttons' },
        iconButton('previous', 'Earlier date', () => goTo(index() - 1), { id: 'time-previous' }),
        parts.play,
        iconButton('next', 'Later date', () => goTo(index() + 1), { id: 'time-next' })),
      select,
      element('div', { class: 'time-track' }, ticks, slider),
      speed);
    drawTicks(ticks, list, first, last);
  };

  const arrowKeys = (event) => {
    const moves = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 5, PageDown: -5, Home: -Infinity, End: Infinity };
    if (!(event.key in moves)) return;
    event.preventDefault();
    goTo(index() + moves[event.key]);
  };

  const draw = () => {
    const id = timesOf(imagery()).length > 1 ? imagery() : null;
    bar.hidden = !id;
    if (id !== built) {
      stop();
      built = id;
      if (id) build();
    }
    if (!id) return;
    const { time } = settingsOf(id);
    parts.slider.value = Date.parse(time);
    parts.slider.setAttribute('aria-valuetext', dateText(time, times()));
    parts.select.value = time;
  };

  on(['active', 'visible', 'capabilities', 'settings'], draw);
  new ResizeObserver(() => { if (built) drawTicks(parts.ticks, times(), Date.parse(times()[0]), Date.parse(times().at(-1))); }).observe(bar);
}

/// A mark for each date where it lies in time, and the names of months or years.
function drawTicks(svg, times, first, last) {
  const width = svg.clientWidth;
  if (!width) return;
  const x = (instant) => THUMB / 2 + ((instant - first) / (last - first || 1)) * (width - THUMB);
  const marks = times.map((time) => `M${x(Date.parse(time)).toFixed(1)} 20v6`).join('');
  const labels = calendarLabels(first, last, Math.max(2, Math.floor(width / 70)))
    .map(({ instant, text }) => {
      const at = x(instant);
      const anchor = at < 24 ? 'start' : at > width - 24 ? 'end' : 'middle'; // none is cut off at the ends
      return svgElement('text', { x: anchor === 'middle' ? at : at < 24 ? 0 : width, y: 12, 'text-anchor': anchor }, text);
    });
  svg.replaceChildren(svgElement('path', { d: marks }), ...labels);
}

/// Labels at round dates: days, months or years, whichever gives no more than `most`.
function calendarLabels(first, last, most) {
  const days = (last - first) / DAY;
  const steps = [['day', 1], ['day', 7], ['month', 1], ['month', 3], ['month', 6], ['year', 1], ['year', 2], ['year', 5], ['year', 10], ['year', 50]];
  const length = { day: 1, month: 30.4, year: 365.25 };
  const [unit, every] = steps.find(([name, count]) => days / (length[name] * count) <= most) ?? steps.at(-1);
  const labels = [];
  for (let instant = roundDown(first, unit, every), i = 0; instant <= last && i < 400; instant = following(instant, unit, every), i += 1) {
    if (instant >= first) labels.push({ instant, text: labelText(instant, unit) });
  }
  return labels;
}

function roundDown(instant, unit, every) {
  const date = new Date(instant);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  if (unit === 'year') return Date.UTC(year - (year % every), 0);
  if (unit === 'month') return Date.UTC(year, month - (month % every));
  return Math.floor(instant / DAY) * DAY;
}

function following(instant, unit, every) {
  const date = new Date(instant);
  if (unit === 'year') return Date.UTC(date.getUTCFullYear() + every, 0);
  if (unit === 'month') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + every);
  return instant + every * DAY;
}

function labelText(instant, unit) {
  const date = new Date(instant);
  if (unit === 'year') return String(date.getUTCFullYear());
  const month = date.toLocaleDateString('en', { month: 'short', timeZone: 'UTC' });
  if (unit === 'day') return `${date.getUTCDate()} ${month}`;
  return date.getUTCMonth() === 0 ? `${month} ${date.getUTCFullYear()}` : month;
}
