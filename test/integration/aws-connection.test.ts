import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { s3Client, sqsClient, type AwsOptions } from '../../src/aws/clients.ts';
import { fatalAwsError } from '../../src/aws/errors.ts';
import { createAuthority } from '../../src/runtime/certificates.ts';
import { testBucket, type TestBucket } from '../support/aws.ts';
import { testAws } from '../support/servers.ts';

let bucket: TestBucket;
let folder: string;
let ca: string;
/** S3 behind a certificate that only our own authority vouches for. */
let secure: TlsServer;
let secureUrl: string;
let tunnels: { target: string; authorization: string | undefined }[] = [];
let proxy: Server;
let proxyUrl: string;

const sockets = new Set<Duplex>();
function pipe(a: Duplex, b: Duplex): void {
  a.pipe(b).pipe(a);
  for (const each of [a, b]) {
    sockets.add(each);
    each.on('error', () => each.destroy());
  }
}

beforeAll(async () => {
  bucket = await testBucket('connection');
  await bucket.put('a.json', 'x');
  const { hostname, port } = new URL(testAws().endpoint ?? '');

  folder = await mkdtemp(join(tmpdir(), 'ocsf-cloudtrail-test-'));
  const authority = await createAuthority(folder);
  ca = authority.ca;
  const pair = await authority.issue('server');
  secure = createTlsServer({ cert: await readFile(pair.cert), key: await readFile(pair.key) }, (socket) => {
    const upstream = connect(Number(port), hostname);
    pipe(socket, upstream);
  }).listen(0, '127.0.0.1');
  await once(secure, 'listening');
  secureUrl = `https://localhost:${(secure.address() as AddressInfo).port}`;

  proxy = createServer().listen(0, '127.0.0.1');
  proxy.on('connect', (request, socket) => {
    tunnels.push({ target: request.url ?? '', authorization: request.headers['proxy-authorization'] });
    const target = new URL(`http://${request.url ?? ''}`);
    const upstream = connect(Number(target.port), target.hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      pipe(socket, upstream);
    });
  });
  await once(proxy, 'listening');
  proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  secure.close();
  proxy.close();
  proxy.closeAllConnections();
  await bucket.drop();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  tunnels = [];
});

async function list(options: Partial<AwsOptions>): Promise<string[]> {
  const client = await s3Client({ ...testAws(), ...options });
  try {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket.name }));
    return Contents.map(({ Key = '' }) => Key);
  } catch (error) {
    throw fatalAwsError(error, { action: 's3:ListBucket', resource: `s3://${bucket.name}/` });
  } finally {
    client.destroy();
  }
}

describe('the connection to AWS', () => {
  test('trusts an authority of our own where it is given, and says so where it is not', async () => {
    await expect(list({ endpoint: secureUrl })).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      hint: expect.stringContaining('`ca`'),
    });
    expect(await list({ endpoint: secureUrl, ca })).toEqual(['a.json']);
  });

  test('goes through a proxy, plain and with TLS', async () => {
    expect(await list({ proxy: proxyUrl })).toEqual(['a.json']);
    expect(await list({ proxy: proxyUrl, endpoint: secureUrl, ca })).toEqual(['a.json']);
    expect(tunnels.map(({ target }) => target)).toEqual([
      new URL(testAws().endpoint ?? '').host,
      new URL(secureUrl).host,
    ]);
  });

  test('signs in to a proxy', async () => {
    const url = new URL(proxyUrl);
    url.username = 'user';
    url.password = 'p@ss';
    expect(await list({ proxy: url.href })).toEqual(['a.json']);
    expect(tunnels[0]?.authorization).toBe(`Basic ${Buffer.from('user:p@ss').toString('base64')}`);
  });

  test('says that a proxy or an endpoint is not there', async () => {
    await expect(list({ proxy: 'http://127.0.0.1:9' })).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
    await expect(list({ endpoint: 'http://127.0.0.1:9' })).rejects.toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      hint: expect.stringContaining('endpoint'),
    });
  });

  test('says that the file of the authority cannot be read', async () => {
    await expect(list({ ca: join(folder, 'nope.pem') })).rejects.toMatchObject({
      code: 'CONFIG',
      message: expect.stringContaining('nope.pem'),
    });
  });
});

describe('the region', () => {
  const saved = { ...process.env };
  beforeEach(() => {
    delete process.env['AWS_REGION'];
    process.env['AWS_CONFIG_FILE'] = join(folder, 'none');
  });
  afterEach(() => {
    process.env = { ...saved };
  });

  test('of a bucket is found by S3 itself, so that none is needed', async () => {
    const { region: _, ...options } = testAws();
    const client = await s3Client(options);
    expect(await client.config.region()).toBe('us-east-1');
    client.destroy();
  });

  test('of a queue is that in its URL or ARN, unless one is configured', async () => {
    const { endpoint: _, region: __, ...options } = testAws();
    for (const [queue, region] of [
      ['https://sqs.eu-west-1.amazonaws.com/123456789012/q', undefined],
      ['arn:aws:sqs:eu-west-1:123456789012:q', undefined],
      ['https://sqs.us-east-2.amazonaws.com/123456789012/q', 'eu-west-1'],
    ] as const) {
      const client = await sqsClient({ ...options, ...(region === undefined ? {} : { region }) }, queue);
      expect(await client.config.region()).toBe('eu-west-1');
      client.destroy();
    }
  });
});
