// Asking the server. Every URL is made from the surface the page was loaded from ("/", "/api/v2/", or either below a
// proxy's prefix), so the page needs no configuration.

export const surface = new URL('.', document.baseURI);
const TOKEN = 'chronotope-token';

export const token = () => sessionStorage.getItem(TOKEN) ?? '';
export function setToken(value) {
  if (value) sessionStorage.setItem(TOKEN, value);
  else sessionStorage.removeItem(TOKEN);
}

export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/// Percent-encodes what must be, and leaves ":", "," and "/" readable, as people copy these URLs.
const encode = (value) => encodeURIComponent(value).replace(/%3A/gi, ':').replace(/%2C/gi, ',').replace(/%2F/gi, '/');

/// Absolute URL of a path below the surface. Empty query values are left out. `{z}` and its like survive.
export function url(path, query = {}) {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const search = pairs.map(([name, value]) => `${name}=${encode(value)}`).join('&');
  return surface.href + path + (search ? `?${search}` : '');
}

/// Path of a collection's resource; ids are encoded.
export const inCollection = (id, rest = '') => `collections/${encodeURIComponent(id)}${rest}`;

const authorisation = () => (token() ? { Authorization: `Bearer ${token()}` } : {});

async function request(path, query, options = {}) {
  const { signal, accept } = options;
  const response = await fetch(url(path, query), { signal, headers: { Accept: accept, ...authorisation() } });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new ApiError(response.status, problem.detail ?? problem.message ?? `${response.status} ${response.statusText}`);
}

export const getJSON = async (path, query, options) =>
  (await request(path, query, { ...options, accept: 'application/json' })).json();

export const getBlob = async (path, query, options) => (await request(path, query, { ...options, accept: '*/*' })).blob();

/// For MapLibre: tiles of private collections need the token too. Nothing is sent to other servers.
export function transformRequest(address) {
  return address.startsWith(surface.href) ? { url: address, headers: authorisation() } : { url: address };
}

/// All collections, page by page.
export async function getCollections() {
  const found = [];
  let query = { limit: 1000 };
  for (let page = 0; query && page < 50; page += 1) {
    const document = await getJSON('collections', query);
    found.push(...document.collections);
    const next = document.links?.find((link) => link.rel === 'next');
    query = next ? Object.fromEntries(new URL(next.href, surface).searchParams) : null;
  }
  return found;
}

const known = new Map();

/// What a collection offers; asked once, kept until the token changes.
export function getCapabilities(id) {
  if (!known.has(id)) {
    const answer = getJSON(inCollection(id, '/capabilities'));
    answer.catch(() => known.delete(id));
    known.set(id, answer);
  }
  return known.get(id);
}

export const forgetCapabilities = () => known.clear();
