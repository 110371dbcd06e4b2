// One collection's features on the map, out of its vector tiles: areas, lines and points, coloured by a property if wanted.
import { inCollection, url } from './api.js';
import { FEATURES_BELOW } from './basemap.js';
import { collectionColour, fillExpression } from './colours.js';
import { settingsOf, state } from './store.js';

const ofType = (type) => ['==', ['geometry-type'], type];
const hovered = (yes, no) => ['case', ['boolean', ['feature-state', 'hover'], false], yes, no];

/// Ids of the layers in which a click finds this collection's features.
export const featureLayerIds = (id) => [`features:${id}:points`, `features:${id}:lines`, `features:${id}:areas`];

export class FeatureLayer {
  constructor(map, id) {
    this.map = map;
    this.id = id;
    this.source = `features:${id}`;
    map.addSource(this.source, {
      type: 'vector',
      tiles: [url(inCollection(id, '/tiles/WebMercatorQuad-Vector/{z}/{y}/{x}'), { v: state.capabilities[id].version })],
      maxzoom: 16,
      promoteId: 'id',
    });
    for (const layer of this.layers()) map.addLayer(layer, FEATURES_BELOW);
    this.watchHover();
  }

  layers() {
    const shared = { source: this.source, 'source-layer': this.id };
    const [points, lines, areas] = featureLayerIds(this.id);
    return [
      { id: areas, type: 'fill', ...shared, filter: ofType('Polygon') },
      { id: `features:${this.id}:outlines`, type: 'line', ...shared, filter: ofType('Polygon'), paint: { 'line-width': hovered(2.6, 1.2) } },
      { id: lines, type: 'line', ...shared, filter: ofType('LineString'), paint: { 'line-width': hovered(4, 2) } },
      { id: points, type: 'circle', ...shared, filter: ofType('Point'), paint: { 'circle-radius': hovered(7, 4.5), 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 1 } },
    ];
  }

  update() {
    const { opacity = 1, colourBy } = settingsOf(this.id);
    const property = state.capabilities[this.id].vector.properties?.find(({ name }) => name === colourBy);
    const colour = property ? fillExpression(property) : collectionColour(this.id);
    const [points, lines, areas] = featureLayerIds(this.id);
    const paint = {
      [areas]: { 'fill-color': colour, 'fill-opacity': hovered(0.5 * opacity, (property ? 0.6 : 0.18) * opacity) },
      [`features:${this.id}:outlines`]: { 'line-color': colour, 'line-opacity': opacity },
      [lines]: { 'line-color': colour, 'line-opacity': opacity },
      [points]: { 'circle-color': colour, 'circle-opacity': opacity, 'circle-stroke-opacity': opacity },
    };
    for (const [layer, values] of Object.entries(paint)) {
      for (const [name, value] of Object.entries(values)) this.map.setPaintProperty(layer, name, value);
    }
  }

  watchHover() {
    let current = null;
    const set = (id, hover) => {
      if (id !== null && id !== undefined) this.map.setFeatureState({ source: this.source, sourceLayer: this.id, id }, { hover });
    };
    this.move = (event) => {
      const id = event.features?.[0]?.id ?? null;
      if (id === current) return;
      set(current, false);
      set((current = id), true);
      this.map.getCanvas().classList.toggle('over-feature', id !== null);
    };
    this.leave = () => this.move({ features: [] });
    for (const layer of featureLayerIds(this.id)) {
      this.map.on('mousemove', layer, this.move);
      this.map.on('mouseleave', layer, this.leave);
    }
  }

  remove() {
    this.leave();
    for (const layer of featureLayerIds(this.id)) {
      this.map.off('mousemove', layer, this.move);
      this.map.off('mouseleave', layer, this.leave);
    }
    for (const { id } of this.layers()) this.map.removeLayer(id);
    this.map.removeSource(this.source);
  }
}
