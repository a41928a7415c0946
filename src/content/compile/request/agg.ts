/** Aggregations as saved → aggregations with their types, fields and defaults resolved, or the reason why not. */
import { findField, type Field, type IndexPattern } from '../../index-pattern.ts';
import { AGG_TYPES, type AggType, type FieldRule } from './agg-types.ts';
import { Refusal, type AggState, type CompileContext, type Params } from './types.ts';

export interface Agg {
  readonly id: string;
  readonly type: AggType;
  readonly enabled: boolean;
  /** Its place in the chart: `metric`, `segment`, `group`, `bucket`, `split`, … */
  readonly schema: string | undefined;
  /** With defaults; fields and inner aggregations are below instead. */
  readonly params: Params;
  readonly field: Field | undefined;
  readonly sortField: Field | undefined;
  /** Aggregations that belong to this one: of a pipeline its bucket and metric, of terms what they are ordered by. */
  readonly customBucket: Agg | undefined;
  readonly customMetric: Agg | undefined;
  readonly orderAgg: Agg | undefined;
}

/** The aggregations of one visualization, in the order saved. */
export interface AggList {
  readonly pattern: IndexPattern;
  readonly context: CompileContext;
  readonly aggs: readonly Agg[];
}

/** Throws `Refusal` with the message that OpenSearch Dashboards shows. Disabled aggregations are checked as well: it does. */
export function resolveAggs(states: readonly AggState[], pattern: IndexPattern, context: CompileContext): AggList {
  let next = nextId(states);
  const aggs = states.map((state) => resolve(state, state.id ?? String(next++), pattern));
  return { pattern, context, aggs };
}

/** One more than the largest numeric id. */
export function nextId(aggs: readonly { readonly id?: string }[]): number {
  return 1 + aggs.reduce((max, { id }) => Math.max(max, Number(id) || 0), 0);
}

/** An aggregation that stands for no saved one. */
export function madeAgg(type: string, id: string, params: Params, field?: Field): Agg {
  const own = { id, type: typeOf(type), enabled: true, schema: undefined, params, field };
  return { ...own, sortField: undefined, customBucket: undefined, customMetric: undefined, orderAgg: undefined };
}

function resolve(state: AggState, id: string, pattern: IndexPattern): Agg {
  const type = typeOf(state.type);
  const saved = state.params ?? {};
  const params: Record<string, unknown> = { ...type.defaults };
  for (const [name, value] of Object.entries(saved)) {
    if (value !== null && value !== undefined) params[name] = value;
  }
  const inner = (name: string, suffix: string) => {
    const own = type.inner?.includes(name) === true ? params[name] : undefined;
    return own === undefined ? undefined : resolve(own as AggState, `${id}-${suffix}`, pattern);
  };
  return {
    id,
    type,
    enabled: state.enabled !== false,
    schema: state.schema,
    params,
    field: fieldOf(params['field'], type.field, type.title, pattern),
    sortField: fieldOf(params['sortField'], type.sortField, type.title, pattern),
    customBucket: inner('customBucket', 'bucket'),
    customMetric: inner('customMetric', 'metric'),
    orderAgg: inner('orderAgg', 'orderAgg'),
  };
}

function typeOf(name: string): AggType {
  const type = AGG_TYPES.get(name);
  if (type === undefined) throw new Refusal(`There is no aggregation "${name}".`);
  return type;
}

/** Types to take an unknown field for, where the aggregation does not take texts. */
const GUESSES = ['number', 'date', 'ip', 'geo_point'];

function fieldOf(saved: unknown, rule: FieldRule | undefined, title: string, pattern: IndexPattern): Field | undefined {
  if (rule === undefined) return undefined;
  const name = saved ?? (rule.timeFieldByDefault === true ? pattern.timeFieldName : undefined);
  if (typeof name !== 'string' || name === '') return undefined;
  const found = findField(pattern, name);
  if (found === undefined) throw new Refusal(`Could not locate that index-pattern-field (id: ${name})`);
  const isGuess = pattern.guessFields === true && !pattern.fields.includes(found) && !rule.accepts(found.type);
  const field = isGuess ? { ...found, type: GUESSES.find((type) => rule.accepts(type)) ?? found.type } : found;
  const usable =
    (rule.anyField === true || (field.aggregatable === true && field.subType?.nested === undefined)) &&
    (rule.noScripts !== true || field.scripted !== true) &&
    rule.accepts(field.type);
  if (!usable) {
    const use = `invalid for use with the "${title}" aggregation`;
    throw new Refusal(`Saved field "${name}" is ${use}. Please select a new field.`);
  }
  return field;
}
