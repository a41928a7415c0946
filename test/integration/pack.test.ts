import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildBundle, sha256 } from '../../src/bundle/bundle.ts';
import { packageVersion, shipped } from '../../src/content/root.ts';
import { generateEvents } from '../../src/demo/generate.ts';
import { countOf, installAlias } from '../support/installed.ts';
import { createBucket, deleteAlias, serverUrl, testClient, testS3, uniqueName } from '../support/servers.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'pack-'));
const app = join(folder, 'app');
const installed = join(app, 'node_modules', 'ocsf-cloudtrail');
/** Paths in the package. */
let packed: string[] = [];

/** The installed program, away from this repository. */
async function program(...args: string[]): Promise<string> {
  const bin = join(app, 'node_modules', '.bin', 'ocsf-cloudtrail');
  return (await run(bin, args, { cwd: app })).stdout;
}

beforeAll(async () => {
  await run(process.execPath, [shipped('scripts', 'build.mjs')], { cwd: shipped() });
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: shipped() });
  const [report] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
  packed = report?.files.map(({ path }) => path) ?? [];
  await run('mkdir', [app]);
  writeFileSync(join(app, 'package.json'), '{"private":true}');
  const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', ['install', ...flags, join(folder, report?.filename ?? '')], { cwd: app });
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package', () => {
  test.each([
    'dist/cli.js',
    'dist/index.js',
    'dist/lambda.js',
    'dist/explore/page/index.html',
    'mappings/fields.yml',
    'mappings/generated/event-mapping.json',
    'dashboards/overview.yml',
    'dashboards/generated/ocsf-cloudtrail.ndjson',
    'queries/root-activity.yml',
    'integration/manifest.yml',
    'integration/samples/api-activity.ocsf.json',
    'integration/static/logo.svg',
    'LICENSE',
    'README.md',
  ])('carries %s', (path) => {
    expect(packed).toContain(path);
  });

  test('carries no tests, sources, build records or scripts of development', () => {
    expect(packed.filter((path) => /^(test|src|scripts|docs)\/|^dist\/(\.|scripts\/)|\.test\./.test(path))).toEqual([]);
    expect(packed.filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))).toEqual([]);
  });

  test('gives its Lambda handler to whoever imports it', async () => {
    const script = "import('ocsf-cloudtrail/lambda').then(({ handler }) => console.log(typeof handler))";
    expect((await run(process.execPath, ['-e', script], { cwd: app })).stdout).toBe('function\n');
  });

  test('holds all that its Lambda handler needs, found where the template names it, in the environment of Lambda', async () => {
    const [client, s3] = [testClient(), testS3()];
    const alias = uniqueName('packed');
    const { bucket, remove } = await createBucket(s3, 'packed');
    try {
      await installAlias(client, alias);
      const Records = [...generateEvents({ seed: 'packed', end: Date.now(), hours: 1, events: 20 })];
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'a b.json', Body: JSON.stringify({ Records }) }));
      writeFileSync(join(app, 'ocsf-cloudtrail.yml'), `index: { alias: ${alias} }`);
      const detail = { bucket: { name: bucket }, object: { key: 'a b.json' } };
      const event = {
        Records: [
          {
            messageId: 'm',
            body: JSON.stringify({ source: 'aws.s3', 'detail-type': 'Object Created', detail }),
            eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:ocsf-cloudtrail',
          },
        ],
      };
      const template = readFileSync(shipped('integration', 'deploy', 'lambda.yml'), 'utf8');
      const [, module = '', name = ''] = /^ +Handler: (.+)\.(\w+)$/m.exec(template) ?? [];
      // Twice, as one instance of a function serves one batch after another.
      const script = `import(${JSON.stringify(`./${module}.js`)}).then(async ({ ${name}: handler }) => {
        const context = { getRemainingTimeInMillis: () => 59_999.5 };
        for (let i = 0; i < 2; i++) console.log(JSON.stringify(await handler(${JSON.stringify(event)}, context)));
      })`;
      const { stdout, stderr } = await run(process.execPath, ['-e', script], {
        cwd: app,
        env: {
          AWS_REGION: 'us-east-1',
          AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
          AWS_SECRET_ACCESS_KEY: 'secret',
          AWS_SESSION_TOKEN: 'token',
          AWS_ENDPOINT_URL: serverUrl('AWS_ENDPOINT_URL'),
          OPENSEARCH_URL: serverUrl('OPENSEARCH_URL'),
          OPENSEARCH_AWS_REGION: 'us-east-1',
          OCSF_CLOUDTRAIL_CONFIG: 'ocsf-cloudtrail.yml',
        },
      });
      expect({ stdout, stderr }).toMatchObject({ stdout: '{"batchItemFailures":[]}\n'.repeat(2) });
      expect(await countOf(client, alias)).toBe(Records.length);
    } finally {
      await Promise.all([remove(), deleteAlias(client, alias)]);
      await client.close();
      s3.destroy();
    }
  });

  test('imports nothing that its dependencies do not bring', () => {
    const { dependencies } = JSON.parse(readFileSync(shipped('package.json'), 'utf8')) as { dependencies: object };
    const known = new Set([...Object.keys(dependencies), ...builtinModules]);
    const modules = packed.filter((path) => path.endsWith('.js') && !path.startsWith('dist/explore/page/'));
    const used = modules.flatMap((path) =>
      [...readFileSync(join(installed, path), 'utf8').matchAll(/\bfrom '([^']+)';$|\bimport\('([^']+)'\)/gm)]
        .map(([, from, lazy]) => from ?? lazy ?? '')
        .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
        .map((name) =>
          name
            .split('/')
            .slice(0, name.startsWith('@') ? 2 : 1)
            .join('/'),
        ),
    );
    expect(modules.length).toBeGreaterThan(50);
    expect(used).toEqual(expect.arrayContaining(['commander', 'ajv', '@opensearch-project/opensearch']));
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('installed from the package, the program', () => {
  test('knows its version', async () => {
    expect((await program('--version')).trim()).toBe(packageVersion());
  });

  test('explains each of its commands', async () => {
    const help = await program('--help');
    const commands = [...help.matchAll(/^ {2}([a-z-]+) \[/gm)].map(([, name = '']) => name);
    expect(commands).toEqual(expect.arrayContaining(['install', 'verify', 'explore', 'bundle']));
    for (const command of commands.filter((name) => name !== 'help'))
      expect(await program(command, '--help')).toContain(`Usage: ocsf-cloudtrail ${command}`);
  });

  test('writes the same bundle as the repository', async () => {
    const { files } = JSON.parse(await program('bundle', '--out', 'bundle', '--json')) as {
      files: { path: string; sha256: string }[];
    };
    expect(files.map(({ path, sha256: sum }) => [path, sum])).toEqual(
      buildBundle().map(({ path, content }) => [path, sha256(content)]),
    );
    for (const { path, sha256: sum } of files) expect(sha256(readFileSync(join(app, 'bundle', path)))).toBe(sum);
  });

  test('replaces its bundle and no other folder', async () => {
    await program('bundle', '--out', 'again');
    expect(await program('bundle', '--out', 'again')).toContain('Wrote');
    const before = readdirSync(app).sort();
    await expect(program('bundle', '--out', '.')).rejects.toMatchObject({ code: 2 });
    expect(readdirSync(app).sort()).toEqual(before);
  });
});
