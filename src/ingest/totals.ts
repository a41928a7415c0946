import { addCounts, assertAddsUp, zeroCounts } from './counts.ts';
import type { EventCounts, ObjectReport, ObjectSource } from './ports.ts';

/** The report of a run: `ingest --json` prints it. */
export interface RunReport {
  objects: {
    /** Everything a source saw, read or not. */
    seen: number;
    done: number;
    /** Not data, filtered, gone, settled by an earlier run or held by another worker; `skips` says which. */
    skipped: number;
    failed: number;
    /** Reason → number of objects. */
    skips: Record<string, number>;
  };
  events: EventCounts;
  /** Bytes of objects read, as stored. */
  bytes: number;
  seconds: number;
  /** Failed objects, the first hundred. */
  failures: { bucket: string; key: string; code: string; message: string }[];
  /** Sources that ended before all they have was read. */
  failedSources: SourceFailure[];
  /** Ended by a signal, after a clean drain. */
  interrupted: boolean;
}

export interface SourceFailure {
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

const MAX_FAILURES = 100;

/** Adds up a run from its object reports. */
export class Totals {
  readonly events = zeroCounts();
  readonly #objects = { done: 0, failed: 0 };
  readonly #skips = new Map<string, number>();
  readonly #failures: RunReport['failures'] = [];
  readonly #failedSources: SourceFailure[] = [];
  #bytes = 0;

  add(report: ObjectReport): void {
    addCounts(this.events, report.counts);
    this.#bytes += report.bytes;
    if (report.state === 'done') this.#objects.done += 1;
    else if (report.state === 'failed') {
      this.#objects.failed += 1;
      if (this.#failures.length < MAX_FAILURES)
        this.#failures.push({
          bucket: report.ref.bucket,
          key: report.ref.key,
          code: report.error?.code ?? 'OBJECT_READ',
          message: report.error?.message ?? '',
        });
    } else this.#skip(report.error?.code === 'OBJECT_GONE' ? 'gone' : skipWord(report), 1);
  }

  addFailedSource(failure: SourceFailure): void {
    this.#failedSources.push(failure);
  }

  get objectsDone(): number {
    return this.#objects.done;
  }

  /** Closes the run. Throws COUNT_MISMATCH when the events do not add up. */
  report(sources: readonly ObjectSource[], seconds: number, interrupted: boolean): RunReport {
    assertAddsUp(this.events, 'This run');
    const skips = new Map(this.#skips);
    for (const source of sources)
      for (const [reason, count] of Object.entries(source.skipped()))
        skips.set(reason, (skips.get(reason) ?? 0) + count);
    const skipped = [...skips.values()].reduce((sum, count) => sum + count, 0);
    const { done, failed } = this.#objects;
    return {
      objects: { seen: done + failed + skipped, done, skipped, failed, skips: Object.fromEntries(skips) },
      events: { ...this.events },
      bytes: this.#bytes,
      seconds: Math.round(seconds * 1000) / 1000,
      failures: this.#failures,
      failedSources: this.#failedSources,
      interrupted,
    };
  }

  #skip(reason: string, count: number): void {
    this.#skips.set(reason, (this.#skips.get(reason) ?? 0) + count);
  }
}

function skipWord(report: ObjectReport): string {
  if (report.state === 'settled' || report.state === 'held') return report.state;
  return report.format === 'digest' || report.format === 'empty' ? report.format : 'unknown';
}
