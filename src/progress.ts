import { addCounts, zeroCounts } from './ingest/counts.ts';
import type { EventCounts, ObjectSource } from './ingest/ports.ts';
import type { RunObserver } from './ingest/run.ts';

/** What the status line shows of the work ahead, where a source knows it. */
type Backlog = ReturnType<NonNullable<ObjectSource['backlog']>>;

export interface Progress {
  readonly observer: RunObserver;
  stop(): void;
}

const LINE_MS = 200;
const LOG_MS = 10_000;

/**
 * One status line on a terminal, rewritten in place; one line each ten seconds in a log.
 * The sources' backlog is asked for at every line. Rates are of the last ten seconds, so that a stall is seen.
 */
export function createProgress(stream: NodeJS.WritableStream & { isTTY?: boolean; columns?: number }): Progress {
  const tty = stream.isTTY === true;
  const total = zeroCounts();
  const samples: { at: number; read: number; bytes: number }[] = [{ at: performance.now(), read: 0, bytes: 0 }];
  let sources: readonly ObjectSource[] = [];
  let bytes = 0;
  let objects = 0;
  let failed = 0;
  let note = '';
  let shown = false;

  const line = (): string => {
    const at = performance.now();
    samples.push({ at, read: total.read, bytes });
    while (samples.length > 2 && at - (samples[0]?.at ?? at) > LOG_MS) samples.shift();
    const first = samples[0] ?? { at, read: 0, bytes: 0 };
    const seconds = Math.max((at - first.at) / 1000, 0.001);
    return statusLine({
      objects,
      failed,
      total,
      bytes,
      eventsPerSecond: (total.read - first.read) / seconds,
      bytesPerSecond: (bytes - first.bytes) / seconds,
      backlog: addBacklogs(sources.map((source) => source.backlog?.() ?? {})),
      note,
    });
  };
  const timer = setInterval(
    () => {
      const text = line();
      if (!tty) stream.write(`${text}\n`);
      else stream.write(`\r\u001b[K${text.slice(0, (stream.columns ?? 120) - 1)}`);
      shown = true;
    },
    tty ? LINE_MS : LOG_MS,
  );
  timer.unref();

  return {
    observer: {
      start: (opened) => void (sources = opened),
      batch(counts, size) {
        addCounts(total, counts);
        bytes += size;
        note = '';
      },
      object({ state }) {
        objects += 1;
        if (state === 'failed') failed += 1;
      },
      // Shown until the next batch.
      waiting: (reason) => void (note = reason),
    },
    stop() {
      clearInterval(timer);
      if (tty && shown) stream.write('\r\u001b[K');
    },
  };
}

function addBacklogs(backlogs: readonly Backlog[]): Backlog {
  const sum = (key: 'objects' | 'bytes'): number | undefined =>
    backlogs.reduce<number | undefined>(
      (total, backlog) => (backlog[key] === undefined ? total : (total ?? 0) + backlog[key]),
      undefined,
    );
  const [objects, bytes] = [sum('objects'), sum('bytes')];
  const ages = backlogs.flatMap(({ oldestAgeMs }) => oldestAgeMs ?? []);
  return {
    ...(objects === undefined ? {} : { objects }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(ages.length === 0 ? {} : { oldestAgeMs: Math.max(...ages) }),
  };
}

/** The text of one line: `412 objects · 1,204,331 events (14.2k/s) · 96 MB · ETA 3 min`. */
export function statusLine(state: {
  objects: number;
  failed: number;
  total: Readonly<EventCounts>;
  bytes: number;
  eventsPerSecond: number;
  bytesPerSecond: number;
  backlog: Backlog;
  note: string;
}): string {
  const { objects, failed, total, bytes, eventsPerSecond, bytesPerSecond, backlog, note } = state;
  const parts = [
    `${count(objects)} objects`,
    `${count(total.read)} events (${rate(eventsPerSecond)}/s)`,
    `${count(total.indexed)} indexed`,
    ...(total.duplicate > 0 ? [`${count(total.duplicate)} duplicate`] : []),
    ...(total.rejected > 0 ? [`${count(total.rejected)} rejected`] : []),
    ...(failed > 0 ? [`${count(failed)} objects failed`] : []),
    size(bytes),
  ];
  if (backlog.bytes !== undefined && backlog.bytes > bytes && bytesPerSecond > 0)
    parts.push(`ETA ${duration((backlog.bytes - bytes) / bytesPerSecond)}`);
  else if (backlog.objects !== undefined && backlog.objects > 0) parts.push(`${count(backlog.objects)} waiting`);
  if (backlog.oldestAgeMs !== undefined) parts.push(`lag ${duration(backlog.oldestAgeMs / 1000)}`);
  if (note !== '') parts.push(note);
  return parts.join(' · ');
}

const NUMBER = new Intl.NumberFormat('en-US');

export function count(value: number): string {
  return NUMBER.format(value);
}

/** `950`, `14.2k`, `1.3M`. */
export function rate(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)}M`;
  if (value >= 1e3) return `${(value / 1e3).toFixed(1)}k`;
  return value.toFixed(0);
}

/** Bytes as `512 B`, `1.2 kB`, `96 MB`, `5.1 GB`. */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value >= 10 || unit === 0 ? value.toFixed(0) : value.toFixed(1)} ${units[unit] ?? 'B'}`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Seconds as `8 s`, `3 min`, `2 h 10 min`, `4 d 3 h`. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
