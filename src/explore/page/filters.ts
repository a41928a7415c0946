import type { SavedFilter } from '../protocol.ts';

type Meta = Pick<SavedFilter['meta'], 'type' | 'key'> & Partial<SavedFilter['meta']>;

function filter(meta: Meta, query: SavedFilter['query']): SavedFilter {
  return { meta: { disabled: false, negate: false, alias: null, ...meta }, query, $state: { store: 'appState' } };
}

/** `field is value`. */
export function phrase(key: string, value: string | number | boolean, negate = false): SavedFilter {
  return filter(
    { type: 'phrase', key, value: String(value), params: { query: value }, negate },
    { match_phrase: { [key]: value } },
  );
}

/** `field is one of values`. */
export function phrases(key: string, values: readonly string[]): SavedFilter {
  const should = values.map((value) => ({ match_phrase: { [key]: value } }));
  return filter(
    { type: 'phrases', key, value: values.join(', '), params: values },
    { bool: { should, minimum_should_match: 1 } },
  );
}

export function exists(key: string, negate = false): SavedFilter {
  return filter({ type: 'exists', key, value: 'exists', negate }, { exists: { field: key } });
}

/** What a pill says. */
export function describe({ meta }: SavedFilter): string {
  if (meta.alias !== null && meta.alias !== '') return meta.alias;
  const not = meta.negate ? 'NOT ' : '';
  if (meta.type === 'exists') return `${not}${meta.key} exists`;
  return `${not}${meta.key}: ${meta.value ?? ''}`;
}

const same = (a: SavedFilter, b: SavedFilter): boolean => JSON.stringify(a.query) === JSON.stringify(b.query);

/** Adding what is there already changes only whether it is negated. */
export function addFilter(filters: readonly SavedFilter[], added: SavedFilter): readonly SavedFilter[] {
  const position = filters.findIndex((existing) => same(existing, added));
  return position === -1 ? [...filters, added] : filters.with(position, added);
}

export const togglePinned = (f: SavedFilter): SavedFilter => ({
  ...f,
  $state: { store: f.$state.store === 'globalState' ? 'appState' : 'globalState' },
});
export const toggleNegated = (f: SavedFilter): SavedFilter => ({ ...f, meta: { ...f.meta, negate: !f.meta.negate } });
export const toggleDisabled = (f: SavedFilter): SavedFilter => ({
  ...f,
  meta: { ...f.meta, disabled: !f.meta.disabled },
});
export const isPinned = (f: SavedFilter): boolean => f.$state.store === 'globalState';
