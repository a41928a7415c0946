/** Controls ask for the values to choose from: the commonest terms, or the smallest and largest number. */
import type { Bundle, Visualization } from '../../bundle.ts';
import type { Control } from '../../bundle/types.ts';
import { findField, type Field, type IndexPattern } from '../../index-pattern.ts';
import type { JsonObject } from '../../json.ts';
import { commonBody } from './body.ts';
import { buildQuery, timeFilter } from './query.ts';
import { Refusal, type CompileContext, type Filter, type SearchRequest } from './types.ts';

export interface ControlRequest {
  readonly control: Control;
  /** Absent while the control this one depends on has no value, or when `reason` says why it cannot be used. */
  readonly request: SearchRequest | undefined;
  readonly reason: string | undefined;
  /** Whether `reason` is a fault, and not just a wait. */
  readonly refused: boolean;
}

export interface ControlOptions {
  /** Filters of the control that this one depends on. */
  readonly ancestors?: readonly Filter[];
  /** Only values that contain this text. */
  readonly containing?: string;
}

export function compileControls(bundle: Bundle, vis: Visualization, context: CompileContext): ControlRequest[] {
  const useTimeFilter = vis.params['useTimeFilter'] === true;
  return vis.controls.map((control): ControlRequest => {
    const ancestors = ancestorsOf(control, vis.controls);
    const chosen = ancestors.map(({ id }) => (context.filters ?? []).filter(({ meta }) => meta?.controlledBy === id));
    if (chosen.some((filters) => filters.length === 0)) {
      const reason = `Disabled until '${ancestors[0]?.label ?? ''}' is set.`;
      return { control, request: undefined, reason, refused: false };
    }
    try {
      const pattern = bundle.indexPattern(control.index);
      const request = compileControl(pattern, control, useTimeFilter, context, { ancestors: chosen.flat() });
      return { control, request, reason: undefined, refused: false };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { control, request: undefined, reason: error.message, refused: true };
    }
  });
}

/** The controls that limit the values of this one: its parent first. Ranges are not limited. */
function ancestorsOf(control: Control, all: readonly Control[], seen: readonly string[] = [control.id]): Control[] {
  const parent = control.type === 'list' ? all.find(({ id }) => id === control.parent) : undefined;
  if (parent === undefined || seen.includes(parent.id)) return [];
  return [parent, ...ancestorsOf(parent, all, [...seen, parent.id])];
}

/** Controls look at all data of the time range: the dashboard's query and filters do not limit them. */
export function compileControl(
  pattern: IndexPattern,
  control: Control,
  useTimeFilter: boolean,
  context: CompileContext,
  options: ControlOptions = {},
): SearchRequest {
  const field = findField(pattern, control.fieldName);
  if (field === undefined) throw new Refusal(`Could not locate that index-pattern-field (id: ${control.fieldName})`);
  if (field.aggregatable !== true)
    throw new Refusal(`Field "${field.name}" is not aggregatable: it has no values to list.`);
  const filters = [...(options.ancestors ?? []), ...(useTimeFilter ? timeFilter(pattern, context) : [])];
  const list = control.type === 'list';
  return {
    index: pattern.title,
    pattern,
    body: {
      ...(list ? { timeout: '1000ms', terminate_after: 100_000 } : {}),
      size: 0,
      aggs: list ? listAggs(field, control, options.containing) : rangeAggs(field),
      ...commonBody(pattern),
      query: buildQuery(pattern, [], filters, context),
    },
  };
}

function listAggs(field: Field, { options }: Control, containing: string | undefined): JsonObject {
  // Typing to search the values works on texts only; others always list their first ones.
  const dynamic = options['dynamicOptions'] === true && field.type === 'string';
  const size = Number(options['size'] ?? 5);
  return {
    termsAgg: {
      terms: {
        order: { _count: 'desc' },
        ...(dynamic || size === 0 ? {} : { size: Math.max(size, 1) }),
        ...source(field),
        ...(containing === undefined || containing === '' ? {} : { include: `.*${escapeRegExp(containing)}.*` }),
      },
    },
  };
}

function rangeAggs(field: Field): JsonObject {
  return { maxAgg: { max: script(field) }, minAgg: { min: script(field) } };
}

function source(field: Field): JsonObject {
  return field.scripted === true
    ? { ...script(field), value_type: field.type === 'number' ? 'float' : field.type }
    : { field: field.name };
}

function script({ name, scripted, script: code = '', lang = 'painless' }: Field): JsonObject {
  return scripted === true ? { script: { source: code, lang } } : { field: name };
}

/** Lucene's regular expressions have more operators than ECMAScript's. */
function escapeRegExp(text: string): string {
  return text.replaceAll(/[.?+*|{}[\]()"\\#@&<>~]/g, '\\$&');
}
