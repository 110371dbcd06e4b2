// What can be changed about the active collection: its layer, look, and the addresses under which it can be had.
import { byId, element, fill, icon } from './dom.js';
import { active, chosenLayer, on, updateSettings } from './store.js';
import { canColourBy } from './colours.js';
import { createServices } from './services.js';
import { styleControls } from './style-controls.js';

const GROUPS = [['composite', 'Composites'], ['index', 'Indices'], ['band', 'Bands']];

export function createActivePanel({ zoom }) {
  const services = createServices();
  const draw = () => {
    const current = active();
    byId('active').hidden = !current;
    if (!current) return;
    const { id, capabilities } = current;
    fill(byId('active'),
      header(capabilities, zoom),
      capabilities.raster && layerList(id, capabilities.raster),
      capabilities.raster && section('Style', styleControls(id)),
      capabilities.vector && section('Features', featureControls(id, capabilities.vector)),
      services(id, capabilities));
  };
  on(['active', 'capabilities', 'settings'], draw);
}

const section = (title, ...content) => element('section', { class: 'block' }, element('h3', {}, title), ...content);

function header(capabilities, zoom) {
  const { raster, vector } = capabilities;
  const facts = [
    raster && `${raster.times.length} ${raster.times.length === 1 ? 'date' : 'dates'}`,
    raster?.crs?.code,
    raster?.grid && `${raster.grid.width} × ${raster.grid.height} px`,
    vector && `${vector.featureCount.toLocaleString('en')} features`,
  ].filter(Boolean);
  return element('div', { class: 'active-head' },
    element('h2', {}, capabilities.title || capabilities.id),
    element('button', { type: 'button', class: 'button small', onclick: () => zoom(capabilities), 'data-focus': 'zoom' }, icon('fit'), 'Zoom'),
    element('p', { class: 'facts-line' }, facts.join(' · ')));
}

/// All layers, grouped by kind; a radio group, so that arrow keys walk through it.
function layerList(id, raster) {
  const chosen = chosenLayer(id)?.name;
  const groups = GROUPS.map(([kind, title]) => [title, raster.layers.filter((layer) => layer.kind === kind)]);
  const rest = raster.layers.filter((layer) => !GROUPS.some(([kind]) => kind === layer.kind));
  const entry = (layer) => element('label', { class: 'layer', title: expressionText(layer) },
    element('input', {
      type: 'radio', name: 'layer', value: layer.name, checked: layer.name === chosen, 'data-focus': `layer:${layer.name}`,
      onchange: () => updateSettings(id, { layer: layer.name, colormap: undefined, min: undefined, max: undefined }),
    }),
    element('span', { class: 'layer-name' }, layer.name),
    layer.title && layer.title !== layer.name && element('span', { class: 'layer-title' }, layer.title));
  return section('Layer', ...[...groups, ['Other', rest]].filter(([, layers]) => layers.length).map(([title, layers]) =>
    element('fieldset', { class: 'layer-group' }, element('legend', {}, title), element('div', { class: 'layers' }, layers.map(entry)))));
}

const expressionText = ({ expression, description }) =>
  [description, Array.isArray(expression) ? expression.join(' | ') : expression].filter(Boolean).join('\n');

function featureControls(id, vector) {
  const { settings } = active();
  const choices = (vector.properties ?? []).filter(canColourBy);
  const select = element('select', {
    'aria-label': 'Colour features by', 'data-focus': 'colour-by',
    onchange: (event) => updateSettings(id, { colourBy: event.target.value || undefined }),
  }, element('option', { value: '' }, 'one colour'), choices.map(({ name }) => element('option', { value: name }, name)));
  select.value = settings.colourBy ?? '';
  return element('label', { class: 'field' }, element('span', {}, 'Colour by'), select);
}
