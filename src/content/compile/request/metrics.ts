/** The parameters of metric aggregations. */
import type { Agg, AggList } from './agg.ts';
import { fieldParam, given } from './params.ts';
import { valueById } from './references.ts';
import type { Written } from './tree.ts';
import { Refusal } from './types.ts';

export function writeMetric(agg: Agg, list: AggList): Written {
  if (agg.type.pipeline === 'parent') return parentPipeline(agg, list);
  if (agg.type.pipeline === 'sibling') return siblingPipeline(agg);
  switch (agg.type.name) {
    case 'median':
      return { params: { ...fieldParam(agg), percents: [50] } };
    case 'percentiles':
      return { params: { ...fieldParam(agg), ...given(agg, 'percents'), keyed: false } };
    case 'percentile_ranks':
      return { params: { ...fieldParam(agg), ...given(agg, 'values'), keyed: false } };
    case 'top_hits':
      return { params: topHits(agg) };
    default:
      return { params: fieldParam(agg) };
  }
}

function topHits(agg: Agg): Record<string, unknown> {
  const { field, sortField } = agg;
  const order = agg.params['sortOrder'];
  if (field === undefined || sortField === undefined) throw new Refusal('"field" is a required parameter');
  if (order !== 'asc' && order !== 'desc') throw new Refusal(`Aggregation ${agg.id} sorts by "${String(order)}".`);
  const script = ({ script, lang }: typeof field) => ({ source: script, lang });
  const dates = field.type === 'date' ? { format: 'date_time' } : {};
  const docvalues = field.readFromDocValues === true ? { docvalue_fields: [{ field: field.name, ...dates }] } : {};
  const value =
    field.scripted === true
      ? { script_fields: { [field.name]: { script: script(field) } } }
      : { ...docvalues, _source: field.name === '_source' ? true : field.name };
  const sort =
    sortField.scripted === true
      ? { _script: { script: script(sortField), type: sortField.type, order } }
      : { [sortField.name]: { order } };
  return { ...value, ...given(agg, 'size'), sort: [sort] };
}

/** Over the buckets it stands in: the metric it looks at is one of the visualization's, or one of its own beside it. */
function parentPipeline(agg: Agg, list: AggList): Written {
  const { customMetric } = agg;
  const metricAgg = String(agg.params['metricAgg']);
  const value = customMetric ? { id: customMetric.id, agg: customMetric } : valueById(metricAgg, list);
  if (value === undefined) throw new Refusal(`Aggregation ${agg.id} looks at "${metricAgg}", which does not exist.`);
  const counts = value.agg.type.name === 'count';
  return {
    params: { buckets_path: counts ? '_count' : value.id, ...given(agg, 'window'), ...given(agg, 'script') },
    beside: customMetric !== undefined && !counts ? [customMetric] : [],
  };
}

/** Over buckets of its own, which stand beside it. */
function siblingPipeline({ customBucket, customMetric }: Agg): Written {
  if (customMetric === undefined) return { params: {} };
  if (customBucket === undefined) throw new Refusal('A bucket aggregation is required to look over its buckets.');
  const counts = customMetric.type.name === 'count';
  // The bucket carries the metric below it, unless it carries one already that it is ordered by.
  const bucket: Agg = counts ? customBucket : { ...customBucket, customMetric };
  return {
    params: { buckets_path: counts ? `${customBucket.id}>_count` : `${customBucket.id}>${customMetric.id}` },
    beside: [bucket],
  };
}
