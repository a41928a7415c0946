import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FILE_BUCKET, fileEtag } from '../../src/ingest/read/file.ts';
import type { ObjectRef } from '../../src/ingest/ports.ts';

export interface TestFolder {
  readonly path: string;
  /** Puts or replaces a file, folders included, as careful writers do: what is open stays as it was. */
  readonly put: (name: string, body: Uint8Array | string) => Promise<ObjectRef>;
  readonly remove: (ref: ObjectRef) => Promise<void>;
  readonly drop: () => Promise<void>;
}

/** A folder of its own. */
export async function testFolder(): Promise<TestFolder> {
  const path = await mkdtemp(join(tmpdir(), 'ocsf-cloudtrail-test-'));
  const aside = await mkdtemp(join(tmpdir(), 'ocsf-cloudtrail-test-'));
  return {
    path,
    async put(name, body) {
      const key = join(path, name);
      const draft = join(aside, 'draft');
      await mkdir(dirname(key), { recursive: true });
      await writeFile(draft, body);
      await rename(draft, key);
      const stats = await stat(key);
      return { bucket: FILE_BUCKET, key, etag: fileEtag(stats), size: stats.size };
    },
    remove: async ({ key }) => await rm(key),
    async drop() {
      for (const each of [path, aside]) await rm(each, { recursive: true, force: true });
    },
  };
}
