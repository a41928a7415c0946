import type { EventIndex } from '../operate/event-indices.ts';
import { count, megabytes } from '../progress.ts';

/** An event index in the lists for people. */
export function eventIndexLine({ name, closed, documents, bytes }: EventIndex): string {
  if (closed) return `  ${name}  closed`;
  if (documents === null || bytes === null) return `  ${name}  no shard of it answers`;
  return `  ${name}  ${count(documents)} events, ${megabytes(bytes)}`;
}
