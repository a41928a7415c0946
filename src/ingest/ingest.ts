import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { pMapIterable } from 'p-map';
import { ObjectError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { ingestObject, type ObjectContext } from './ingest-object.ts';
import type { EncodeOptions, EventCounts, IngestPorts, Lease, ObjectReport } from './ports.ts';
import { Window } from './window.ts';

export interface IngestOptions {
  readonly encode: EncodeOptions;
  /** Objects worked on at once; fewer where they are large. */
  readonly maxInFlight: number;
  /** Bytes of batches on their way to the cluster, over all objects. */
  readonly windowBytes: number;
  /** Read settled objects again; what is there already is a duplicate. */
  readonly force: boolean;
  /** Waits for objects that other workers hold and takes over those whose lease ends; for runs that must end complete. */
  readonly waitForHeld: boolean;
  /** How often a claim is prolonged while its object is being read. */
  readonly renewMs: number;
  /** Told of each batch as soon as its outcomes are known, for progress within large objects. */
  readonly onBatch?: (counts: Readonly<EventCounts>, bytes: number) => void;
  readonly logger: Logger;
}

/** What an object in hand may have on average: small ones are many, and a dozen large ones keep all threads busy. */
const OPENED_BYTES = 192 * 1024;

/** `drain`: lease nothing more, settle what is in flight. `abort`: leave at once, settle nothing. */
export interface Signals {
  readonly drain: AbortSignal;
  readonly abort: AbortSignal;
}

/**
 * The chain. Yields a report for each object, in the order of the leases, and ends when the source does.
 * Throws `FatalError` when going on makes no sense; what was not acknowledged by then comes again in the next run.
 */
export async function* ingest(
  ports: IngestPorts,
  options: IngestOptions,
  signals: Signals,
): AsyncGenerator<ObjectReport> {
  const ending = new AbortController();
  const abort = AbortSignal.any([signals.abort, ending.signal]);
  // Every request of every object in flight listens to it.
  setMaxListeners(0, abort, signals.drain);
  const context = {
    ports,
    options,
    abort,
    window: new Window(options.windowBytes),
    opened: new Window(options.maxInFlight * OPENED_BYTES),
  };
  const held: Lease[] = [];
  const concurrency = { concurrency: options.maxInFlight, backpressure: 16 * options.maxInFlight };

  try {
    for await (const report of pMapIterable(
      ports.source.leases(signals.drain),
      async (lease) => {
        const report = await ingestObject(lease, context);
        if (report.state !== 'held') return report;
        if (options.waitForHeld && ports.source.redelivers !== true) {
          held.push(lease);
          return undefined;
        }
        await lease.nack(new ObjectError('OBJECT_READ', 'another worker is reading it', { permanent: false }));
        return report;
      },
      concurrency,
    ))
      if (report !== undefined) yield report;

    yield* pMapIterable(held, (lease) => whenFree(lease, context, signals.drain), concurrency);
  } finally {
    // Ends what other objects still have in flight when one of them ended the run.
    ending.abort();
  }
}

/** Asks again until the other worker has settled the object or its lease has ended. */
async function whenFree(lease: Lease, context: ObjectContext, drain: AbortSignal): Promise<ObjectReport> {
  for (;;) {
    const report = await ingestObject(lease, context);
    if (report.state !== 'held') return report;
    const waited = await sleep(1000, true, { signal: drain }).catch(() => false);
    if (waited) continue;
    await lease.nack(
      new ObjectError('OBJECT_READ', 'interrupted while another worker was reading it', { permanent: false }),
    );
    return report;
  }
}
