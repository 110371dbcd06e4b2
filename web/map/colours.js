// Colours for features and chart lines; told apart also by people who do not see red and green alike (after Okabe and Ito).

export const PALETTE = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#b8860b', '#56b4e9', '#7b4fb5', '#8c564b'];
const RAMP = ['#fde725', '#5ec962', '#21918c', '#3b528b', '#440154'];
const OTHER = '#9aa5ad';

/// Lines in the chart: lighter on dark paper.
export const LINES = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#b8860b', '#7b4fb5'];
const LINES_IN_THE_DARK = ['#4cc3ff', '#ff9d4d', '#34d399', '#f0a6d0', '#e5c04a', '#b79cf2'];
export const lineColour = (index) => (window.chronotopeTheme.isDark() ? LINES_IN_THE_DARK : LINES)[index % LINES.length];

/// A collection keeps its colour, whatever else is shown.
export function collectionColour(id) {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.codePointAt(0)) % 9973;
  return PALETTE[sum % PALETTE.length];
}

const isNumeric = (property) => Number.isFinite(property.min) && Number.isFinite(property.max) && property.min < property.max;

/// Whether colouring by this property makes sense.
export const canColourBy = (property) => isNumeric(property) || property.values?.length > 1;

/// The MapLibre expression: a ramp for numbers, a colour each for the most frequent values.
export function fillExpression(property) {
  const value = ['get', property.name];
  if (isNumeric(property)) {
    const stops = RAMP.flatMap((colour, i) => [property.min + ((property.max - property.min) * i) / (RAMP.length - 1), colour]);
    return ['case', ['==', ['typeof', value], 'number'], ['interpolate', ['linear'], ['to-number', value, 0], ...stops], OTHER];
  }
  const cases = valueColours(property).flatMap(([text, colour]) => [text, colour]);
  return ['match', ['to-string', value], ...cases, OTHER];
}

/// [text, colour] of a property's values, for the legend.
export function valueColours(property) {
  const texts = [...new Set((property.values ?? []).map(String))].slice(0, PALETTE.length);
  return texts.map((text, i) => [text, PALETTE[i]]);
}

export const featureLegend = (property) =>
  isNumeric(property)
    ? { kind: 'ramp', colours: RAMP, min: property.min, max: property.max }
    : { kind: 'values', entries: [...valueColours(property), ...(property.values?.length > PALETTE.length ? [['other', OTHER]] : [])] };
