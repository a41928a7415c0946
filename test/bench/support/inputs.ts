import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { shipped } from '../../../src/content/root.ts';
import { generateEvents } from '../../../src/demo/generate.ts';
import type { RawRecord } from '../../../src/demo/record.ts';
import { trailBody } from '../../../src/demo/write/cloudtrail.ts';
import { asSecurityLake } from '../../../src/demo/write/ocsf.ts';
import { securityLakeParquet } from '../../../src/demo/write/parquet.ts';
import { cached } from '../../../src/runtime/cache.ts';

/** OCSF one event a line; raw CloudTrail as a trail delivers it; Security Lake's Parquet. */
export type InputKind = 'ocsf' | 'cloudtrail' | 'parquet';

/** Objects full of the demo's events, each with an id of its own. */
export interface Input {
  /** Absolute path of a folder with the objects as files. */
  readonly folder: string;
  readonly events: number;
  readonly objects: number;
  /** As stored. */
  readonly megabytes: number;
  /** The objects, one read after the other. */
  read(): Generator<{ key: string; body: Uint8Array }>;
}

export interface Inputs {
  /** Made once a machine, kept in the cache. Parquet's row groups have so many rows, else what Security Lake's have. */
  make(kind: InputKind, events: number, perObject: number, rowGroup?: number): Promise<Input>;
}

/** The last events are of this instant: all of them fall in one index. */
const END = Date.UTC(2026, 9, 31);
const HOURS = 24;

const WRITE: Readonly<
  Record<InputKind, { ending: string; body: (records: readonly RawRecord[], rowGroup?: number) => Uint8Array }>
> = {
  ocsf: {
    ending: 'json.gz',
    body: (records) => gzipSync(records.map((record) => `${JSON.stringify(asSecurityLake(record))}\n`).join('')),
  },
  cloudtrail: { ending: 'json.gz', body: trailBody },
  parquet: {
    ending: 'gz.parquet',
    body: (records, rowGroup) =>
      securityLakeParquet(records.map(asSecurityLake), { account: '123456789012', region: 'eu-west-1' }, rowGroup),
  },
};

export function createInputs(): Inputs {
  return {
    async make(kind, events, perObject, rowGroup) {
      const groups = rowGroup === undefined ? '' : `-${rowGroup}`;
      const name = `bench-${kind}-${events}-${perObject}${groups}-${generatorHash()}`;
      const folder = await cached(name, async (dir) => {
        const { ending, body } = WRITE[kind];
        let records: RawRecord[] = [];
        let objects = 0;
        const write = async (): Promise<void> => {
          if (records.length === 0) return;
          await writeFile(join(dir, `${String(objects++).padStart(6, '0')}.${ending}`), body(records, rowGroup));
          records = [];
        };
        for (const record of generateEvents({ seed: 'bench', end: END, hours: HOURS, events })) {
          records.push(record);
          if (records.length === perObject) await write();
        }
        await write();
      });
      const files = readdirSync(folder).sort();
      const read = function* (): ReturnType<Input['read']> {
        for (const file of files) yield { key: file, body: readFileSync(join(folder, file)) };
      };
      let bytes = 0;
      for (const { body } of read()) bytes += body.length;
      return { folder, events, objects: files.length, megabytes: bytes / 1e6, read };
    },
  };
}

/** Changes when the events may have changed. */
function generatorHash(): string {
  const hash = createHash('sha256');
  for (const entry of readdirSync(shipped('src', 'demo'), { recursive: true, withFileTypes: true }))
    if (entry.isFile()) hash.update(readFileSync(join(entry.parentPath, entry.name)));
  return hash.digest('hex').slice(0, 8);
}
