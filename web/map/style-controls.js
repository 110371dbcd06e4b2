// Opacity, colours and value range of the chosen layer.
import { element } from './dom.js';
import { chosenLayer, settingsOf, state, updateSettings } from './store.js';

/// Known to every Chronotope; a server that names others in its capabilities is believed.
const COLORMAPS = [
  'viridis', 'cividis', 'magma', 'inferno', 'plasma', 'turbo', 'rdylgn', 'rdylbu', 'rdbu', 'brbg', 'spectral', 'coolwarm',
  'ylgn', 'ylgnbu', 'ylorrd', 'greens', 'blues', 'reds', 'terrain', 'gray',
];

export function styleControls(id) {
  const layer = chosenLayer(id);
  const single = layer && layer.kind !== 'composite' && !layer.categories;
  return element('div', { class: 'fields' },
    opacity(id),
    single && colormap(id, layer),
    single && range(id, layer),
    smooth(id));
}

function opacity(id) {
  const percent = Math.round((settingsOf(id).opacity ?? 1) * 100);
  const output = element('output', {}, `${percent} %`);
  return element('label', { class: 'field' }, element('span', {}, 'Opacity'),
    element('input', {
      type: 'range', min: 0, max: 100, value: percent, id: 'opacity', 'data-focus': 'opacity',
      oninput: (event) => { output.textContent = `${event.target.value} %`; },
      onchange: (event) => updateSettings(id, { opacity: Number(event.target.value) / 100 }),
    }), output);
}

function colormap(id, layer) {
  const names = state.capabilities[id].raster.colormaps ?? COLORMAPS;
  const own = layer.colormap ?? 'default';
  const select = element('select', {
    id: 'colormap', 'data-focus': 'colormap', onchange: (event) => updateSettings(id, { colormap: event.target.value || undefined }),
  }, element('option', { value: '' }, `${own} (layer’s own)`),
  names.filter((name) => name !== own).map((name) => element('option', { value: name }, name)));
  select.value = settingsOf(id).colormap ?? '';
  return element('label', { class: 'field' }, element('span', {}, 'Colours'), select);
}

function range(id, layer) {
  const { min, max } = settingsOf(id);
  const [from, to] = layer.range ?? [];
  const input = (key, label, value) => element('input', {
    type: 'number', step: 'any', 'aria-label': label, value: value ?? '', id: `range-${key}`, 'data-focus': `range-${key}`,
    onchange: () => apply(),
  });
  const low = input('min', 'Lowest value', min ?? from);
  const high = input('max', 'Highest value', max ?? to);
  const apply = () => {
    const [a, b] = [low.valueAsNumber, high.valueAsNumber];
    const good = Number.isFinite(a) && Number.isFinite(b) && a < b;
    high.setCustomValidity(good ? '' : 'must be a number above the lowest value');
    if (good) updateSettings(id, { min: a, max: b });
    else high.reportValidity();
  };
  const changed = Number.isFinite(min) || Number.isFinite(max);
  return element('div', { class: 'field', role: 'group', 'aria-label': 'Value range' }, element('span', {}, 'Range'),
    element('span', { class: 'range-inputs' }, low, '–', high,
      changed && element('button', { type: 'button', class: 'link', onclick: () => updateSettings(id, { min: undefined, max: undefined }) }, 'reset')));
}

function smooth(id) {
  return element('label', { class: 'field check' }, element('span', {}, 'Smooth'),
    element('input', {
      type: 'checkbox', checked: Boolean(settingsOf(id).smooth), 'data-focus': 'smooth',
      onchange: (event) => updateSettings(id, { smooth: event.target.checked || undefined }),
    }), element('span', { class: 'hint' }, 'interpolate between pixels'));
}
