import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { OpenSearchConfig } from '../../src/config/config.ts';
import { defaultConfig } from '../../src/config/load.ts';
import { generateEvents } from '../../src/demo/generate.ts';
import { runIngest } from '../../src/ingest/run.ts';
import { runInstall } from '../../src/install/run.ts';
import { silentLogger } from '../../src/logger.ts';
import { createClient } from '../../src/opensearch/client.ts';
import { ask, lenient } from '../../src/opensearch/ask.ts';
import { request } from '../../src/opensearch/request.ts';
import { trailFolder } from '../support/commands.ts';
import { faultProxy, type FaultProxy } from '../support/fault-proxy.ts';
import { countOf } from '../support/installed.ts';
import { deleteAlias, serverUrl, testClient, uniqueName } from '../support/servers.ts';
import { refuseUnsigned, signatureFault, type Signer } from '../support/sigv4.ts';

const client = testClient();
const alias = uniqueName('signed');
const never = new AbortController().signal;
const keys = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'IQoJb3JpZ2luX2VjEXAMPLE//+=',
};
const signer: Signer = { ...keys, region: 'eu-west-1', service: 'es' };
let proxy: FaultProxy;
let config: OpenSearchConfig;

beforeAll(async () => {
  proxy = await faultProxy(serverUrl('OPENSEARCH_URL'));
  config = { url: proxy.url, insecure: false, aws: { region: 'eu-west-1', service: 'es', credentials: keys } };
});
afterEach(() => proxy.clear());
afterAll(async () => {
  await proxy.close();
  await deleteAlias(client, alias);
  await client.close();
});

async function withClient<T>(
  change: Partial<OpenSearchConfig>,
  use: (c: ReturnType<typeof createClient>) => Promise<T>,
) {
  const signing = createClient({ ...config, ...change });
  try {
    return await use(signing);
  } finally {
    await signing.close();
  }
}

describe('a cluster that wants AWS signatures', () => {
  test('the double accepts the example of the specification and refuses it when a byte differs', () => {
    // `get-vanilla-query-order-key-case` of AWS's published test suite, with the hash of the body as a header of its own.
    const suite: Signer = {
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
      region: 'us-east-1',
      service: 'service',
    };
    const seen = {
      method: 'GET',
      path: '/?Param2=value2&Param1=value1',
      headers: {
        host: 'example.amazonaws.com',
        'x-amz-date': '20150830T123600Z',
        'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
        authorization:
          'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
      },
      body: Buffer.alloc(0),
    };
    const at = Date.parse('2015-08-30T12:36:00Z');
    expect(signatureFault(seen, suite, at)).toBeUndefined();
    expect(signatureFault({ ...seen, path: '/?Param2=value2&Param1=value' }, suite, at)).toBe('the signature');
    expect(signatureFault({ ...seen, body: Buffer.from('x') }, suite, at)).toBe('the hash of the body');
  });

  test('install and ingest, gzipped bodies too, sign every request they send', async () => {
    proxy.add(refuseUnsigned(signer));
    const events = [...generateEvents({ seed: 'signed', end: Date.now(), hours: 6, events: 400 })];
    const folder = trailFolder({ 'ünïcode + space.json': events.slice(0, 200), 'b.json': events.slice(200) });
    try {
      await withClient({}, (c) => runInstall(c, { url: config.url, index: { alias, replicas: 0 }, now: Date.now() }));
      const report = await runIngest({
        opensearch: config,
        alias,
        sources: [{ name: 'folder', kind: 'folder', path: folder.path, filters: {}, concurrency: 4, pollMs: 1000 }],
        ingest: { ...defaultConfig().ingest, compress: true, threads: 1 },
        follow: false,
        force: false,
        logger: silentLogger,
        signals: { drain: never, abort: never },
      });
      expect(report.events).toMatchObject({ read: events.length, indexed: events.length });
      expect(await countOf(client, alias)).toBe(events.length);
    } finally {
      folder.remove();
    }
    expect(proxy.requests.filter(({ fault }) => fault !== undefined)).toEqual([]);
    expect(proxy.requests.filter(({ headers }) => headers['content-encoding'] === 'gzip').length).toBeGreaterThan(0);
  });

  test.each([
    [
      'a comma, a star and an escape in the path',
      { path: '/logs-*,none%2Cnone/_count', query: { ignore_unavailable: true } },
    ],
    [
      'a query whose order is not the canonical one',
      { path: '/_cat/indices', query: { v: true, format: 'json', h: 'index,docs.count', s: 'index:desc' } },
    ],
    ['nothing but the root', { path: '/', query: {} }],
  ] as const)('%s is signed', async (_, { path, query }) => {
    proxy.add(refuseUnsigned(signer));
    const { status } = await withClient({}, (c) => request(c, { method: 'GET', path, query, timeoutMs: 10_000 }));
    expect(status).toBe(200);
  });

  test('wrong keys end in a message that names the signature', async () => {
    proxy.add(refuseUnsigned({ ...signer, secretAccessKey: 'another' }));
    const asking = withClient({}, (c) => ask(c, { path: lenient(['logs-*'], '_count'), action: 'count the events' }));
    await expect(asking).rejects.toMatchObject({
      code: 'CLUSTER_FORBIDDEN',
      message: expect.stringContaining('signature we calculated does not match') as unknown,
      hint: expect.stringContaining('secret access key') as unknown,
    });
  });

  test('no credentials end in a message that says where they may come from', async () => {
    const aws = { region: 'eu-west-1', service: 'es', credentials: { profile: 'nobody-has-this-profile' } } as const;
    // The SDK remarks on keys in the environment beside a profile.
    const { AWS_ACCESS_KEY_ID, ...others } = process.env;
    process.env = others;
    try {
      const asking = withClient({ aws }, (c) => ask(c, { path: '/', action: 'reach the cluster' }));
      await expect(asking).rejects.toMatchObject({
        code: 'SOURCE_AUTH',
        hint: expect.stringContaining('AWS_PROFILE') as unknown,
      });
    } finally {
      process.env = { ...others, ...(AWS_ACCESS_KEY_ID === undefined ? {} : { AWS_ACCESS_KEY_ID }) };
    }
    expect(proxy.requests).toEqual([]);
  });

  test('a serverless collection is refused with the reason, before anything is sent', () => {
    expect(() => createClient({ ...config, aws: { region: 'eu-west-1', service: 'aoss' } })).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_CLUSTER', message: expect.stringContaining('document ids') }),
    );
  });

  test('a user name beside the signature is refused, because only one of them could be sent', () => {
    expect(() => createClient({ ...config, username: 'ann' })).toThrow(expect.objectContaining({ code: 'CONFIG' }));
  });
});
