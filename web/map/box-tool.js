// Drawing a box with the pointer; Escape gives up.
import { state, update, on } from './store.js';

export function createBoxTool(map, done) {
  map.addSource('box', { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
  map.addLayer({ id: 'box-area', type: 'fill', source: 'box', paint: { 'fill-color': '#d55e00', 'fill-opacity': 0.15 } });
  map.addLayer({ id: 'box-line', type: 'line', source: 'box', paint: { 'line-color': '#d55e00', 'line-width': 2 } });
  let start = null;

  const show = (box) => map.getSource('box').setData(box ? polygon(box) : { type: 'FeatureCollection', features: [] });
  const finish = () => {
    start = null;
    show(null);
    if (state.tool === 'box') update({ tool: 'identify' });
  };
  const begin = (event) => {
    if (state.tool !== 'box' || event.originalEvent.button > 0) return;
    event.preventDefault(); // no panning
    start = event.lngLat;
  };
  const end = (event) => {
    if (!start) return;
    const box = between(start, event.lngLat);
    const area = (box[2] - box[0]) * (box[3] - box[1]);
    // Later, or the click that ends the drag would be taken as a question for a value.
    setTimeout(finish);
    start = null;
    if (area > 0) done(box);
  };

  for (const [down, move, up] of [['mousedown', 'mousemove', 'mouseup'], ['touchstart', 'touchmove', 'touchend']]) {
    map.on(down, begin);
    map.on(move, (event) => { if (start) show(between(start, event.lngLat)); });
    map.on(up, end);
  }
  addEventListener('keydown', (event) => { if (event.key === 'Escape' && state.tool === 'box') finish(); });
  on(['tool'], () => { map.boxZoom[state.tool === 'box' ? 'disable' : 'enable'](); });
}

const between = (a, b) => [Math.min(a.lng, b.lng), Math.min(a.lat, b.lat), Math.max(a.lng, b.lng), Math.max(a.lat, b.lat)];

const polygon = ([w, s, e, n]) => ({ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [[[w, s], [e, s], [e, n], [w, n], [w, s]]] } });
