import type { ObjectFormat } from '../../ports.ts';
import { WRAPPERS } from './lexer.ts';
import { parseJson } from './parse.ts';

const QUOTE = 0x22;

function has(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}

/** What an object's first record makes it. */
export function formatOf(record: unknown): ObjectFormat {
  if (has(record, 'class_uid') || has(record, 'type_uid')) return 'ocsf-json';
  return has(record, 'eventVersion') || has(record, 'eventSource') || has(record, 'eventID')
    ? 'cloudtrail-json'
    : 'unknown';
}

/** CloudTrail's log file integrity digest: it names log files and holds no event. */
export function isDigest(value: unknown): boolean {
  return has(value, 'digestStartTime') && has(value, 'digestS3Bucket');
}

/** The records of a wrapper that was parsed whole. */
export function recordsOf(value: unknown): { member: string | undefined; records: unknown[] } | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, member] of WRAPPERS) {
    const records = (value as Record<string, unknown>)[key];
    if (Array.isArray(records)) return { member, records };
  }
  return undefined;
}

/** The record that an element of a wrapper carries as text. Throws when that is not JSON. */
export function embedded(element: unknown, member: string | undefined): unknown {
  if (member === undefined) return element;
  const text = (element as Record<string, unknown> | null)?.[member];
  return typeof text === 'string' ? parseJson(text) : element;
}

/** Whether a wrapper's key is the first one of the object at `at`: then it is not worth parsing whole. */
export function startsWrapper(bytes: Buffer, at: number, end: number): boolean {
  let i = at + 1;
  while (i < end && bytes[i]! <= 0x20) i += 1;
  const first = bytes[i + 1];
  // R, E, l: nearly every record is told apart by this one byte.
  if (bytes[i] !== QUOTE || (first !== 0x52 && first !== 0x45 && first !== 0x6c)) return false;
  const close = bytes.subarray(0, Math.min(end, i + 16)).indexOf(QUOTE, i + 1);
  return close > 0 && WRAPPERS.has(bytes.toString('latin1', i + 1, close));
}
