import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { Bed } from '../../support/faults/bed.ts';
import { until } from '../../support/faults/until.ts';
import type { FaultProxy } from '../../support/fault-proxy.ts';

const MINUTE = 60_000;
const LEASE_MS = 3000;

/** Clocks that disagree, and workers of other hosts that die. */
export function clockFaults(): void {
  test.each([
    ['an hour ahead', 60 * MINUTE],
    ['an hour behind', -60 * MINUTE],
  ])(
    'a clock %s of S3 and the cluster is put right towards S3, and costs no event',
    async (words, skewMs) => {
      const bed = await Bed.make();
      try {
        await bed.send(20, 20);
        const refused = refuseSkewed(bed.aws);
        const child = bed.start([bed.source], { skewMs });
        expect({ code: await child.ended, stderr: child.stderr() }).toMatchObject({ code: 0 });
        await bed.ingestAll();
        await bed.account(`a clock ${words} (RequestTimeTooSkewed)`, refused.count);
        expect(refused.count).toBeGreaterThan(0);
      } finally {
        await bed.close();
      }
    },
    60_000,
  );

  test('a clock three days behind makes every event one of the future: all are dead letters with that reason', async () => {
    const bed = await Bed.make();
    try {
      await bed.send(5, 20);
      const child = bed.start([bed.source], { skewMs: -3 * 24 * 60 * MINUTE });
      expect({ code: await child.ended, stderr: child.stderr() }).toMatchObject({ code: 3 });
      const { deadLettered } = await bed.account('a clock three days behind', bed.sent);
      expect(deadLettered).toBe(bed.sent);
      const reason = { q: 'reason:time_out_of_range' };
      expect((await bed.cluster.count({ index: bed.names.deadLetters, ...reason })).body.count).toBe(bed.sent);
    } finally {
      await bed.close();
    }
  }, 60_000);

  test.each([
    ['', 0],
    [' whose clock is an hour ahead', 60 * MINUTE],
  ])(
    'the claims of a worker of another host%s that dies are taken over after their lease, and not before',
    async (words, skewMs) => {
      const bed = await Bed.make();
      try {
        await bed.send(30, 20);
        const config = bed.config({
          ingest: { lease: `${LEASE_MS / 1000}s` },
          sources: { trail: { type: 's3', bucket: bed.bucket, concurrency: 8 } },
        });
        // Everything that is claimed stays so: no bulk of events comes through before the end.
        const remove = bed.opensearch.add({
          match: { path: /_bulk/, body: /"class_uid"/ },
          fault: { hang: true },
        });
        const child = bed.start(['trail'], { args: ['--config', config], host: 'another-host', skewMs });
        await until(() => bed.opensearch.requests.some(({ fault }) => fault !== undefined));
        child.process.kill('SIGKILL');
        await once(child.process, 'exit');
        const diedAt = Date.now();
        remove();
        const held = await bed.rows('claimed');
        expect(held).toBeGreaterThan(0);
        const report = await bed.ingest();
        const waitedMs = Date.now() - diedAt;
        expect({ failed: report.objects.failed, held: report.objects.skips['held'] ?? 0 }).toEqual({
          failed: 0,
          held: 0,
        });
        expect(waitedMs).toBeGreaterThan(LEASE_MS / 2);
        expect(waitedMs).toBeLessThan(30_000);
        expect(await bed.rows('claimed')).toBe(0);
        await bed.account(`a worker of another host${words} dies with claims`, held);
      } finally {
        await bed.close();
      }
    },
    90_000,
  );
}

/** Answers as S3 does where a request's time is more than fifteen minutes from its own. */
function refuseSkewed(aws: FaultProxy): { count: number } {
  const refused = { count: 0 };
  aws.add({
    match: {
      test: ({ headers }) => {
        const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(headers['x-amz-date'])) ?? [];
        const [year = 0, month = 0, day, hour, minute, second] = parts.map(Number);
        return Math.abs(Date.UTC(year, month - 1, day, hour, minute, second) - Date.now()) > 15 * MINUTE;
      },
    },
    fault: {
      onHit: () => void (refused.count += 1),
      respond: {
        status: 403,
        headers: { 'content-type': 'application/xml' },
        body: `<?xml version="1.0"?><Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too large.</Message><ServerTime>${new Date().toISOString()}</ServerTime></Error>`,
      },
    },
  });
  return refused;
}
