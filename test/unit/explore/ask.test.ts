import { expect, test } from '@jest/globals';
import { askPanels, type Msearch } from '../../../src/explore/ask.ts';
import type { PanelAnswer } from '../../../src/explore/protocol.ts';
import { shippedBundles } from '../../../src/verify/load.ts';

test('a failure of the first panels is told only when the others have their answers: nobody writes to what has ended', async () => {
  const [bundle] = shippedBundles({ alias: 'logs' });
  if (bundle === undefined) throw new Error('there are no dashboards');
  const dashboard = 'ocsf-cloudtrail-overview';
  const answers: PanelAnswer[] = [];
  let calls = 0;
  const msearch: Msearch = async (lines) => {
    if (++calls === 1) throw new Error('the cluster is gone');
    await new Promise((resolve) => setTimeout(resolve, 20));
    return lines.filter((_, place) => place % 2 === 1).map(() => ({ _shards: { total: 0 } }));
  };
  const view = { from: 'now-24h', to: 'now', query: '', filters: [] };
  const asked = askPanels(
    bundle,
    { dashboard, view, timeZone: 'UTC' },
    { allowed: new Set(['logs']), now: Date.now(), msearch, signal: new AbortController().signal },
    (answer) => answers.push(answer),
  );
  await expect(asked).rejects.toThrow('the cluster is gone');
  const told = answers.length;
  expect(told).toBeGreaterThan(0);
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect(answers).toHaveLength(told);
});
