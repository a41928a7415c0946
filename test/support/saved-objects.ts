import { readBundle, type Bundle, type BundleOptions } from '../../src/content/bundle.ts';
import type { AggState, Filter, Query } from '../../src/content/compile/request/types.ts';
import type { IndexPattern } from '../../src/content/index-pattern.ts';

type Line = Readonly<Record<string, unknown>>;
interface Source {
  readonly query?: Query | string;
  readonly filter?: readonly Partial<Filter>[];
}

/** DQL unless it says otherwise. */
const sourceJson = ({ query = '', filter = [] }: Source, more: object = {}) => ({
  searchSourceJSON: JSON.stringify({
    query: typeof query === 'string' ? { query, language: 'kuery' } : query,
    filter,
    ...more,
  }),
});

const INDEX_REFERENCE = 'kibanaSavedObjectMeta.searchSourceJSON.index';

export function indexPatternLine(pattern: IndexPattern): Line {
  const { id, title, timeFieldName, fields } = pattern;
  return {
    type: 'index-pattern',
    id,
    attributes: { title, timeFieldName, fields: JSON.stringify(fields) },
    references: [],
  };
}

export function visualizationLine(
  id: string,
  type: string,
  aggs: readonly AggState[],
  more: Source & { readonly params?: object; readonly index?: string; readonly search?: string } = {},
): Line {
  const { params = {}, index = 'p', search } = more;
  const references =
    search === undefined
      ? [{ name: INDEX_REFERENCE, type: 'index-pattern', id: index }]
      : [{ name: 'search_0', type: 'search', id: search }];
  const kibanaSavedObjectMeta = sourceJson(more, search === undefined ? { indexRefName: INDEX_REFERENCE } : {});
  const attributes = {
    title: `Title of ${id}`,
    visState: JSON.stringify({ title: id, type, aggs, params }),
    ...(search === undefined ? {} : { savedSearchRefName: 'search_0' }),
    kibanaSavedObjectMeta,
  };
  return { type: 'visualization', id, attributes, references };
}

export function searchLine(
  id: string,
  more: Source & { readonly columns?: readonly string[]; readonly sort?: unknown } = {},
): Line {
  const { columns = [], sort = [] } = more;
  const meta = { indexRefName: INDEX_REFERENCE, version: true, highlightAll: true };
  const attributes = { title: `Title of ${id}`, columns, sort, kibanaSavedObjectMeta: sourceJson(more, meta) };
  return { type: 'search', id, attributes, references: [{ name: INDEX_REFERENCE, type: 'index-pattern', id: 'p' }] };
}

export function dashboardLine(
  id: string,
  panels: readonly { readonly type?: string; readonly id: string; readonly title?: string; readonly config?: object }[],
  more: Source & Line = {},
): Line {
  const { query, filter, ...attributes } = more;
  const panelsJSON = panels.map(({ title, config = {} }, i) => ({
    panelIndex: String(i + 1),
    gridData: { x: 0, y: 15 * i, w: 48, h: 15, i: String(i + 1) },
    embeddableConfig: config,
    panelRefName: `panel_${i}`,
    ...(title === undefined ? {} : { title }),
  }));
  return {
    type: 'dashboard',
    id,
    attributes: {
      title: `Title of ${id}`,
      panelsJSON: JSON.stringify(panelsJSON),
      ...attributes,
      kibanaSavedObjectMeta: sourceJson({
        ...(query === undefined ? {} : { query: query }),
        ...(filter === undefined ? {} : { filter: filter }),
      }),
    },
    references: panels.map(({ type = 'visualization', id: target }, i) => ({ name: `panel_${i}`, type, id: target })),
  };
}

export function bundleOf(lines: readonly Line[], options: BundleOptions = {}): Bundle {
  return readBundle(lines.map((line) => JSON.stringify(line)).join('\n'), options);
}
