import { AppError } from '../errors.ts';
import type { EventCounts } from './ports.ts';

export function zeroCounts(): EventCounts {
  return { read: 0, indexed: 0, duplicate: 0, rejected: 0, skipped: 0 };
}

/** Adds `more` to `total` in place. */
export function addCounts(total: EventCounts, more: Readonly<EventCounts>): void {
  total.read += more.read;
  total.indexed += more.indexed;
  total.duplicate += more.duplicate;
  total.rejected += more.rejected;
  total.skipped += more.skipped;
}

/** Every event is accounted for: read = indexed + duplicate + rejected + skipped. Throws COUNT_MISMATCH otherwise. */
export function assertAddsUp(counts: Readonly<EventCounts>, what: string): void {
  const { read, indexed, duplicate, rejected, skipped } = counts;
  const accounted = indexed + duplicate + rejected + skipped;
  if (read === accounted) return;
  throw new AppError(
    'COUNT_MISMATCH',
    `${what}: ${read} events were read but ${accounted} are accounted for (${indexed} indexed, ${duplicate} duplicate, ${rejected} rejected, ${skipped} skipped).`,
    {
      hint: 'This is a fault of the program: nothing of this object was acknowledged, run again with --force and report it.',
    },
  );
}
