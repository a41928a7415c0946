/** The interval of a numeric histogram, from the smallest and largest value that a first request asks for. */
import type { JsonObject } from '../../json.ts';
import type { Agg, AggList } from './agg.ts';
import { fieldParam } from './params.ts';
import { settingsOf } from './types.ts';

const INTEGERS = new Set(['integer', 'long', 'short', 'byte']);

/** The aggregations of the first request; its answer becomes `context.bounds[agg.id]`. */
export function boundsAggs(agg: Agg): JsonObject {
  const field = fieldParam(agg) as JsonObject;
  return { maxAgg: { max: field }, minAgg: { min: field } };
}

export function histogramInterval(agg: Agg, { context }: AggList): number {
  const { interval, intervalBase, maxBars } = agg.params;
  const most = settingsOf(context).maxBars;
  const bounds = context.bounds?.[agg.id];
  const span = bounds === undefined ? 0 : bounds.max - bounds.min;
  let chosen = interval === 'auto' ? 0 : Number.parseFloat(String(interval));
  if (Number.isNaN(chosen)) return chosen;
  if (span !== 0) {
    const wanted = Math.min(most, Number(maxBars) || most);
    chosen = interval === 'auto' ? auto(span, wanted, agg.field?.esTypes ?? []) : raised(span, chosen, most);
  }
  if (typeof intervalBase === 'number' && intervalBase > 0) {
    if (chosen < intervalBase) chosen = intervalBase;
    else if (chosen % intervalBase !== 0) chosen = Math.round(chosen / intervalBase) * intervalBase;
  }
  return chosen === 0 ? 1 : chosen;
}

/** 1, 2, 5 or 10 times a power of ten: the finest that stays within `bars`. Integers get no fractions. */
function auto(span: number, bars: number, esTypes: readonly string[]): number {
  if (span < bars && esTypes.every((type) => INTEGERS.has(type))) return 1;
  const power = 10 ** Math.floor(Math.log10(span / bars));
  const factor = [1, 2, 5].find((times) => span / power / times <= bars) ?? 10;
  return power * factor;
}

/** A chosen interval that makes too many bars is rounded up to a multiple of a power of ten. */
function raised(span: number, interval: number, bars: number): number {
  if (span / interval <= bars) return interval;
  const least = span / bars;
  const power = 10 ** Math.floor(Math.log10(least));
  // Added up, not multiplied: the fraction that comes out is part of the request.
  let rounded = power;
  while (rounded < least) rounded += power;
  return rounded;
}
