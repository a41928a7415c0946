/** Finding an aggregation by what a parameter (`orderBy`, `metricAgg`) says. */
import type { Agg, AggList } from './agg.ts';
import { requestAggs } from './tree.ts';

/** One value of an aggregation's answer. Percentiles and deviations have several, each with an id of its own. */
export interface ValueAgg {
  readonly id: string;
  readonly agg: Agg;
  /** Which of several values: a percent, a value whose rank is asked, `std_lower`, `std_upper`. */
  readonly key?: number | string;
}

export function valueAggs(agg: Agg): ValueAgg[] {
  return keys(agg)?.map((key) => ({ id: valueId(agg.id, key), agg, key })) ?? [{ id: agg.id, agg }];
}

/**
 * The value of that id. OpenSearch Dashboards first takes the first aggregation whose id begins it, so that with an
 * aggregation "1" before it, "10" is not found; a terms aggregation then orders by the bare id.
 */
export function valueById(id: string, list: AggList): ValueAgg | undefined {
  const agg = requestAggs(list).find((candidate) => id.startsWith(candidate.id));
  return agg && valueAggs(agg).find((value) => value.id === id);
}

function keys(agg: Agg): readonly (number | string)[] | undefined {
  switch (agg.type.name) {
    case 'percentiles':
      return agg.params['percents'] as number[];
    case 'percentile_ranks':
      return agg.params['values'] as number[];
    case 'std_dev':
      return ['std_lower', 'std_upper'];
    default:
      return undefined;
  }
}

function valueId(id: string, key: number | string): string {
  const text = String(key);
  return text.includes('.') ? `${id}['${text.replaceAll("'", "\\'")}']` : `${id}.${text}`;
}
