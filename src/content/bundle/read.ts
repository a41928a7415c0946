/** The attributes of saved objects, JSON strings read and references resolved; broken ones throw `Refusal`. */
import { Refusal, type AggState, type Filter, type Params, type Query } from '../compile/request/types.ts';
import type { Field, IndexPattern } from '../index-pattern.ts';
import type { JsonObject } from '../json.ts';
import type {
  Control,
  Dashboard,
  DashboardPanel,
  RawObject,
  SavedQuery,
  SavedSearch,
  SearchSource,
  SortPair,
  Visualization,
} from './types.ts';

export function readIndexPattern(object: RawObject): IndexPattern {
  const { attributes } = object;
  const fields = (json(object, 'fields', []) as Field[]).map(wholeField);
  const filters = json(object, 'sourceFilters', []) as { value: string }[];
  const time = attributes['timeFieldName'];
  return {
    id: object.id,
    title: text(attributes['title']) || object.id,
    ...(typeof time === 'string' && time !== '' ? { timeFieldName: time } : {}),
    fields,
    fieldFormats: json(object, 'fieldFormatMap', {}) as NonNullable<IndexPattern['fieldFormats']>,
    sourceExcludes: filters.map(({ value }) => value),
  };
}

/** A scripted field can be searched and aggregated, whatever was saved of it. */
function wholeField(field: Field): Field {
  if (field.scripted !== true) return field;
  return { ...field, searchable: true, aggregatable: true, readFromDocValues: false };
}

export function readVisualization(object: RawObject): Visualization {
  const state = json(object, 'visState', {}) as { type?: string; aggs?: AggState[]; params?: Params };
  const type = text(state.type);
  if (type === '') throw new Refusal(`The visualization (id: ${object.id}) does not say what type it is.`);
  const params = currentParams(state.params ?? {});
  const searchRef = object.attributes['savedSearchRefName'];
  const search =
    typeof searchRef === 'string'
      ? refer(object, searchRef, `Could not find saved search reference "${searchRef}"`)
      : undefined;
  return {
    ...titled(object),
    type,
    aggs: (state.aggs ?? []).map((agg) => currentAgg(agg, object)),
    params,
    uiState: json(object, 'uiStateJSON', {}) as Params,
    source: searchSource(object),
    search,
    controls: ((params['controls'] ?? []) as Record<string, unknown>[]).map((control) => readControl(object, control)),
  };
}

/** A misspelling of old versions. */
function currentParams({ showMeticsAtAllLevels: misspelt, ...params }: Params): Params {
  return typeof misspelt === 'boolean' ? { ...params, showMetricsAtAllLevels: misspelt } : params;
}

/** Aggregations as old versions saved them → as they are now. */
function currentAgg(agg: AggState, { migrationVersion }: RawObject): AggState {
  const { params } = agg;
  if (agg.type === 'terms' && params?.['orderBy'] === '_term')
    return { ...agg, params: { ...params, orderBy: '_key' } };
  const isOld = migrationVersion?.['visualization'] === undefined;
  if (agg.type === 'date_histogram' && params?.['interval'] === 'custom' && isOld) {
    return { ...agg, params: { ...params, interval: params['customInterval'] } };
  }
  return agg;
}

function readControl(object: RawObject, control: Record<string, unknown>): Control {
  const name = control['indexPatternRefName'];
  const index =
    typeof name === 'string'
      ? refer(object, name, `Could not find index pattern reference "${name}"`)
      : text(control['indexPattern']);
  return {
    id: text(control['id']),
    label: text(control['label']),
    fieldName: text(control['fieldName']),
    type: control['type'] === 'range' ? 'range' : 'list',
    parent: text(control['parent']),
    options: (control['options'] ?? {}) as Params,
    index,
  };
}

export function readSearch(object: RawObject): SavedSearch {
  const { attributes } = object;
  const source = sourceJson(object);
  return {
    ...titled(object),
    columns: (attributes['columns'] ?? []) as string[],
    sort: sortPairs(attributes['sort']),
    source: searchSource(object),
    version: source['version'] === true,
    highlight: source['highlightAll'] === true,
  };
}

export function readDashboard(object: RawObject): Dashboard {
  const { attributes } = object;
  const { query, filters } = searchSource(object);
  const { timeRestore, timeFrom, timeTo, refreshInterval } = attributes;
  const hasRange = timeRestore === true && typeof timeFrom === 'string' && typeof timeTo === 'string';
  const panels = json(object, 'panelsJSON', []) as Record<string, unknown>[];
  return {
    ...titled(object),
    panels: panels.map((panel) => readPanel(object, panel)),
    query,
    filters,
    timeRange: hasRange ? { from: timeFrom, to: timeTo } : undefined,
    refreshInterval: (timeRestore === true ? refreshInterval : undefined) as Dashboard['refreshInterval'],
    options: json(object, 'optionsJSON', {}) as Params,
  };
}

function readPanel(object: RawObject, panel: Record<string, unknown>): DashboardPanel {
  const name = text(panel['panelRefName']);
  const reference = object.references.find((candidate) => candidate.name === name);
  const config = (panel['embeddableConfig'] ?? {}) as DashboardPanel['config'];
  const title = panel['title'] ?? config['title'];
  // Before 7.0 panels named their object themselves.
  const type = reference?.type ?? text(panel['type']);
  const id = reference?.id ?? text(panel['id']);
  const grid = (panel['gridData'] ?? {}) as Partial<DashboardPanel['grid']>;
  return {
    panelIndex: text(panel['panelIndex']),
    type,
    id,
    title: typeof title === 'string' ? title : undefined,
    grid: { x: grid.x ?? 0, y: grid.y ?? 0, w: grid.w ?? 24, h: grid.h ?? 15 },
    config,
    fault: id === '' ? `Could not find reference "${name}"` : undefined,
  };
}

export function readQuery(object: RawObject): SavedQuery {
  const { query, filters, timefilter } = object.attributes;
  const time = timefilter as { from?: string; to?: string } | undefined;
  if (query === null || typeof query !== 'object')
    throw new Refusal(`The saved query (id: ${object.id}) has no query.`);
  return {
    ...titled(object),
    query: query as Query,
    filters: asList(filters).filter(isFilter),
    timeRange: time?.from !== undefined && time.to !== undefined ? { from: time.from, to: time.to } : undefined,
  };
}

function searchSource(object: RawObject): SearchSource {
  const source = sourceJson(object);
  const filters = asList(source['filter']).filter(isFilter);
  return {
    query: currentQuery(source['query']),
    filters: filters.map((filter) => withIndex(object, filter)),
    index: indexOf(object, source),
  };
}

function isFilter(value: unknown): value is Filter {
  return value !== null && typeof value === 'object';
}

function indexOf(object: RawObject, source: JsonObject): string | undefined {
  const name = source['indexRefName'];
  if (typeof name === 'string') return refer(object, name, `Could not find reference for ${name}`);
  return typeof source['index'] === 'string' ? source['index'] : undefined;
}

function withIndex(object: RawObject, filter: Filter): Filter {
  const name = (filter.meta as { indexRefName?: unknown } | undefined)?.indexRefName;
  if (typeof name !== 'string') return filter;
  const { indexRefName: _, ...meta } = filter.meta as Filter['meta'] & { indexRefName?: string };
  return { ...filter, meta: { ...meta, index: refer(object, name, `Could not find reference for ${name}`) } };
}

/** Before 6.0 a query had no language: it was Lucene, or query DSL. */
function currentQuery(query: unknown): Query | undefined {
  if (query === undefined || query === null) return undefined;
  if (typeof query === 'object' && 'language' in query && 'query' in query) return query as Query;
  return { query: query as string | JsonObject, language: 'lucene' };
}

function sourceJson(object: RawObject): JsonObject {
  const meta = object.attributes['kibanaSavedObjectMeta'] as { searchSourceJSON?: unknown } | undefined;
  return parse(object, 'searchSourceJSON', meta?.searchSourceJSON, {}) as JsonObject;
}

function refer(object: RawObject, name: string, otherwise: string): string {
  const reference = object.references.find((candidate) => candidate.name === name);
  if (reference === undefined) throw new Refusal(otherwise);
  return reference.id;
}

/** `[['f', 'desc']]` or `[{f: 'desc'}]`; one pair may stand bare. What is neither is left out. */
export function sortPairs(sort: unknown): SortPair[] {
  if (!Array.isArray(sort)) return [];
  const pairs: unknown[] = typeof sort[0] === 'string' ? [sort] : sort;
  return pairs.flatMap((pair): SortPair[] => {
    const entry: unknown = Array.isArray(pair) ? pair : Object.entries(pair ?? {})[0];
    if (!Array.isArray(entry) || entry.length !== 2) return [];
    const [name, order] = entry as unknown[];
    return typeof name === 'string' && typeof order === 'string' ? [[name, order]] : [];
  });
}

function json(object: RawObject, name: string, otherwise: unknown): unknown {
  return parse(object, name, object.attributes[name], otherwise);
}

function parse(object: RawObject, name: string, value: unknown, otherwise: unknown): unknown {
  if (typeof value !== 'string' || value === '') return otherwise;
  try {
    return JSON.parse(value) ?? otherwise;
  } catch {
    throw new Refusal(`Invalid JSON in "${name}" of ${object.type} (id: ${object.id})`);
  }
}

function titled({ id, attributes }: RawObject): { id: string; title: string; description: string } {
  return { id, title: text(attributes['title']) || id, description: text(attributes['description']) };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function asList(value: unknown): unknown[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}
