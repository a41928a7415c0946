import { object, type JsonObject } from './json.ts';
import { parseInstant, toIso } from './time.ts';

const MINUTE = 60_000;

/**
 * The window of unusual activity that an Insights event speaks of. Its eventTime is the begin (`state` Start) or the end
 * (End); the end knows the length too, in minutes.
 */
export function mapWindow(insight: JsonObject, time: number | undefined) {
  if (time === undefined) return undefined;
  if (insight['state'] === 'Start') return { start_time: time, start_time_dt: toIso(time) };
  if (insight['state'] !== 'End') return undefined;
  const end = { end_time: time, end_time_dt: toIso(time) };
  const minutes = object(object(insight['insightContext'])?.['statistics'])?.['insightDuration'];
  if (typeof minutes !== 'number' || !(minutes >= 0 && minutes * MINUTE <= time)) return end;
  const duration = Math.round(minutes * MINUTE);
  return { start_time: time - duration, start_time_dt: toIso(time - duration), ...end, duration };
}

/** The window whose events an aggregated event sums up, from its time on. */
export function mapSummedWindow(window: JsonObject | undefined, time: number | undefined) {
  if (time === undefined) return undefined;
  const start = { start_time: time, start_time_dt: toIso(time) };
  const end = parseInstant(window?.['windowEnd']);
  if (end === undefined || end < time) return start;
  return { ...start, end_time: end, end_time_dt: toIso(end), duration: end - time };
}
