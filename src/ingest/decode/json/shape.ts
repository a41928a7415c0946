import { messageOf } from '../../../errors.ts';
import type { ObjectFormat } from '../../ports.ts';
import { WRAPPERS } from './lexer.ts';
import { parseJson } from './parse.ts';

const QUOTE = 0x22;
/** How what CloudWatch Logs writes to see whether a destination can be reached begins. */
const CONTROL_MESSAGE = 'CWL CONTROL MESSAGE';

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

/**
 * The record that a value carries as text, under `member` or where events are known to be text, else the value itself.
 * Undefined where it is no record and not meant to be one. Throws when the text is not JSON.
 */
export function embedded(value: unknown, member: string | undefined): unknown {
  const text = textIn(value, member);
  if (text === undefined) return value;
  if (member !== undefined && text.startsWith(CONTROL_MESSAGE)) return undefined;
  try {
    return parseJson(text);
  } catch (error) {
    throw new SyntaxError(`in the text that holds the record: ${messageOf(error)}`, { cause: error });
  }
}

function textIn(value: unknown, member: string | undefined): string | undefined {
  if (typeof value === 'string') return value.startsWith('{') ? value : undefined;
  if (!Array.isArray(value)) return textUnder(value, member);
  // A row of CloudTrail Lake: an object for each column.
  const texts = value.map((column) => textUnder(column, 'eventJson')).filter((text) => text !== undefined);
  return texts.length === 1 ? texts[0] : undefined;
}

/** `aws cloudtrail lookup-events` and CloudTrail Lake have names of their own for the text of an event. */
function textUnder(value: unknown, member: string | undefined): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const members = value as Record<string, unknown>;
  const text = member === undefined ? (members['CloudTrailEvent'] ?? members['eventJson']) : members[member];
  return typeof text === 'string' ? text : undefined;
}

/** Whether a wrapper's key is the first one of the object at `at`: then it is not worth parsing whole. */
export function startsWrapper(bytes: Buffer, at: number, end: number): boolean {
  let i = at + 1;
  while (i < end && bytes[i]! <= 0x20) i += 1;
  const first = bytes[i + 1];
  // R, E, Q, l: nearly every record is told apart by this one byte.
  if (bytes[i] !== QUOTE || (first !== 0x52 && first !== 0x45 && first !== 0x51 && first !== 0x6c)) return false;
  const close = bytes.subarray(0, Math.min(end, i + 20)).indexOf(QUOTE, i + 1);
  return close > 0 && WRAPPERS.has(bytes.toString('latin1', i + 1, close));
}
