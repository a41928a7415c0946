import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findJava } from '../../../src/runtime/java.ts';
import { findMaven, findOpenssl, findPython, which } from '../../../src/runtime/tools.ts';

let root: string;
beforeEach(async () => void (root = await realpath(await mkdtemp(join(tmpdir(), 'java-test-')))));
afterEach(() => rm(root, { recursive: true, force: true }));

async function program(folder: string, name: string, output: string): Promise<string> {
  await mkdir(join(root, folder), { recursive: true });
  const path = join(root, folder, name);
  await writeFile(path, `#!/bin/sh\necho '${output}'\n`);
  await chmod(path, 0o755);
  return path;
}

/** A Java home whose version is in its `release` file. */
async function home(folder: string, version: string): Promise<string> {
  const path = await program(`${folder}/bin`, 'java', 'never asked');
  await writeFile(join(root, folder, 'release'), `IMPLEMENTOR="x"\nJAVA_VERSION="${version}"\n`);
  return path;
}

test('JAVA_HOME wins when it is new enough', async () => {
  const path = await home('named', '21.0.4');
  await home('jvm/jdk-25', '25');
  const search = { env: { JAVA_HOME: join(root, 'named'), PATH: '' }, folders: [join(root, 'jvm')] };
  expect(await findJava({ min: 21 }, search)).toEqual({ path, major: 21 });
});

test('an old Java on PATH is passed over for the newest fitting one in the usual folders', async () => {
  await program('path', 'java', 'openjdk version "17.0.15" 2025-04-15');
  await home('jvm/jdk-21', '21.0.1');
  const path = await home('jvm/jdk-25', '25.0.1');
  const search = { env: { PATH: join(root, 'path') }, folders: [join(root, 'absent'), join(root, 'jvm')] };
  expect(await findJava({ min: 21 }, search)).toEqual({ path, major: 25 });
});

test('an upper bound is kept, for servers that newer releases cannot run', async () => {
  await home('jvm/jdk-25', '25.0.1');
  const path = await home('jvm/jdk-17', '17.0.15');
  await home('jvm/jdk-8', '1.8.0_392');
  const search = { env: {}, folders: [join(root, 'jvm')] };
  expect(await findJava({ min: 11, max: 23 }, search)).toEqual({ path, major: 17 });
});

test('without a fitting Java the error says in one line what to install', async () => {
  await home('jvm/jdk-17', '17.0.15');
  const search = { env: {}, folders: [join(root, 'jvm')] };
  const error = await findJava({ min: 21 }, search).catch((e: unknown) => e);
  expect(error).toMatchObject({ code: 'MISSING_TOOL', message: 'No Java 21 or later found (only 17).', exitCode: 2 });
  expect((error as { hint: string }).hint).toMatch(/^Install a JDK 21 or later.*OPENSEARCH_URL[^\n]*$/);
});

test('missing tools are named with a one-line remedy', async () => {
  const env = { PATH: root };
  expect(() => findMaven(env)).toThrow(
    expect.objectContaining({ code: 'MISSING_TOOL', hint: expect.stringMatching(/^Install Maven.*$/) }),
  );
  expect(() => findOpenssl(env)).toThrow(
    expect.objectContaining({ code: 'MISSING_TOOL', hint: expect.stringMatching(/^Install openssl.*$/) }),
  );
  await expect(findPython(env)).rejects.toMatchObject({
    code: 'MISSING_TOOL',
    hint: expect.stringMatching(/^Install python3.*$/),
  });
});

test('a Python that is too old is passed over', async () => {
  await program('bin', 'python3', '3.8');
  const path = await program('bin', 'python3.12', '3.12');
  expect(await findPython({ PATH: join(root, 'bin') })).toEqual({ path, version: '3.12' });
});

test('which finds only files that can be run', async () => {
  await mkdir(join(root, 'folder', 'tool'), { recursive: true });
  await writeFile(join(root, 'tool'), '');
  expect(which('tool', { PATH: `${join(root, 'folder')}:${root}` })).toBeUndefined();
  const path = await program('bin', 'tool', '');
  expect(which('tool', { PATH: join(root, 'bin') })).toBe(path);
});
