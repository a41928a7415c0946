import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Filters } from '../filter.ts';
import { isSettled, type Lease, type Ledger, type ObjectRef, type ObjectSource, type SkipReason } from '../ports.ts';
import { Channel, stoppable } from './iterable.ts';
import { whySkipped } from './key-filter.ts';

export interface LookingOptions {
  readonly name: string;
  readonly ledger: Pick<Ledger, 'lookup'>;
  /** Settled objects too. */
  readonly force: boolean;
  readonly filters: Filters;
  /** Look again after each pause, until stopped. Absent: one pass. */
  readonly follow?: { readonly pollMs: number };
  readonly logger: Logger;
  /** Epoch ms. */
  readonly now?: () => number;
}

/** Where objects are looked for. */
export interface Lookout {
  /** Goes over all objects once and offers them in pages of at most 1,000. `pass` counts from 1. */
  walk(offer: Offer, pass: number, signal: AbortSignal): Promise<void>;
  /** What of a key tells its layout; for files, the path below the folder. */
  keyOf(ref: ObjectRef): string;
  /** An error in our words, and whether the next pass may go better. */
  fault(error: unknown): { readonly error: unknown; readonly retry: boolean };
}

/** Resolves when all of the page that is new has been taken, to what of it is not settled yet. */
export type Offer = (page: readonly ObjectRef[]) => Promise<readonly ObjectRef[]>;

/** References that wait to be leased: about 10 MB. */
const CAPACITY = 20_000;

/**
 * A source that finds objects by looking, and tells new from settled ones by the ledger: never by their order, because
 * an object may arrive late with a smaller key.
 */
export function lookingSource(lookout: Lookout, options: LookingOptions): ObjectSource {
  const { name, ledger, force, filters, follow, logger, now = Date.now } = options;
  const skips: Partial<Record<SkipReason, number>> = {};
  /** Offered and not settled yet: a pass that meets them again leaves them alone. */
  const underWay = new Set<string>();
  let waiting: Channel<ObjectRef> | undefined;
  let latest: ObjectRef | undefined;
  let pass = 0;
  let previousStart = 0;

  const skip = (ref: ObjectRef, reason: SkipReason): void => {
    // What earlier passes counted is not counted again.
    if (pass > 1 && (reason === 'settled' || Date.parse(ref.lastModified ?? '') < previousStart)) return;
    skips[reason] = (skips[reason] ?? 0) + 1;
  };

  const offer = async (
    page: readonly ObjectRef[],
    channel: Channel<ObjectRef>,
    signal: AbortSignal,
  ): Promise<readonly ObjectRef[]> => {
    const data = page.filter((ref) => {
      const reason = whySkipped(lookout.keyOf(ref), ref.size, filters);
      if (reason !== undefined) skip(ref, reason);
      return reason === undefined;
    });
    if (data.length === 0) return data;
    const rows = force && pass === 1 ? [] : await ledger.lookup(data, signal);
    const unsettled = data.filter((ref, index) => {
      const settled = isSettled(rows[index], ref, filters);
      if (settled) skip(ref, 'settled');
      return !settled;
    });
    for (const ref of unsettled) {
      const id = idOf(ref);
      if (underWay.has(id)) continue;
      underWay.add(id);
      if (await channel.push(ref)) continue;
      underWay.delete(id);
      break;
    }
    return unsettled;
  };

  const passes = async (channel: Channel<ObjectRef>, signal: AbortSignal): Promise<void> => {
    for (;;) {
      pass += 1;
      const started = now();
      try {
        await lookout.walk((page) => offer(page, channel, signal), pass, signal);
        previousStart = started;
      } catch (thrown) {
        signal.throwIfAborted();
        const { error, retry } = lookout.fault(thrown);
        if (follow === undefined || !retry) throw error;
        logger.warn({ source: name, err: messageOf(error) }, 'could not look for objects; trying again');
      }
      if (follow === undefined) return;
      await sleep(follow.pollMs, undefined, { signal });
    }
  };

  const lease = (ref: ObjectRef): Lease => {
    latest = ref;
    const settle = async (): Promise<void> => void underWay.delete(idOf(ref));
    return { ref, source: name, ack: settle, nack: settle };
  };

  return {
    name,
    leases: (signal) =>
      stoppable(async function* (stop) {
        const channel = new Channel<ObjectRef>(CAPACITY, stop);
        waiting = channel;
        const looking = passes(channel, stop).then(
          () => channel.close(),
          (error: unknown) => (stop.aborted ? channel.close() : channel.fail(error)),
        );
        try {
          for await (const ref of channel.read(stop)) yield lease(ref);
        } finally {
          channel.close();
          for (const ref of channel.drain()) underWay.delete(idOf(ref));
          await looking;
        }
      }, signal),
    skipped: () => skips,
    backlog() {
      const objects = waiting?.size ?? 0;
      const time = Date.parse(latest?.lastModified ?? '');
      return { objects, ...(objects === 0 || Number.isNaN(time) ? {} : { oldestAgeMs: Math.max(0, now() - time) }) };
    },
  };
}

function idOf({ bucket, key }: ObjectRef): string {
  return `${bucket}\0${key}`;
}
