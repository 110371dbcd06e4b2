// One collection's imagery on the map. A change of date, layer or style brings in a new source above the old one, which
// goes when the new one is complete: so stepping through time does not flicker.
import { inCollection, url } from './api.js';
import { RASTERS_BELOW } from './basemap.js';
import { chosenLayer, settingsOf, state } from './store.js';

let serial = 0;

/// The query of a collection's tiles as chosen now; also what the legend and the copied URLs go by.
export function tileQuery(id) {
  const layer = chosenLayer(id);
  const { time, colormap, min, max, smooth } = settingsOf(id);
  const single = layer?.kind !== 'composite';
  return {
    layers: layer?.name,
    datetime: layer?.isStatic ? undefined : time,
    colormap: single ? colormap : undefined,
    rescale: single && Number.isFinite(min) && Number.isFinite(max) && min < max ? `${min},${max}` : undefined,
    resampling: smooth ? 'bilinear' : undefined,
  };
}

export const rasterTemplate = (id, more = {}) => url(inCollection(id, '/tiles/WebMercatorQuad/{z}/{y}/{x}'), { ...tileQuery(id), ...more });

/// Two zooms beyond the one whose pixels are as fine as the data's own, so that the edges of pixels are true; from there
/// on the browser enlarges.
export function nativeZoom(capabilities) {
  const [west, , east] = capabilities.extent.bbox;
  const degrees = (east < west ? east + 360 : east) - west;
  // Metres of the map's own projection per pixel, whatever the data's.
  const metres = (degrees * 111320) / capabilities.raster.grid.width;
  const zoom = Math.ceil(Math.log2(156543.034 / Math.max(metres, 0.01)));
  return Math.max(1, Math.min(22, zoom + 2));
}

export class RasterLayer {
  constructor(map, id) {
    this.map = map;
    this.id = id;
    this.shown = null; // {key, template}: complete, or the first
    this.coming = null; // being loaded above it
    this.settle = () => this.retire();
    map.on('idle', this.settle);
  }

  update() {
    // With the version in its URL a tile may be kept by the browser: another version has other URLs.
    const template = rasterTemplate(this.id, { v: state.capabilities[this.id].version });
    const newest = this.coming ?? this.shown;
    if (newest?.template !== template) this.bring(template);
    const { opacity = 1, smooth } = settingsOf(this.id);
    for (const layer of [this.shown, this.coming].filter(Boolean)) {
      this.map.setPaintProperty(layer.key, 'raster-opacity', opacity);
      this.map.setPaintProperty(layer.key, 'raster-resampling', smooth ? 'linear' : 'nearest');
    }
  }

  bring(template) {
    const key = `raster:${this.id}:${serial += 1}`;
    const capabilities = state.capabilities[this.id];
    const [west, south, east, north] = capabilities.extent.bbox;
    this.map.addSource(key, {
      type: 'raster',
      tiles: [template],
      tileSize: 256,
      maxzoom: nativeZoom(capabilities),
      ...(west <= east ? { bounds: [west, south, east, north] } : {}),
    });
    this.map.addLayer({ id: key, type: 'raster', source: key, paint: { 'raster-fade-duration': 0 } }, RASTERS_BELOW);
    if (this.coming) this.drop(this.coming);
    if (this.shown) this.coming = { key, template };
    else this.shown = { key, template };
  }

  /// All tiles have come: the older layer has done its duty.
  retire() {
    if (!this.coming) return;
    this.drop(this.shown);
    [this.shown, this.coming] = [this.coming, null];
  }

  drop({ key }) {
    this.map.removeLayer(key);
    this.map.removeSource(key);
  }

  remove() {
    this.map.off('idle', this.settle);
    [this.shown, this.coming].filter(Boolean).forEach((layer) => this.drop(layer));
    this.shown = this.coming = null;
  }
}
