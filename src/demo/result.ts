import type { Provided } from '../runtime/environment.ts';
import type { RunReport } from '../ingest/totals.ts';
import type { Told } from './generate.ts';
import { BAD_LINES, BAD_OBJECTS, type Place } from './write/deliver.ts';

/** A server and how it came to be. */
export interface DemoServer {
  readonly url: string;
  readonly origin: Provided['origin'];
}

/** Everything the demo did. */
export interface DemoResult {
  readonly opensearch: DemoServer & { readonly version: string };
  readonly aws: DemoServer;
  readonly seed: string;
  /** Range of the events, epoch ms. */
  readonly start: number;
  readonly end: number;
  readonly events: number;
  readonly delivered: Readonly<Record<Place, { readonly bucket: string; objects: number; bytes: number }>>;
  readonly queueUrl: string;
  /** Templates and indices that were made or changed; empty where they were there. */
  readonly installed: readonly { readonly verb: string; readonly what: string; readonly name: string }[];
  readonly alias: string;
  readonly deadLettersIndex: string;
  readonly listing: RunReport;
  readonly queue: RunReport;
  /** Dead letters of this run, reason → number. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Events of this run that the cluster finds. */
  readonly found: number;
  readonly stories: readonly Told[];
}

/** What went otherwise than planned, a sentence each. Empty: every event is there once, and only what was made bad was refused. */
export function faultsOf(result: DemoResult): readonly string[] {
  const { listing, queue, events, found } = result;
  const rejected = listing.events.rejected + queue.events.rejected;
  const failed = listing.objects.failed + queue.objects.failed;
  return [
    ...(found === events ? [] : [`${found} of ${events} events are in the index`]),
    ...(rejected <= BAD_LINES ? [] : [`${rejected} records were rejected, not ${BAD_LINES}`]),
    ...(failed <= BAD_OBJECTS ? [] : [`${failed} objects failed, not ${BAD_OBJECTS}`]),
  ];
}

/** The result for scripts. */
export function summaryOf(result: DemoResult, explore: string | undefined): object {
  const { start, end, stories, listing, queue, ...rest } = result;
  return {
    ...rest,
    since: new Date(start).toISOString(),
    until: new Date(end).toISOString(),
    ingested: { listing, queue },
    stories: stories.map(({ story: { id, title, query }, start: at }) => ({
      id,
      start: new Date(at).toISOString(),
      title,
      query,
    })),
    faults: faultsOf(result),
    ...(explore === undefined ? {} : { explore }),
  };
}
