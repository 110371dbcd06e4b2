// Building elements without innerHTML: what comes from a server's data is text, never markup.

const SVG = 'http://www.w3.org/2000/svg';

/// element('button', {class: 'x', onclick: f, 'aria-label': '…'}, 'text', child…). False and null are left out.
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) assign(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function assign(node, name, value) {
  if (value === false || value === null || value === undefined) return;
  if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
  else if (name === 'value' || name === 'checked') node[name] = value;
  else node.setAttribute(name, value === true ? '' : value);
}

export const byId = (id) => document.getElementById(id);

/// Replaces what is in `node`; keeps the keyboard focus on the control of the same name.
export function fill(node, ...children) {
  const focused = node.contains(document.activeElement) ? document.activeElement.dataset.focus : undefined;
  node.replaceChildren(...children.flat().filter(Boolean));
  if (focused) node.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}

const PATHS = {
  moon: 'M20 14.5A8 8 0 0 1 9.5 4 8 8 0 1 0 20 14.5z',
  key: 'M14 10a4 4 0 1 0-3.5 4L13 16.500h2V19h2.500v2H21v-3.500l-6.300-6.300A4 4 0 0 0 14 10zM9.500 9.500h.01',
  eye: 'M2 12s3.600-6.500 10-6.500S22 12 22 12s-3.600 6.500-10 6.500S2 12 2 12zm10 3a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
  eyeOff: 'M4 4l16 16M9.900 5.700A10 10 0 0 1 12 5.500c6.400 0 10 6.500 10 6.500a17 17 0 0 1-3 3.700M6.500 7.600A16.500 16.500 0 0 0 2 12s3.600 6.500 10 6.500a10 10 0 0 0 4.300-1',
  play: 'M7 4.500v15l12-7.500z',
  pause: 'M8 5v14M16 5v14',
  previous: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  box: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4',
  fit: 'M9 4H4v5M15 4h5v5M20 15v5h-5M4 15v5h5M9 9h6v6H9z',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  close: 'M6 6l12 12M18 6L6 18',
  download: 'M12 4v11M7 11l5 5 5-5M4 20h16',
  pin: 'M12 21s-6.500-5.700-6.500-10.500a6.500 6.500 0 1 1 13 0C18.500 15.300 12 21 12 21zm0-8.200a2.300 2.300 0 1 0 0-4.600 2.300 2.300 0 0 0 0 4.600z',
  menu: 'M4 6h16M4 12h16M4 18h16',
  grid: 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z',
  shapes: 'M4 18l5-12 6 4 5 8z',
  link: 'M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.700-5.700l-1.500 1.500M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.700 5.700l1.500-1.500',
};

export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}

/// A button that shows only an icon; the label is for the tooltip and for screen readers.
export function iconButton(name, label, onclick, attributes = {}) {
  return element('button', { type: 'button', class: 'icon-button', title: label, 'aria-label': label, onclick, ...attributes }, icon(name));
}

export function svgElement(tag, attributes = {}, text) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

/// A message that goes by itself; errors stay longer and can be closed.
export function notify(text, kind = 'info') {
  const note = element('div', { class: `notice ${kind}` }, element('span', {}, text));
  note.append(iconButton('close', 'Close', () => note.remove()));
  byId('notices').append(note);
  setTimeout(() => note.remove(), kind === 'error' ? 12000 : 3500);
}

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    notify('Copied');
  } catch {
    notify('The browser does not allow copying here; please select the text', 'error');
  }
}
