// Buttons on the map and in the header: draw a box, series of the view, link, theme, token, side bar.
import { byId, copyText, element, icon, iconButton, notify } from './dom.js';
import { setToken, token } from './api.js';
import { imagery, on, state, update } from './store.js';
import { createBoxTool } from './box-tool.js';

export function createTools(map, { chart, identify, refresh }) {
  const seriesOf = (box) => {
    const id = imagery();
    if (id) chart.showBox(id, box);
    else notify('A time series needs imagery; please choose a collection that has some');
  };
  createBoxTool(map, seriesOf);

  const box = element('button', { type: 'button', class: 'tool', id: 'tool-box', 'aria-pressed': 'false', title: 'Draw a box: time series of its mean',
    onclick: () => { identify.close(); update({ tool: state.tool === 'box' ? 'identify' : 'box' }); } }, icon('box'), element('span', {}, 'Box series'));
  const view = element('button', { type: 'button', class: 'tool', id: 'tool-view', title: 'Time series of all that is in view',
    onclick: () => { const b = map.getBounds(); seriesOf(clampBox([b.getWest(), b.getSouth(), b.getEast(), b.getNorth()])); } }, icon('fit'), element('span', {}, 'View series'));
  const link = element('button', { type: 'button', class: 'tool', title: 'Copy a link to this view', onclick: () => copyText(location.href) }, icon('link'), element('span', {}, 'Link'));
  byId('map-tools').append(sidebarButton(map), box, view, link);
  on(['tool'], () => {
    box.setAttribute('aria-pressed', String(state.tool === 'box'));
    map.getCanvas().classList.toggle('drawing', state.tool === 'box');
  });
  byId('brand-tools').append(
    iconButton('key', 'Token for private collections', () => askToken(refresh), { id: 'token-button' }),
    iconButton('moon', 'Light or dark', () => window.chronotopeTheme.toggle(), { id: 'theme-button' }));
  showTokenState();
}

const clampBox = ([west, south, east, north]) => [Math.max(-180, west), Math.max(-90, south), Math.min(180, east), Math.min(90, north)];

function sidebarButton(map) {
  return iconButton('menu', 'Show or hide the side bar', () => {
    document.body.classList.toggle('sidebar-closed');
    map.resize();
  }, { id: 'sidebar-button', class: 'tool' });
}

const showTokenState = () => byId('token-button').classList.toggle('set', Boolean(token()));

/// Kept for this browser tab only.
function askToken(refresh) {
  const input = element('input', { type: 'password', id: 'token', value: token(), autocomplete: 'off', 'aria-label': 'Token' });
  const done = (value) => {
    setToken(value.trim());
    showTokenState();
    dialog.close();
    refresh();
  };
  const dialog = element('dialog', { class: 'dialog', 'aria-labelledby': 'token-title', onclose: () => dialog.remove() },
    element('form', { method: 'dialog', onsubmit: (event) => { event.preventDefault(); done(input.value); } },
      element('h2', { id: 'token-title' }, 'Token'),
      element('p', {}, 'Sent with every request to this server, so that private collections show. It is forgotten when the tab is closed.'),
      input,
      element('div', { class: 'dialog-buttons' },
        element('button', { type: 'button', class: 'button', onclick: () => done('') }, 'Forget it'),
        element('button', { type: 'submit', class: 'button primary' }, 'Use it'))));
  document.body.append(dialog);
  dialog.showModal();
}
