import { describe, expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@opensearch-project/opensearch';
import { clusterError, errorTypeOf, reasonOf, statusOf } from '../../../src/opensearch/errors.ts';
import { FatalError } from '../../../src/errors.ts';

const action = 'create the index template t';
const url = 'https://user:hunter2@cluster.example.com:9200';

/** What the real client throws for an answer of this status and body. */
async function answered(status: number, body: string, type = 'application/json'): Promise<unknown> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new Client({ node: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, maxRetries: 0 });
  try {
    await client.info();
    throw new Error('the request succeeded');
  } catch (error) {
    return error;
  } finally {
    await client.close();
    server.close();
  }
}

const body = (type: string, reason: string, status: number) => JSON.stringify({ error: { type, reason }, status });

describe('an error of the cluster in our own words', () => {
  test('a wrong password says which settings to set', async () => {
    const error = clusterError(await answered(401, 'Unauthorized', 'text/plain'), { action, url });
    expect(error.code).toBe('CLUSTER_AUTH');
    expect(error.hint).toContain('OPENSEARCH_PASSWORD');
  });

  test('no message shows the credentials of the URL', async () => {
    const error = clusterError(await answered(401, 'Unauthorized', 'text/plain'), { action, url });
    expect(error.message).toContain('https://cluster.example.com:9200');
    expect(error.message).not.toContain('hunter2');
  });

  test('a missing privilege is named', async () => {
    const reason = 'no permissions for [indices:admin/index_template/put] and User [name=w, backend_roles=[]]';
    const error = clusterError(await answered(403, body('security_exception', reason, 403)), { action });
    expect(error.code).toBe('CLUSTER_FORBIDDEN');
    expect(error.hint).toContain('indices:admin/index_template/put');
  });

  test('a write block is not mistaken for a missing privilege', async () => {
    const blocked = await answered(403, body('cluster_block_exception', 'index [x] blocked by: [FORBIDDEN/8]', 403));
    expect(clusterError(blocked, { action }).code).toBe('CLUSTER_REFUSED');
  });

  test('a refusal keeps the type and reason the cluster gave', async () => {
    const refused = await answered(400, body('illegal_argument_exception', 'unknown\n setting', 400));
    expect(clusterError(refused, { action }).message).toBe(
      'Could not create the index template t: illegal_argument_exception: unknown setting (HTTP 400)',
    );
    expect([statusOf(refused), errorTypeOf(refused), reasonOf(refused)]).toEqual([
      400,
      'illegal_argument_exception',
      'illegal_argument_exception: unknown setting',
    ]);
  });

  test.each([429, 502, 503, 504])('a cluster that answers %d is busy, not refusing', async (status) => {
    expect(clusterError(await answered(status, 'later', 'text/plain'), { action }).code).toBe('CLUSTER_UNREACHABLE');
  });

  test('a port where nothing listens is unreachable', async () => {
    const client = new Client({ node: 'http://127.0.0.1:1', maxRetries: 0 });
    const thrown: unknown = await client.info().catch((error: unknown) => error);
    expect(clusterError(thrown, { action }).code).toBe('CLUSTER_UNREACHABLE');
  });

  test('something that is not OpenSearch is said to be so', async () => {
    const error = clusterError(await answered(200, '{ not json'), { action });
    expect([error.code, error.hint]).toEqual(['CLUSTER_UNREACHABLE', expect.stringContaining('another program')]);
  });

  test.each([
    ['unable to verify the first certificate', '--ca FILE'],
    ['self-signed certificate in certificate chain', '--ca FILE'],
    ['certificate has expired', 'Renew the certificate'],
    ["Hostname/IP does not match certificate's altnames: IP: 127.0.0.1 is not in the cert's list", 'host name'],
  ])('an untrusted certificate (%s) says what to do: %s', (message, hint) => {
    const error = clusterError(Object.assign(new Error(message), { name: 'ConnectionError' }), { action, url });
    expect([error.code, error.hint]).toEqual(['CLUSTER_TLS', expect.stringContaining(hint)]);
  });

  test.each([
    ['no permissions for [indices:data/write/bulk] and User [name=x]', 'privilege indices:data/write/bulk'],
    [
      'User: arn:aws:iam::123456789012:role/r is not authorized to perform: es:ESHttpPut',
      'Allow es:ESHttpPut in the access',
    ],
    ['User: anonymous is not authorized to perform: es:ESHttpGet', 'sign requests'],
    ['The security token included in the request is invalid.', 'Renew the AWS credentials'],
    ['The request signature we calculated does not match the signature you provided.', 'secret access key'],
    ['no', 'lacks a privilege'],
  ])('who forbids a request is told from its words: %s', async (reason, hint) => {
    const error = clusterError(await answered(403, JSON.stringify({ message: reason })), { action, url });
    expect([error.code, error.message, error.hint]).toEqual([
      'CLUSTER_FORBIDDEN',
      expect.stringContaining(reason),
      expect.stringContaining(hint),
    ]);
  });

  test('TLS against a plain port says to use http', () => {
    const message = 'write EPROTO 40:error:0A00010B:SSL routines:ssl3_get_record:wrong version number';
    const error = clusterError(Object.assign(new Error(message), { name: 'ConnectionError' }), { action });
    expect([error.code, error.hint]).toEqual(['CLUSTER_TLS', expect.stringContaining('http://')]);
  });

  test('an error of ours passes through, and a fault in our code is not blamed on the cluster', () => {
    const ours = new FatalError('DOWNGRADE', 'newer');
    expect(clusterError(ours, { action })).toBe(ours);
    expect(() => clusterError(new TypeError('x is not a function'), { action })).toThrow(TypeError);
  });
});
