import type { QueryContent, ResultTable, SavedFilter, View } from '../protocol.ts';
import { formatTime, isInstant } from './format.ts';

function filter(meta: SavedFilter['meta'], query: NonNullable<SavedFilter['query']>): SavedFilter {
  return { meta: { disabled: false, negate: false, alias: null, ...meta }, query, $state: { store: 'appState' } };
}

/** `field is value`. */
export function phrase(key: string, value: string | number | boolean, negate = false): SavedFilter {
  return filter({ type: 'phrase', key, params: { query: value }, negate }, { match_phrase: { [key]: value } });
}

/** `field is one of values`. */
export function phrases(key: string, values: readonly string[]): SavedFilter {
  const should = values.map((value) => ({ match_phrase: { [key]: value } }));
  return filter({ type: 'phrases', key, params: values }, { bool: { should, minimum_should_match: 1 } });
}

export function exists(key: string, negate = false): SavedFilter {
  return filter({ type: 'exists', key, negate }, { exists: { field: key } });
}

/** What a pill says; a time of one of the date fields as all other times are written. */
export function describe({ meta }: SavedFilter, dates: ReadonlySet<string> = new Set()): string {
  const not = meta.negate === true ? 'NOT ' : '';
  if (typeof meta.alias === 'string' && meta.alias !== '') return `${not}${meta.alias}`;
  const key = meta.key ?? 'custom filter';
  if (meta.type === 'exists') return `${not}${key} exists`;
  return `${not}${key}: ${valuesOf(meta, dates.has(key) ? timeText : String).join(', ')}`;
}

/** The values of a filter as people read them. */
export function valuesOf({ type, params }: SavedFilter['meta'], text: (value: unknown) => string = String): string[] {
  if (Array.isArray(params)) return params.map(text);
  if (params === null || typeof params !== 'object') return [];
  const entries = Object.entries(params).filter(([name]) => name !== 'format');
  if (type === 'range') return entries.map(([name, value]) => `${SIGNS[name] ?? name} ${text(value)}`);
  return entries.map(([, value]) => text(value));
}
/** Not of `now-2d`, which stays as it is. */
const timeText = (value: unknown): string => {
  const text = String(value);
  if (/^\d{12,14}$/.test(text)) return formatTime(Number(text));
  return isInstant(text) ? formatTime(text) : text;
};
const SIGNS: Readonly<Record<string, string>> = { gt: '>', gte: '≥', lt: '<', lte: '≤' };

const clauses = ({ meta: _, $state: __, ...rest }: SavedFilter): string => JSON.stringify(rest);
const same = (a: SavedFilter, b: SavedFilter): boolean => clauses(a) === clauses(b);

/** Adding what is there already changes whether it is negated or disabled, and leaves it pinned where it was. */
export function addFilter(filters: readonly SavedFilter[], added: SavedFilter): readonly SavedFilter[] {
  const position = filters.findIndex((existing) => same(existing, added));
  const there = filters[position];
  if (there === undefined) return [...filters, added];
  return filters.with(position, isPinned(there) && !isPinned(added) ? togglePinned(added) : added);
}

/** What a control of the field shows as chosen: neither what is negated or disabled, nor ranges and the like. */
export const isChoice = ({ meta }: SavedFilter, field: string): boolean =>
  meta.key === field &&
  (meta.type === 'phrase' || meta.type === 'phrases') &&
  meta.negate !== true &&
  meta.disabled !== true;

/** The values replace what was chosen before, and stay pinned where that was; other filters of the field stay. */
export function chooseValues(
  filters: readonly SavedFilter[],
  field: string,
  values: readonly string[],
): readonly SavedFilter[] {
  const others = filters.filter((one) => !isChoice(one, field));
  if (values.length === 0) return others;
  const [only] = values;
  const chosen = values.length === 1 && only !== undefined ? phrase(field, only) : phrases(field, values);
  const pinned = filters.some((one) => isChoice(one, field) && isPinned(one));
  return [...others, pinned ? togglePinned(chosen) : chosen];
}

/** Field of the events' time, where the table counts by it. */
export const timeFieldOf = ({ columns, range }: ResultTable): string | undefined =>
  range === undefined ? undefined : columns.find(({ agg }) => agg === 'date_histogram')?.field;

/** What a click asks for, together: an interval of the events' time becomes the time range, all else are filters. */
export function narrowed(view: View, added: readonly SavedFilter[], timeField?: string): View {
  const isTime = ({ meta, range }: SavedFilter): boolean =>
    meta.type === 'range' && meta.key === timeField && meta.negate !== true && range !== undefined;
  const { gte, lt } = (added.find(isTime)?.meta.params ?? {}) as { gte?: string; lt?: string };
  const time = gte === undefined || lt === undefined ? {} : { from: gte, to: lt };
  return { ...view, ...time, filters: added.filter((filter) => !isTime(filter)).reduce(addFilter, view.filters) };
}

/** Loading a saved query asks what it was saved with, as in OpenSearch Dashboards: of the filters before it, the pinned ones stay. */
export const loaded = (view: View, { query, filters, time }: QueryContent): View => ({
  ...view,
  ...time,
  query,
  filters: [...view.filters.filter(isPinned), ...filters],
});

/** Whether the editor has words for it: any other kind keeps more than a field, an operator and values. */
export const isEditable = ({ meta }: SavedFilter): boolean =>
  meta.key !== undefined && ['phrase', 'phrases', 'exists'].includes(meta.type ?? '');

/** What was made in the place of a filter stays pinned and disabled as that was. */
export const madeFrom = ({ meta, $state }: SavedFilter, made: SavedFilter): SavedFilter => ({
  ...made,
  meta: { ...made.meta, disabled: meta.disabled === true },
  ...($state === undefined ? {} : { $state }),
});

export const togglePinned = (f: SavedFilter): SavedFilter => ({
  ...f,
  $state: { store: isPinned(f) ? 'appState' : 'globalState' },
});
export const toggleNegated = (f: SavedFilter): SavedFilter => ({
  ...f,
  meta: { ...f.meta, negate: f.meta.negate !== true },
});
export const toggleDisabled = (f: SavedFilter): SavedFilter => ({
  ...f,
  meta: { ...f.meta, disabled: f.meta.disabled !== true },
});
export const isPinned = (f: SavedFilter): boolean => f.$state?.store === 'globalState';
