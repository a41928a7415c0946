import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { globalAgent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, expect, jest, test } from '@jest/globals';
import { createHttp } from '../../../../src/install/dashboards/http.ts';

const folder = mkdtempSync(join(tmpdir(), 'dashboards-ca-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the authority of the cluster is trusted besides the public ones, which may have certified the Dashboards', async () => {
  const ca = join(folder, 'our-ca.pem');
  writeFileSync(ca, 'our authority');
  const agent = globalAgent as unknown as { createConnection: (options: object, done: unknown) => never };
  const connect = jest.spyOn(agent, 'createConnection').mockImplementation(() => {
    throw new Error('not in this test');
  });
  try {
    const http = createHttp({ url: 'https://dashboards.example.com', insecure: false, ca });
    await expect(http('GET', '/api/status')).rejects.toMatchObject({ code: 'DASHBOARDS_UNREACHABLE' });
    expect(connect).toHaveBeenCalledWith(
      expect.objectContaining({ ca: [...rootCertificates, 'our authority'], rejectUnauthorized: true }),
      expect.anything(),
    );
  } finally {
    connect.mockRestore();
  }
});
