// The list of collections with its search field.
import { byId, element, fill, icon, iconButton } from './dom.js';
import { on, state } from './store.js';
import { collectionColour } from './colours.js';

const title = (collection) => collection.title || collection.id;

/// Every word of the search must occur somewhere in title, id, keywords or description.
function matches(collection, words) {
  const text = [title(collection), collection.id, ...(collection.keywords ?? []), collection.description ?? ''].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}

/// "2019", "Nov 2020 – Oct 2021", or nothing for data without a time.
function period(collection) {
  const [start, end] = collection.extent?.temporal?.interval?.[0] ?? [];
  const month = (text) => new Date(text).toLocaleDateString('en', { month: 'short', year: 'numeric', timeZone: 'UTC' });
  if (!start && !end) return '';
  if (!start || !end) return start ? `since ${month(start)}` : `until ${month(end)}`;
  return month(start) === month(end) ? month(start) : `${month(start)} – ${month(end)}`;
}

export function createCollectionList({ activate, toggle }) {
  const search = byId('collection-search');

  const row = (collection) => {
    const shown = state.visible.includes(collection.id);
    const isRaster = Boolean(collection['cube:dimensions']);
    const kind = element('span', { class: 'kind', title: isRaster ? 'imagery' : 'features' }, icon(isRaster ? 'grid' : 'shapes'));
    if (!isRaster) kind.style.color = collectionColour(collection.id);
    const open = element('button', {
      type: 'button', class: 'collection', 'aria-current': state.active === collection.id ? 'true' : null,
      'data-focus': `open:${collection.id}`, onclick: () => activate(collection.id),
    }, kind, element('span', { class: 'collection-text' },
      element('span', { class: 'collection-title' }, title(collection)),
      element('span', { class: 'collection-sub' }, [collection.id, period(collection)].filter(Boolean).join(' · '))));
    const eye = iconButton(shown ? 'eye' : 'eyeOff', `${shown ? 'Hide' : 'Show'} ${title(collection)}`, () => toggle(collection.id),
      { 'aria-pressed': String(shown), 'data-focus': `eye:${collection.id}` });
    return element('li', { class: shown ? 'shown' : null }, open, eye);
  };

  const draw = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = state.collections.filter((collection) => matches(collection, words));
    byId('collection-count').textContent = words.length ? `${found.length} of ${state.collections.length}` : String(state.collections.length || '');
    const nothing = state.collections.length ? 'No collection matches.' : 'Nothing is published yet.';
    fill(byId('collections'), found.length ? found.map(row) : element('li', { class: 'empty' }, nothing));
  };

  search.addEventListener('input', draw);
  on(['collections', 'active', 'visible'], draw);
}
