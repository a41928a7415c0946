import { chmod, link, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { silentLogger } from '../../../../src/logger.ts';
import { folderSource } from '../../../../src/ingest/source/folder.ts';
import type { ObjectRef, ObjectSource } from '../../../../src/ingest/ports.ts';
import { testFolder, type TestFolder } from '../../../support/folder.ts';
import { testLedger } from '../../../support/ledger.ts';

let folder: TestFolder;
beforeEach(async () => {
  folder = await testFolder();
});
afterEach(() => folder.drop());

const open = (path = folder.path): ObjectSource =>
  folderSource({ name: 'test', path, ledger: testLedger(), force: false, filters: {}, logger: silentLogger });

async function refsOf(source: ObjectSource): Promise<ObjectRef[]> {
  const refs: ObjectRef[] = [];
  for await (const { ref } of source.leases(new AbortController().signal)) refs.push(ref);
  return refs;
}
const namesOf = async (source: ObjectSource): Promise<string[]> =>
  (await refsOf(source)).map(({ key }) => key.slice(folder.path.length + 1));

describe('folder', () => {
  test('gives files in the order of their names, those of a folder before those of its folders', async () => {
    for (const name of ['b/2.json', 'a.json', 'c.json', 'b/1.json', 'b/x/0.json']) await folder.put(name, 'x');
    expect(await namesOf(open())).toEqual(['a.json', 'c.json', 'b/1.json', 'b/2.json', 'b/x/0.json']);
  });

  test('a reference names machine, absolute path, size and time', async () => {
    const { key, etag } = await folder.put('a.json', 'abc');
    expect(await refsOf(open())).toEqual([
      { bucket: expect.stringMatching(/^file:\/\/./), key, etag, size: 3, lastModified: expect.stringMatching(/Z$/) },
    ]);
  });

  test('one file that is named is read, whatever it is called', async () => {
    const { key } = await folder.put('.hidden.tmp', 'x');
    expect(await namesOf(open(key))).toEqual(['.hidden.tmp']);
  });

  test('hidden files and folders, empty files, digests and metadata are left out', async () => {
    for (const name of ['.DS_Store', '.git/config', 'metadata/a.avro', 'a.json.tmp', 'a.json'])
      await folder.put(name, 'x');
    await folder.put('AWSLogs/123456789012/CloudTrail-Digest/eu-west-1/2026/11/21/d.json.gz', 'x');
    await folder.put('empty.json', '');
    const source = open();
    expect(await namesOf(source)).toEqual(['a.json']);
    expect(source.skipped()).toEqual({ metadata: 3, digest: 1, empty: 1 });
  });

  test('where the folder itself lies does not matter', async () => {
    await folder.put('metadata/.cache/events/a.json', 'x');
    expect(await namesOf(open(join(folder.path, 'metadata/.cache/events')))).toEqual(['metadata/.cache/events/a.json']);
  });

  test('links are followed, but not in circles', async () => {
    await folder.put('real/a.json', 'x');
    await symlink(folder.path, join(folder.path, 'real/loop'));
    await symlink(join(folder.path, 'real'), join(folder.path, 'second'));
    await symlink(join(folder.path, 'real/a.json'), join(folder.path, 'real/b.json'));
    await link(join(folder.path, 'real/a.json'), join(folder.path, 'real/c.json'));
    await symlink(join(folder.path, 'nowhere'), join(folder.path, 'real/broken'));
    expect(await namesOf(open())).toEqual(['real/a.json', 'real/b.json', 'real/c.json']);
  });

  test('a path that does not exist is said to be missing', async () => {
    await expect(namesOf(open(join(folder.path, 'nope')))).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      message: expect.stringContaining('nope'),
    });
  });

  test('an empty folder has nothing, and that is no error', async () => {
    await mkdir(join(folder.path, 'empty'));
    expect(await namesOf(open())).toEqual([]);
  });

  test('more files than a page', async () => {
    for (let index = 0; index < 1005; index += 1) await folder.put(`${index}.json`, 'x');
    expect(new Set(await namesOf(open())).size).toBe(1005);
  });

  test('a folder that may not be read costs only itself', async () => {
    await folder.put('closed/a.json', 'x');
    await folder.put('open.json', 'x');
    await chmod(join(folder.path, 'closed'), 0o000);
    const names = await namesOf(open());
    await chmod(join(folder.path, 'closed'), 0o700);
    // Root may read it all the same.
    expect(names).toContain('open.json');
  });
});
