// Addresses and code snippets of what is seen now, to be copied into other programs.
import { copyText, element, iconButton } from './dom.js';
import { inCollection, surface, url } from './api.js';
import { chosenLayer, settingsOf } from './store.js';
import { rasterTemplate, tileQuery } from './raster-layer.js';

function addresses(id, { raster, vector }) {
  const rows = [
    ['STAC collection', url(inCollection(id))],
    ['Items', url(inCollection(id, '/items'))],
    ['Capabilities', url(inCollection(id, '/capabilities'))],
  ];
  if (raster) {
    rows.push(['TileJSON', url(inCollection(id, '/tiles/WebMercatorQuad/tilejson.json'), tileQuery(id))]);
    rows.push(['XYZ tiles', rasterTemplate(id)]);
    rows.push(['Zarr', url(inCollection(id, '/zarr'))]);
  }
  if (vector) rows.push(['Vector tiles', url(inCollection(id, '/tiles/WebMercatorQuad-Vector/{z}/{y}/{x}'))]);
  rows.push(['MapLibre style', url(inCollection(id, '/styles/default'))]);
  return rows;
}

function snippets(id, { raster, vector, extent }) {
  const box = extent?.bbox?.map((value) => Number(value.toFixed(5))).join(',');
  const found = [];
  if (raster) {
    const layer = chosenLayer(id)?.name;
    const bands = chosenLayer(id)?.bands ?? [];
    const series = url(inCollection(id, '/aggregate/time-series'), { bbox: box, layers: layer, aggregation: 'mean', resolution: 'P1M' });
    found.push(['curl', `curl '${series}'`]);
    found.push(['xarray', `import xarray as xr\n\ncube = xr.open_zarr("${url(inCollection(id, '/zarr'))}")\nprint(cube${bands.length ? `["${bands[0]}"].sel(time="${(settingsOf(id).time ?? '').slice(0, 10)}")` : ''})`]);
  }
  found.push(['pystac-client', `from pystac_client import Client\n\nclient = Client.open("${surface.href}")\nsearch = client.search(collections=["${id}"], bbox=[${box}], max_items=10)\nfor item in search.items():\n    print(item.id, item.datetime)`]);
  if (vector) found.push(['GDAL', `ogrinfo -so 'OAPIF:${surface.href}' ${id}`]);
  if (raster) found.push(['QGIS', `Layer > Add Layer > Add XYZ Layer\nURL: ${rasterTemplate(id)}`]);
  return found;
}

const addressRow = ([label, address]) => element('div', { class: 'address' },
  element('span', { class: 'address-label' }, label),
  element('a', { href: address.includes('{z}') ? null : address, target: '_blank', rel: 'noopener' }, address.replace(surface.origin, '')),
  iconButton('copy', `Copy address of ${label}`, () => copyText(address), { 'data-focus': `copy:${label}` }));

/// A function that makes the block for a collection; it remembers what was unfolded and which snippet was chosen.
export function createServices() {
  let unfolded = false;
  let chosen = null;

  return (id, capabilities) => {
    const all = snippets(id, capabilities);
    const code = element('code', {});
    const show = (name) => {
      chosen = name;
      code.textContent = (all.find(([label]) => label === name) ?? all[0])[1];
    };
    const select = element('select', { 'aria-label': 'Program', onchange: (event) => show(event.target.value) },
      all.map(([label]) => element('option', { value: label }, label)));
    select.value = all.some(([label]) => label === chosen) ? chosen : all[0][0];
    show(select.value);
    return element('details', {
      class: 'block services', open: unfolded, ontoggle: (event) => { unfolded = event.target.open; },
    },
    element('summary', { 'data-focus': 'services' }, 'Use it elsewhere'),
    element('div', { class: 'addresses' }, addresses(id, capabilities).map(addressRow)),
    element('div', { class: 'snippet' },
      element('div', { class: 'snippet-head' }, select, iconButton('copy', 'Copy code', () => copyText(code.textContent))),
      element('pre', {}, code)));
  };
}
