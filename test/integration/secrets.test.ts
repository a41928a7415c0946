import { createServer, type Server } from 'node:http';
import { writeFileSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateEvents } from '../../src/demo/generate.ts';
import { names } from '../../src/names.ts';
import { cli, trailFolder, type CliRun } from '../support/commands.ts';
import { faultProxy, type FaultProxy } from '../support/fault-proxy.ts';
import { installAlias } from '../support/installed.ts';
import { createBucket, deleteAlias, serverUrl, testClient, testS3, uniqueName } from '../support/servers.ts';

/** One of each kind, with signs that URLs and JSON escape. */
const SECRETS = {
  'cluster password': 'Kl0ster/Pass+Wort%1',
  'password in a URL': 'Url&Userinfo=2',
  'Dashboards password': 'D4shb0ards"Pass3',
  'secret access key': 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYSECRETKEY4',
  'session token': 'IQoJb3JpZ2luX2VjEH//session+token5=',
  'external id': 'external-id-of-the-partner-6',
  'proxy password': 'Pr0xy:Pass@7',
};
const alias = uniqueName('secrets');
const client = testClient();
const s3 = testS3();
const folder = trailFolder({});
const runs: (CliRun & { args: readonly string[] })[] = [];
const sockets: Duplex[] = [];
let bucket: Awaited<ReturnType<typeof createBucket>>;
let tunnel: Server;
let front: FaultProxy;
let config: string;

beforeAll(async () => {
  bucket = await createBucket(s3, 'secrets');
  const events = [...generateEvents({ seed: 'secrets', end: Date.now(), hours: 1, events: 20 })];
  // One event that is rejected, so that there are dead letters to look into; one object that fails.
  const body = gzipSync(JSON.stringify({ Records: [...events, { eventVersion: '1.08', eventName: 'X' }] }));
  await s3.send(new PutObjectCommand({ Bucket: bucket.bucket, Key: 'AWSLogs/a.json.gz', Body: body }));
  await s3.send(
    new PutObjectCommand({ Bucket: bucket.bucket, Key: 'AWSLogs/cut.json.gz', Body: body.subarray(0, 200) }),
  );
  front = await faultProxy(serverUrl('OPENSEARCH_URL'));
  // Forwards everything to the emulator, if the password is right.
  const { hostname, port } = new URL(serverUrl('AWS_ENDPOINT_URL'));
  tunnel = createServer();
  tunnel.on('connect', (request, socket) => {
    const given = Buffer.from((request.headers['proxy-authorization'] ?? '').slice(6), 'base64').toString();
    if (given !== `proxy-user:${SECRETS['proxy password']}`)
      return void socket.end(`HTTP/1.1 407 Proxy Authentication Required\r\n\r\n`);
    const upstream = connect(Number(port), hostname, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    sockets.push(socket, upstream);
    upstream.on('error', () => socket.destroy()).pipe(socket);
    socket.on('error', () => upstream.destroy()).pipe(upstream);
  });
  await new Promise<void>((listening) => tunnel.listen(0, '127.0.0.1', listening));
  await installAlias(client, alias);
  config = join(folder.path, 'ocsf-cloudtrail.yml');
  const endpoint = serverUrl('AWS_ENDPOINT_URL');
  writeFileSync(
    config,
    `
opensearch: { url: "${front.url}", username: writer, password: "\${CLUSTER_WORD}" }
dashboards: { url: "http://127.0.0.1:9", username: ann, password: "\${DASHBOARDS_WORD}" }
index: { alias: ${alias} }
ingest: { threads: 1 }
sources:
  keys:
    type: s3
    bucket: ${bucket.bucket}
    region: us-east-1
    endpoint: "${endpoint}"
    proxy: "http://proxy-user:\${PROXY_WORD}@127.0.0.1:${(tunnel.address() as AddressInfo).port}"
    credentials: { accessKeyId: AKIDEXAMPLE, secretAccessKey: "\${SECRET_KEY}", sessionToken: "\${TOKEN}" }
  role:
    type: sqs
    queue: nowhere
    region: us-east-1
    endpoint: "${endpoint}"
    credentials:
      accessKeyId: AKIDEXAMPLE
      secretAccessKey: "\${SECRET_KEY}"
      roleArn: arn:aws:iam::123456789012:role/reader
      externalId: "\${EXTERNAL}"
`,
  );
});
afterAll(async () => {
  folder.remove();
  for (const socket of sockets) socket.destroy();
  tunnel.close();
  tunnel.closeAllConnections();
  await front.close();
  await Promise.all([bucket.remove(), deleteAlias(client, alias)]);
  await client.close();
  s3.destroy();
});

const encoded = encodeURIComponent;
async function run(args: readonly string[], environment: Record<string, string> = {}): Promise<CliRun> {
  const done = await cli([...args, '--verbose'], {
    CLUSTER_WORD: SECRETS['cluster password'],
    DASHBOARDS_WORD: SECRETS['Dashboards password'],
    PROXY_WORD: encoded(SECRETS['proxy password']),
    SECRET_KEY: SECRETS['secret access key'],
    TOKEN: SECRETS['session token'],
    EXTERNAL: SECRETS['external id'],
    ...environment,
  });
  runs.push({ ...done, args });
  return done;
}
const file = (): string[] => ['--config', config];
const withUrl = (): string[] => [
  '--opensearch-url',
  front.url.replace('//', `//writer:${encoded(SECRETS['password in a URL'])}@`),
];

describe('secrets', () => {
  test('are given in every way, to runs that end well', async () => {
    const ingested = await run(['ingest', 'keys', '--json', ...file()]);
    expect(ingested.code).toBe(3);
    expect(JSON.parse(ingested.stdout)).toMatchObject({ objects: { done: 1, failed: 1 }, events: { rejected: 1 } });
    expect((await run(['ingest', 'keys', '--force', ...file()])).code).toBe(3);
    expect((await run(['status', '--json', ...file()])).code).toBe(0);
    const basic = (word: string): string => `Basic ${Buffer.from(`writer:${word}`).toString('base64')}`;
    const sent = (word: string): boolean => front.requests.some(({ headers }) => headers.authorization === basic(word));
    expect(sent(SECRETS['cluster password'])).toBe(true);
    expect((await run(['status', '--alias', alias, ...withUrl()])).code).toBe(0);
    expect(sent(SECRETS['password in a URL'])).toBe(true);
    expect((await run(['replay', '--json', ...file()])).code).toBe(3);
    expect((await run(['check', 'keys', '--json', ...file()])).code).toBe(0);
    expect((await run(['prune', '--older-than', '4000d', '--json', ...file()])).code).toBe(0);
  });

  test.each([
    ['a wrong proxy password', ['ingest', 'keys'], { PROXY_WORD: 'wrong' }, /SOURCE_UNREACHABLE/],
    [
      'a role that may not be assumed, or a queue that is not there',
      ['ingest', 'role'],
      {},
      /SOURCE_(AUTH|FORBIDDEN|NOT_FOUND)/,
    ],
    ['OpenSearch Dashboards that does not answer', ['install'], {}, /DASHBOARDS_UNREACHABLE/],
    [
      'a cluster that is not there',
      ['ingest', 'keys', '--opensearch-url', `http://writer:${encoded(SECRETS['password in a URL'])}@127.0.0.1:9`],
      {},
      /CLUSTER_UNREACHABLE/,
    ],
    [
      'an address that is none',
      ['status', '--opensearch-url', `ftp://writer:${encoded(SECRETS['password in a URL'])}@host`],
      {},
      /CONFIG/,
    ],
    [
      'an address with a broken escape',
      ['status', '--opensearch-url', `http://writer:${SECRETS['cluster password']}@host`],
      {},
      /CONFIG/,
    ],
    [
      'a cluster that speaks TLS, or not',
      ['status', '--opensearch-url', `https://writer:${encoded(SECRETS['password in a URL'])}@127.0.0.1:9`],
      {},
      /CLUSTER_/,
    ],
  ])('are given to a run that ends by %s', async (_, args, environment, said) => {
    const { code, stderr } = await run([...args, ...file()], environment);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toMatch(said);
  });

  test('are given to a cluster that refuses them', async () => {
    for (const status of [401, 500]) {
      front.clear();
      front.add({ fault: { respond: { status, body: 'no' } } });
      for (const command of [['status'], ['check', 'role', '--json']])
        expect((await run([...command, ...file()])).code).toBe(1);
    }
    front.clear();
  });

  test.each(Object.entries(SECRETS))('%s is nowhere in what the commands said or stored', async (_, secret) => {
    const ours = names(alias);
    const index = [ours.ledger, ours.deadLetters];
    await client.indices.refresh({ index });
    const { body } = await client.search({ index, body: { size: 1000 } });
    expect(body.hits.hits.length).toBeGreaterThanOrEqual(3);
    const places = new Map([
      ...runs.map(({ args, stdout, stderr }) => [args.join(' ').slice(0, 60), stdout + stderr] as const),
      ['ledger and dead letters', JSON.stringify(body.hits.hits)] as const,
    ]);
    const shapes = [
      secret,
      encoded(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString('base64').slice(0, -4),
    ];
    const found = [...places].filter(([, text]) => shapes.some((shape) => text.includes(shape)));
    expect(found.map(([place]) => place)).toEqual([]);
  });
});
