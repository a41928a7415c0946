/** The fields that a request asks about: for saying which of them hold no values. */
import { fieldTerms, parseDql } from '../../dql/dql.ts';
import type { Agg } from './agg.ts';
import { filterField } from './query.ts';
import type { Filter, Query } from './types.ts';
import type { Compiled } from './visualization.ts';

/** Names as written, wildcards left out, sorted. */
export function usedFields(compiled: Compiled): string[] {
  return [...new Set(collect(compiled))].sort();
}

export function queryFields({ query, language }: Query): string[] {
  if (typeof query !== 'string') return [];
  if (language === 'kuery') {
    return fieldTerms(parseDql(query)).flatMap(({ name, wildcard }) => (wildcard ? [] : [name]));
  }
  // Lucene: a word before a colon, outside quotes.
  const unquoted = query.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  const exists = [...unquoted.matchAll(/_exists_\s*:\s*([\w.@-]+)/g)].map((match) => match[1] ?? '');
  const words = [...unquoted.matchAll(/(?<![\w.@\\-])([\w.@-]+)\s*:/g)].map((match) => match[1] ?? '');
  return [...exists, ...words.filter((word) => word !== '_exists_')];
}

function collect(compiled: Compiled): string[] {
  switch (compiled.kind) {
    case 'aggs': {
      const { list, queries, filters } = compiled;
      const asked = list.aggs.filter(({ enabled }) => enabled).flatMap(aggFields);
      return [...asked, ...queries.flatMap(queryFields), ...filters.flatMap(ofFilter)];
    }
    case 'hits': {
      const { query, filters } = compiled.search.source;
      const asked = compiled.columns.filter((column) => column !== '_source');
      return [...asked, ...(query === undefined ? [] : queryFields(query)), ...filters.flatMap(ofFilter)];
    }
    case 'controls':
      return compiled.controls.map(({ control }) => control.fieldName);
    case 'none':
    case 'unsupported':
    case 'refused':
      return [];
  }
}

function aggFields(agg: Agg): string[] {
  const own = [agg.field, agg.sortField].flatMap((field) => field?.name ?? []);
  const inner = [agg.customBucket, agg.customMetric, agg.orderAgg].flatMap((one) => (one ? aggFields(one) : []));
  const filters = agg.type.name === 'filters' ? (agg.params['filters'] as { input?: Query | null }[]) : [];
  return [...own, ...inner, ...filters.flatMap(({ input }) => (input ? queryFields(input) : []))];
}

function ofFilter(filter: Filter): string[] {
  return filter.meta?.disabled === true ? [] : [filterField(filter) ?? filter.meta?.key ?? []].flat();
}
