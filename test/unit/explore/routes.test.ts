import { expect, test } from '@jest/globals';
import { Client } from '@opensearch-project/opensearch';
import { readBundle } from '../../../src/content/bundle.ts';
import type { Content } from '../../../src/explore/protocol.ts';
import { exploreRoutes } from '../../../src/explore/routes.ts';
import { shippedBundles } from '../../../src/verify/load.ts';
import { exportedDashboard } from '../../support/exported-dashboard.ts';

test('an index pattern that cannot be read does not keep the page from opening', async () => {
  const events = shippedBundles({ alias: 'logs' })[0]?.indexPattern('logs-cloudtrail');
  if (events === undefined) throw new Error('there is no index pattern');
  const broken = { type: 'index-pattern', id: 'x', attributes: { title: 'logs*', fields: '[' }, references: [] };
  const bundle = readBundle(`${exportedDashboard('logs')}\n${JSON.stringify(broken)}`);
  const client = new Client({ node: 'http://127.0.0.1:9' });
  const indices = new Set(['logs', 'logs*']);
  const routes = exploreRoutes({
    bundles: [bundle],
    events,
    allowed: indices,
    eventIndices: indices,
    client,
    url: 'http://127.0.0.1:9',
  });
  const content = (await routes['content']?.(undefined, undefined as never, new AbortController().signal)) as Content;
  expect(content.dashboards.map(({ id }) => id)).toEqual(['mine']);
  await client.close();
});
